//! A journal that is read as a stream and written through a service.
//!
//! Both keep a future of the lock in a field from poll to poll, which only a future that borrows nothing can be.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "std")]
mod append;
mod entries;

use alloc::sync::Arc;
use alloc::vec::Vec;

use any_rwlock::RwLock;

#[cfg(feature = "std")]
pub use append::Append;
pub use entries::Entries;

/// Entries that tasks append and read.
#[derive(Debug)]
pub struct Journal<T> {
    entries: Arc<RwLock<Vec<T>>>,
}

impl<T> Journal<T> {
    /// Creates an empty journal.
    pub fn new() -> Journal<T> {
        Journal { entries: Arc::new(RwLock::new(Vec::new())) }
    }

    /// Returns a stream of copies of the entries, up to the last one there is when it is reached.
    pub fn entries(&self) -> Entries<T> {
        Entries::new(Arc::clone(&self.entries))
    }

    /// Returns a service that appends what it is called with.
    #[cfg(feature = "std")]
    pub fn append(&self) -> Append<T> {
        Append::new(Arc::clone(&self.entries))
    }

    /// Appends an entry, once no one else uses the journal.
    pub async fn push(&self, entry: T) {
        self.entries.write().await.push(entry);
    }

    /// Blocks the thread until there is no writer, and counts the entries.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn count_blocking(&self) -> usize {
        self.entries.read_blocking().len()
    }
}

impl<T> Default for Journal<T> {
    fn default() -> Self {
        Journal::new()
    }
}

impl<T> Clone for Journal<T> {
    fn clone(&self) -> Self {
        Journal { entries: Arc::clone(&self.entries) }
    }
}
