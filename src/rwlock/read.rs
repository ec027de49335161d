#![forbid(unsafe_code)]

use crate::futures::{Read, ReadRecursive};
use crate::permit::{Recursive, Shared};
use crate::{RwLock, RwLockReadGuard};

/// Shared access.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access, beside other readers and one upgradable reader.
    ///
    /// Waits while a writer has access, and behind writers that [wait](RwLock#who-goes-next).
    ///
    /// A caller that already holds a read guard can [deadlock](RwLock#deadlocks) here. Clone that guard
    /// ([`RwLockReadGuard::clone`]) or use [`read_recursive`](RwLock::read_recursive) instead.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = RwLock::new(1);
    /// let reader = lock.read().await;
    /// assert_eq!(*reader, 1);
    /// assert!(lock.try_read().is_some());
    /// # });
    /// ```
    #[doc(alias("lock_shared", "reader_lock"))]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read(&self) -> Read<'_, T> {
        Read { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access without waiting.
    ///
    /// Returns `None` while a writer has access, and while a writer waits for readers to leave.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_some());
    /// assert!(lock.try_write().is_none());
    /// # drop(reader);
    /// ```
    #[doc(alias = "try_lock_shared")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        Some(RwLockReadGuard { raw: self.request::<Shared, _>().try_grant().ok()? })
    }

    /// Acquires shared access past writers that wait, for code that cannot see whether its caller
    /// holds a read guard.
    ///
    /// Waits only while a writer has access. So it cannot [deadlock](RwLock#deadlocks) beside a read
    /// guard of the same task, as [`read`](RwLock::read) can; but a stream of such readers starves
    /// writers. Where the outer guard is at hand, [`RwLockReadGuard::clone`] does the same and never
    /// waits.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// async fn sum(lock: &RwLock<Vec<u32>>) -> u32 {
    ///     lock.read_recursive().await.iter().sum()
    /// }
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(vec![1, 2]);
    /// let outer = lock.read().await;
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    ///
    /// assert_eq!(sum(&lock).await, 3);
    /// drop(outer);
    /// writer.await.push(3);
    /// assert_eq!(sum(&lock).await, 6);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive(&self) -> ReadRecursive<'_, T> {
        ReadRecursive { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access past writers that wait, without waiting.
    ///
    /// Returns `None` while a writer has access. See [`read_recursive`](RwLock::read_recursive).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let outer = lock.read().await;
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    ///
    /// assert!(lock.try_read().is_none());
    /// let inner = lock.try_read_recursive().unwrap();
    /// assert_eq!(*inner, *outer);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive(&self) -> Option<RwLockReadGuard<'_, T>> {
        Some(RwLockReadGuard { raw: self.request::<Recursive, _>().try_grant().ok()? })
    }
}
