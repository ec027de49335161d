//! The value behind the lock: a cache that shows whether it was locked well.

use std::collections::BTreeMap;
use std::future::Future;

pub(crate) const KEYS: u32 = 8;

/// How often each key was updated.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: BTreeMap<u32, Entry>,
    /// The updates of the entries that were removed.
    removed: u64,
}

/// One number twice. An update changes one copy, lets others run, and changes the other, so whoever
/// sees two numbers was let in beside a writer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Entry {
    count: u64,
    copy: u64,
}

impl Cache {
    pub(crate) fn has(&self, key: u32) -> bool {
        self.entries.contains_key(&key)
    }

    /// Counts an update of this key, which is put in if it is missing.
    pub(crate) async fn update(&mut self, key: u32, let_others_run: impl Future<Output = ()>) {
        let entry = self.entries.entry(key).or_default();
        entry.count += 1;
        let_others_run.await;
        entry.copy += 1;
    }

    pub(crate) fn remove(&mut self, key: u32) {
        self.removed += self.entries.remove(&key).map_or(0, |entry| entry.count);
    }

    /// Whether the entry of this key is whole, and stays as it is while others run.
    pub(crate) async fn is_whole(
        &self,
        key: u32,
        let_others_run: impl Future<Output = ()>,
    ) -> bool {
        let before = self.entries.get(&key).copied();
        let_others_run.await;
        let after = self.entries.get(&key).copied();
        before == after && after.map_or(true, |entry| entry.count == entry.copy)
    }

    /// All updates ever counted, by either copy.
    pub(crate) fn updates(&self) -> (u64, u64) {
        let counts: u64 = self.entries.values().map(|entry| entry.count).sum();
        let copies: u64 = self.entries.values().map(|entry| entry.copy).sum();
        (self.removed + counts, self.removed + copies)
    }
}
