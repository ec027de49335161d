#![forbid(unsafe_code)]

use core::fmt;

use super::ShardedRwLock;
use crate::raw::RawLock;

/// Views of the lock from outside, for metrics, tests and debugging.
///
/// Each returns a snapshot that may be out of date by the time the caller sees it. None waits.
impl<T: ?Sized> ShardedRwLock<T> {
    /// Returns whether the lock is held, for any kind of access.
    ///
    /// Looks at the shards, and then at the word: no reader that stays meanwhile is missed.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// assert!(!lock.is_locked());
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.is_locked());
    /// # drop(reader);
    /// ```
    pub fn is_locked(&self) -> bool {
        let (state, in_shards) = self.raw.snapshot();
        in_shards > 0 || state.is_locked()
    }

    /// Returns whether a writer has access.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// assert!(!lock.is_write_locked());
    /// let writer = lock.try_write().unwrap();
    /// assert!(lock.is_write_locked());
    /// # drop(writer);
    /// ```
    pub fn is_write_locked(&self) -> bool {
        self.raw.word().snapshot().is_write_locked()
    }

    /// Returns whether an upgradable reader has access, even while it waits for its upgrade.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert!(lock.is_upgradable_locked());
    /// # drop(upgradable);
    /// ```
    pub fn is_upgradable_locked(&self) -> bool {
        self.raw.word().snapshot().is_upgradable_locked()
    }

    /// Returns the number of readers that have access: the plain ones, and the upgradable one.
    ///
    /// Looks at the shards, and then at the word: a reader that is just being moved may count twice, but none that
    /// stays meanwhile is missed. May count an attempt to read that is just being refused on another thread, and a
    /// writer that collects.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let readers = [lock.try_read().unwrap(), lock.try_read().unwrap()];
    /// assert_eq!(lock.reader_count(), 2);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert_eq!(lock.reader_count(), 3);
    /// # drop((readers, upgradable));
    /// ```
    pub fn reader_count(&self) -> usize {
        let (state, in_shards) = self.raw.snapshot();
        in_shards + state.readers() + usize::from(state.is_upgradable_locked())
    }

    /// Returns whether a writer waits, or an upgradable reader for its upgrade.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// let mut writer = Box::pin(lock.write());
    /// assert!(block_on(poll_once(&mut writer)).is_none());
    /// assert!(lock.has_waiting_writer());
    /// # drop(reader);
    /// ```
    pub fn has_waiting_writer(&self) -> bool {
        self.raw.word().snapshot().has_waiting_writer()
    }

    /// Returns whether there are waiters of any kind.
    ///
    /// Readers that have given up their wait still count until the lock is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let writer = lock.try_write().unwrap();
    /// let mut reader = Box::pin(lock.read());
    /// assert!(block_on(poll_once(&mut reader)).is_none());
    /// assert!(lock.has_waiters());
    /// # drop(writer);
    /// ```
    pub fn has_waiters(&self) -> bool {
        self.raw.word().snapshot().has_waiters()
    }

    /// Returns the number of shards.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// assert_eq!(ShardedRwLock::with_shards((), 3).shards(), 4);
    /// ```
    pub fn shards(&self) -> usize {
        self.raw.shards()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for ShardedRwLock<T> {
    /// Shows what a [`RwLock`](crate::RwLock) shows: the value, or `<locked>` while a writer has access, and who
    /// has access and waits.
    ///
    /// Never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert_eq!(
    ///     format!("{lock:?}"),
    ///     "ShardedRwLock { value: 1, readers: 1, upgradable: false, writer: false, \
    ///      waiting_writer: false, waiters: false }"
    /// );
    /// # drop(reader);
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seen, in_shards) = self.raw.snapshot();
        let value = if seen.is_full() { None } else { self.try_read_recursive() };
        seen.show(f, "ShardedRwLock", value.as_deref(), in_shards + seen.readers())
    }
}
