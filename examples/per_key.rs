//! A lock for each key: tasks with different keys never wait for one another, and the map of locks is locked
//! for a moment only.
//!
//! `cargo run --example per_key`
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use any_rwlock::{RwLock, RwLockReadGuardArc, RwLockWriteGuardArc};
use futures_lite::future::{block_on, poll_once};

#[derive(Default)]
struct Accounts {
    /// Never locked over an `.await`, so a mutex that blocks does.
    by_name: Mutex<HashMap<String, Arc<RwLock<i64>>>>,
}

impl Accounts {
    fn lock(&self, name: &str) -> Arc<RwLock<i64>> {
        let mut by_name = self.by_name.lock().unwrap();
        Arc::clone(by_name.entry(name.to_owned()).or_default())
    }

    /// The guard owns its lock, so it can be returned.
    async fn read(&self, name: &str) -> RwLockReadGuardArc<i64> {
        self.lock(name).read_owned().await
    }

    async fn write(&self, name: &str) -> RwLockWriteGuardArc<i64> {
        self.lock(name).write_owned().await
    }

    /// Two keys at once: always in the same order, or two tasks may each wait for what the other has.
    async fn transfer(&self, from: &str, to: &str, amount: i64) {
        assert_ne!(from, to, "a task that locks a key twice waits for itself");
        let (mut source, mut target) = if from < to {
            let source = self.write(from).await;
            (source, self.write(to).await)
        } else {
            let target = self.write(to).await;
            (self.write(from).await, target)
        };
        *source -= amount;
        *target += amount;
    }

    /// Forgets the keys that no task uses.
    fn shrink(&self) {
        self.by_name.lock().unwrap().retain(|_, lock| Arc::strong_count(lock) > 1);
    }
}

fn main() {
    block_on(async {
        let accounts = Accounts::default();
        let busy = accounts.write("ada").await;
        *accounts.write("bob").await += 5; // Not held up.
        assert!(poll_once(accounts.read("ada")).await.is_none());
        drop(busy);

        accounts.transfer("bob", "ada", 3).await;
        assert_eq!((*accounts.read("ada").await, *accounts.read("bob").await), (3, 2));

        let kept = accounts.read("ada").await;
        accounts.shrink();
        assert_eq!(accounts.by_name.lock().unwrap().len(), 1);
        drop(kept);
    });
    println!("done");
}
