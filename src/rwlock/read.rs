#![forbid(unsafe_code)]

use crate::futures::{Read, ReadRecursive};
use crate::permit::{Recursive, Shared};
use crate::wait::request::Request;
use crate::wait::Acquire;
use crate::{RwLock, RwLockReadGuard};

/// Shared access.
impl<T: ?Sized> RwLock<T> {
    /// Shared access, if it can be had now.
    ///
    /// `None` while a writer has access, and while one waits for readers to leave. Never waits.
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
    #[inline]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        Some(RwLockReadGuard::new(self.address(), self.ask::<Shared>().try_grant().ok()?))
    }

    /// Shared access, beside other readers and one upgradable reader.
    ///
    /// Waits while a writer has access, and behind writers that [wait](RwLock#who-goes-next).
    /// Calling it while holding a read guard can [deadlock](RwLock#deadlocks); clone that guard
    /// ([`RwLockReadGuard::clone`]) or use [`read_recursive`](RwLock::read_recursive).
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
    #[inline]
    pub fn read(&self) -> Read<'_, T> {
        Read::new(self.address(), Acquire::new(self.ask()))
    }

    /// [`read`](RwLock::read), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// assert_eq!(*lock.read_blocking(), 1);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn read_blocking(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::new(self.address(), crate::wait::blocking::acquire(self.ask::<Shared>()))
    }

    /// Shared access past writers that wait, if it can be had now.
    ///
    /// `None` while a writer has access. Never waits. See
    /// [`read_recursive`](RwLock::read_recursive).
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
    pub fn try_read_recursive(&self) -> Option<RwLockReadGuard<'_, T>> {
        let permit = self.ask::<Recursive>().try_grant().ok()?;
        Some(RwLockReadGuard::new(self.address(), permit))
    }

    /// Shared access past writers that wait: for code that may be called with a read guard held,
    /// and cannot see it.
    ///
    /// Waits only while a writer has access. So it cannot [deadlock](RwLock#deadlocks) beside a
    /// read guard of the same task, as [`read`](RwLock::read) can; but a stream of such readers
    /// starves writers. Where the outer guard is at hand,
    /// [`RwLockReadGuard::clone`] does the same and never waits.
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
    pub fn read_recursive(&self) -> ReadRecursive<'_, T> {
        ReadRecursive::new(self.address(), Acquire::new(self.ask()))
    }

    /// [`read_recursive`](RwLock::read_recursive), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let outer = lock.read_blocking();
    /// assert_eq!(*lock.read_recursive_blocking(), *outer);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn read_recursive_blocking(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::new(
            self.address(),
            crate::wait::blocking::acquire(self.ask::<Recursive>()),
        )
    }
}
