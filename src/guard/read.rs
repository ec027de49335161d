#![forbid(unsafe_code)]

use super::{guard_reads, RawGuard, RwLockMappedReadGuard};
use crate::futures::YieldRead;
use crate::permit::Shared;
use crate::raw::RawRwLock;

/// Shared access to the value of an [`RwLock`](crate::RwLock), released on drop.
///
/// From [`read`](crate::RwLock::read), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards. Covariant in `T`; `Send` and `Sync` if `T: Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(crate) raw: RawGuard<T, &'a RawRwLock, Shared, &'a T>,
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// Acquires shared access once more, past all waiters, and returns another guard.
    ///
    /// Never waits, so it is the way to read again in code that holds a guard, where
    /// [`read`](crate::RwLock::read) can [deadlock](crate::RwLock#deadlocks). This is not an
    /// implementation of [`Clone`], so that `guard.clone()` clones the value.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let outer = lock.read().await;
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    ///
    /// let inner = RwLockReadGuard::clone(&outer);
    /// drop(outer);
    /// assert_eq!(*inner, 1);
    /// # });
    /// ```
    #[inline]
    #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn clone(this: &Self) -> Self {
        Self { raw: this.raw.share() }
    }

    /// Narrows the guard to a part of the value.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuard};
    ///
    /// let lock = RwLock::new((1, "one"));
    /// let name = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| pair.1);
    /// assert_eq!(&*name, "one");
    /// assert!(lock.try_write().is_none());
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedReadGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        RwLockMappedReadGuard { raw: this.raw.map(part) }
    }

    /// Narrows the guard to a part that the value may have.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuard};
    ///
    /// let lock = RwLock::new(vec![1, 2]);
    /// let reader = lock.try_read().unwrap();
    /// let reader = RwLockReadGuard::filter_map(reader, |items| items.get(2)).unwrap_err();
    /// let first = RwLockReadGuard::filter_map(reader, |items| items.first()).unwrap();
    /// assert_eq!(*first, 1);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedReadGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match this.raw.filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Returns whether a writer or an upgrade waits for this guard, and perhaps others, to be dropped.
    ///
    /// Never waits. The answer is a snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let reader = lock.read().await;
    /// assert!(!RwLockReadGuard::has_waiters(&reader));
    ///
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    /// assert!(RwLockReadGuard::has_waiters(&reader));
    /// # });
    /// ```
    pub fn has_waiters(this: &Self) -> bool {
        this.raw.is_contended()
    }

    /// Releases shared access to its [waiters](Self::has_waiters), and acquires it again.
    ///
    /// Waits as [`read`](crate::RwLock::read) does, if there are waiters. See
    /// [`RwLockWriteGuard::yield_to_waiters`](crate::RwLockWriteGuard::yield_to_waiters).
    ///
    /// # Cancel safety
    ///
    /// The future owns the guard: if it is dropped, so is the guard.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuard};
    /// use futures_lite::future::{block_on, zip};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let reader = lock.read().await;
    /// let write = async { *lock.write().await = 2 };
    /// let read = async {
    ///     assert_eq!(*reader, 1);
    ///     let reader = RwLockReadGuard::yield_to_waiters(reader).await;
    ///     assert_eq!(*reader, 2);
    /// };
    /// zip(write, read).await;
    /// # });
    /// ```
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldRead<'a, T> {
        YieldRead { raw: this.raw.yield_to_waiters() }
    }
}

guard_reads!(<T> RwLockReadGuard<'_, T> => T);
