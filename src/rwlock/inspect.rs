#![forbid(unsafe_code)]

use crate::RwLock;

/// Views of the lock from outside, for metrics, tests and debugging.
///
/// Each returns a snapshot that may be out of date by the time the caller sees it: to act on the state of the lock, use
/// a `try_*` method. None waits, and none has [memory effects](RwLock#memory-effects).
impl<T: ?Sized> RwLock<T> {
    /// Returns whether the lock is held, for any kind of access.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// assert!(!lock.is_locked());
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.is_locked());
    /// # drop(reader);
    /// ```
    #[doc(alias = "locked")]
    pub fn is_locked(&self) -> bool {
        self.raw.snapshot().is_locked()
    }

    /// Returns whether a writer has access.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert!(!lock.is_write_locked());
    /// drop(reader);
    /// let writer = lock.try_write().unwrap();
    /// assert!(lock.is_write_locked());
    /// # drop(writer);
    /// ```
    #[doc(alias = "is_locked_exclusive")]
    pub fn is_write_locked(&self) -> bool {
        self.raw.snapshot().is_write_locked()
    }

    /// Returns whether an upgradable reader has access, even while it waits for its upgrade.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert!(lock.is_upgradable_locked());
    /// assert!(!lock.is_write_locked());
    /// # drop(upgradable);
    /// ```
    pub fn is_upgradable_locked(&self) -> bool {
        self.raw.snapshot().is_upgradable_locked()
    }

    /// Returns the number of readers that have access: the plain ones, and the upgradable one.
    ///
    /// May count an attempt to read that is just being refused on another thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let readers = [lock.try_read().unwrap(), lock.try_read().unwrap()];
    /// assert_eq!(lock.reader_count(), 2);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert_eq!(lock.reader_count(), 3);
    /// # drop((readers, upgradable));
    /// ```
    pub fn reader_count(&self) -> usize {
        let state = self.raw.snapshot();
        state.readers() + usize::from(state.is_upgradable_locked())
    }

    /// Returns whether a writer waits, or an upgradable reader for its upgrade.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let reader = lock.read().await;
    /// assert!(!lock.has_waiting_writer());
    ///
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    /// assert!(lock.has_waiting_writer());
    /// # drop(reader);
    /// # });
    /// ```
    pub fn has_waiting_writer(&self) -> bool {
        self.raw.snapshot().has_waiting_writer()
    }

    /// Returns whether there are waiters of any kind.
    ///
    /// Readers that have given up their wait still count until the lock is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let writer = lock.write().await;
    /// assert!(!lock.has_waiters());
    ///
    /// let mut reader = Box::pin(lock.read());
    /// assert!(poll_once(&mut reader).await.is_none());
    /// assert!(lock.has_waiters());
    /// assert!(!lock.has_waiting_writer());
    /// # drop(writer);
    /// # });
    /// ```
    pub fn has_waiters(&self) -> bool {
        self.raw.snapshot().has_waiters()
    }
}
