#![forbid(unsafe_code)]

use crate::futures::Write;
use crate::permit::Exclusive;
use crate::{RwLock, RwLockWriteGuard};

/// Exclusive access.
impl<T: ?Sized> RwLock<T> {
    /// Acquires exclusive access.
    ///
    /// Waits while there is any other access, behind writers that came before, and behind readers whose
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
    #[doc(alias("lock_exclusive", "writer_lock"))]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write(&self) -> Write<'_, T> {
        Write { raw: self.request().wait() }
    }

    /// Attempts to acquire exclusive access without waiting.
    ///
    /// Returns `None` while there is any other access, and while an attempt to read is being refused
    /// on another thread.
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
    #[doc(alias = "try_lock_exclusive")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        Some(RwLockWriteGuard { raw: self.request::<Exclusive, _>().try_grant().ok()? })
    }
}
