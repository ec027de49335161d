use core::marker::PhantomData;
use core::ptr::NonNull;

use super::{guard_maps, guard_reads, guard_yields_blocking, Address, RwLockMappedReadGuard};
use crate::futures::YieldRead;
use crate::permit::{Permit, Shared};
use crate::raw::RawRwLock;
use crate::wait::yielding::Yielding;

/// Shared access to the value of an [`RwLock`](crate::RwLock); its drop releases it.
///
/// From [`read`](crate::RwLock::read), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards. Covariant in `T`; `Send` and `Sync` if `T: Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Shared>,
    marker: PhantomData<&'a T>,
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Shared>) -> Self {
        RwLockReadGuard { value, permit, marker: PhantomData }
    }

    /// Another guard beside this one: shared access once more, past everybody who waits.
    ///
    /// Never waits, so it is the way to read again in code that holds a guard, where
    /// [`read`](crate::RwLock::read) can [deadlock](crate::RwLock#deadlocks). A function and not
    /// the trait [`Clone`], so that `guard.clone()` stays a clone of the value.
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
    pub fn clone(this: &Self) -> Self {
        Self::new(this.value, this.permit.share())
    }

    guard_maps! {
        () T => RwLockMappedReadGuard<'a, U>;

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
        map;

        /// Narrows the guard to a part that the value may have.
        ///
        /// # Errors
        ///
        /// Returns the guard if `part` returns `None`.
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
        /// let lock = RwLock::new(vec![1, 2]);
        /// let reader = lock.try_read().unwrap();
        /// let reader = RwLockReadGuard::filter_map(reader, |items| items.get(2)).unwrap_err();
        /// let first = RwLockReadGuard::filter_map(reader, |items| items.first()).unwrap();
        /// assert_eq!(*first, 1);
        /// ```
        filter_map;
    }

    /// Whether somebody waits for this guard, and perhaps others, to be dropped: a writer, or an
    /// upgrade.
    ///
    /// Never waits; a snapshot.
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
        this.permit.is_contended()
    }

    /// Shared access again, once those who [wait](Self::has_waiters) for this guard had their turn.
    ///
    /// Like [`RwLockWriteGuard::yield_to_waiters`](crate::RwLockWriteGuard::yield_to_waiters).
    ///
    /// # Cancel safety
    ///
    /// The guard is in the future, and is dropped with it.
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
    #[inline]
    pub fn yield_to_waiters(this: Self) -> YieldRead<'a, T> {
        YieldRead::new(this.value, Yielding::new(this.permit))
    }

    guard_yields_blocking!(RwLockReadGuard: "let guard = lock.try_read().unwrap();");
}

guard_reads!(<T> RwLockReadGuard<'_, T> => T);
