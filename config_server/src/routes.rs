//! The table, and the locks that it may be behind.

use std::future::Future;

use any_rwlock::{RwLock, ShardedRwLock};

/// How many paths there are.
pub(crate) const PATHS: usize = 500;

/// Where paths lead, as of one reload. In a whole table, all generations are the same.
pub(crate) struct Routes {
    generation: u64,
    /// In the order of paths: the path, its target, and the generation of both.
    entries: Vec<(String, String, u64)>,
}

/// What a request finds.
pub(crate) struct Found {
    pub(crate) target: String,
    pub(crate) generation: u64,
}

pub(crate) fn path(number: usize) -> String {
    format!("/service/{number:04}")
}

impl Routes {
    pub(crate) fn new() -> Routes {
        let entry = |number| (path(number), target(number, 0), 0);
        Routes { generation: 0, entries: (0..PATHS).map(entry).collect() }
    }

    /// Looks a path up.
    ///
    /// # Panics
    ///
    /// If the table is torn: the lock has let a reader in beside the writer.
    fn find(&self, path: &str) -> Option<Found> {
        let at = self.entries.binary_search_by(|(found, _, _)| found.as_str().cmp(path)).ok()?;
        let (_, target, generation) = &self.entries[at];
        let last = self.entries.last().map(|(_, _, generation)| generation);
        assert!(*generation == self.generation && last == Some(generation), "a torn table");
        Some(Found { target: target.clone(), generation: *generation })
    }

    /// Rewrites all entries, one after the other.
    fn reload(&mut self) {
        self.generation += 1;
        for (number, (_, to, generation)) in self.entries.iter_mut().enumerate() {
            *to = target(number, self.generation);
            *generation = self.generation;
        }
    }
}

fn target(number: usize, generation: u64) -> String {
    format!("backend-{number}.v{generation}")
}

/// A table behind a lock.
pub(crate) trait Table: Send + Sync + 'static {
    const NAME: &'static str;

    fn new(routes: Routes) -> Self;
    fn find(&self, path: &str) -> impl Future<Output = Option<Found>> + Send;
    fn reload(&self) -> impl Future<Output = ()> + Send;
}

macro_rules! table {
    ($lock:ty, $name:literal) => {
        impl Table for $lock {
            const NAME: &'static str = $name;

            fn new(routes: Routes) -> Self {
                <$lock>::new(routes)
            }

            async fn find(&self, path: &str) -> Option<Found> {
                self.read().await.find(path)
            }

            async fn reload(&self) {
                self.write().await.reload();
            }
        }
    };
}

table!(ShardedRwLock<Routes>, "any-rwlock, sharded");
table!(RwLock<Routes>, "any-rwlock");
table!(tokio::sync::RwLock<Routes>, "tokio");
