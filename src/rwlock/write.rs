#![forbid(unsafe_code)]

use crate::futures::Write;
use crate::permit::Exclusive;
use crate::wait::request::Request;
use crate::wait::Acquire;
use crate::{RwLock, RwLockWriteGuard};

/// Exclusive access.
impl<T: ?Sized> RwLock<T> {
    /// Exclusive access, if it can be had now.
    ///
    /// `None` while anybody has access; also in the moment in which an attempt to read on another
    /// thread is being refused. Never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// *lock.try_write().unwrap() += 1;
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_write().is_none());
    /// assert_eq!(*reader, 2);
    /// ```
    #[inline]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        Some(RwLockWriteGuard::new(self.address(), self.ask::<Exclusive>().try_grant().ok()?))
    }

    /// Exclusive access.
    ///
    /// Waits while anybody has access, behind writers that came before, and behind readers whose
    /// [turn](RwLock#who-goes-next) it is. From its first poll on, later readers wait behind it.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Panics
    ///
    /// If [too many writers](RwLock#panics) wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = RwLock::new(1);
    /// let mut writer = lock.write().await;
    /// *writer += 1;
    /// assert!(lock.try_read().is_none());
    /// # drop(writer);
    /// # assert_eq!(lock.into_inner(), 2);
    /// # });
    /// ```
    #[inline]
    pub fn write(&self) -> Write<'_, T> {
        Write::new(self.address(), Acquire::new(self.ask()))
    }

    /// [`write`](RwLock::write), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// *lock.write_blocking() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn write_blocking(&self) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard::new(
            self.address(),
            crate::wait::blocking::acquire(self.ask::<Exclusive>()),
        )
    }
}
