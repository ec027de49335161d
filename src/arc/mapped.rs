//! Mapped guards that keep their lock alive.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::ArcHandle;
use crate::guard::{guard_has_waiters, guard_maps, guard_reads, guard_writes, Address};
use crate::permit::{Exclusive, Permit, Shared};
use crate::RwLock;

/// [`RwLockMappedReadGuard`](crate::RwLockMappedReadGuard), keeping the lock alive: access to a `U`
/// in the value of an `RwLock<T>`.
///
/// From [`RwLockReadGuardArc::map`](crate::RwLockReadGuardArc::map) and `filter_map`, and
/// [`RwLockWriteGuardArc::downgrade_map`](crate::RwLockWriteGuardArc::downgrade_map). Covariant in
/// both; `Send` and `Sync` if both are `Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedReadGuardArc<T: ?Sized, U: ?Sized> {
    value: Address<U>,
    permit: Permit<ArcHandle<T>, Shared>,
    whole: PhantomData<Arc<T>>,
    part: PhantomData<Arc<U>>,
}

impl<T: ?Sized, V: ?Sized> RwLockMappedReadGuardArc<T, V> {
    /// `value` is a part of the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<V>, permit: Permit<ArcHandle<T>, Shared>) -> Self {
        RwLockMappedReadGuardArc { value, permit, whole: PhantomData, part: PhantomData }
    }

    /// Like [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
    /// let again = RwLockMappedReadGuardArc::clone(&items);
    /// assert_eq!(*again, *items);
    /// ```
    #[inline]
    #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
    pub fn clone(this: &Self) -> Self {
        Self::new(this.value, this.permit.share())
    }

    guard_maps! {
        () V => RwLockMappedReadGuardArc<T, U>;

        /// Like [`RwLockReadGuard::map`](crate::RwLockReadGuard::map).
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
        /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
        /// let last = RwLockMappedReadGuardArc::map(items, |items| &items[1]);
        /// assert_eq!(*last, 3);
        /// ```
        map;

        /// Like [`RwLockReadGuard::filter_map`](crate::RwLockReadGuard::filter_map).
        ///
        /// # Errors
        ///
        /// Returns the guard if `part` returns `None`.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
        /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
        /// let items = RwLockMappedReadGuardArc::filter_map(items, |v| v.get(2)).unwrap_err();
        /// let last = RwLockMappedReadGuardArc::filter_map(items, |v| v.get(1)).unwrap();
        /// assert_eq!(*last, 3);
        /// ```
        filter_map;
    }

    guard_has_waiters! {
        RwLockMappedReadGuardArc like RwLockReadGuard:
        "let guard = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |value| value);"
    }
}

guard_reads!(<T, U> RwLockMappedReadGuardArc<T, U> => U);

/// [`RwLockMappedWriteGuard`](crate::RwLockMappedWriteGuard), keeping the lock alive: access to a
/// `U` in the value of an `RwLock<T>`.
///
/// From [`RwLockWriteGuardArc::map`](crate::RwLockWriteGuardArc::map) and `filter_map`. Invariant in
/// both. `Send` if `T: Send + Sync` and `U: Send`; `Sync` if, besides, `U: Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuardArc<T: ?Sized, U: ?Sized> {
    value: Address<U>,
    permit: Permit<ArcHandle<T>, Exclusive>,
    whole: PhantomData<Arc<RwLock<T>>>,
    /// In a box, because the guard is `Unpin` whatever the part is.
    part: PhantomData<Box<RwLock<U>>>,
}

impl<T: ?Sized, V: ?Sized> RwLockMappedWriteGuardArc<T, V> {
    /// `value` is a part of the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<V>, permit: Permit<ArcHandle<T>, Exclusive>) -> Self {
        RwLockMappedWriteGuardArc { value, permit, whole: PhantomData, part: PhantomData }
    }

    guard_maps! {
        (mut) V => RwLockMappedWriteGuardArc<T, U>;

        /// Like [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
        /// let items = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.1);
        /// *RwLockMappedWriteGuardArc::map(items, |items| &mut items[1]) = 4;
        /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
        /// ```
        map;

        /// Like [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
        ///
        /// # Errors
        ///
        /// Returns the guard if `part` returns `None`.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
        /// let items = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.1);
        /// let items = RwLockMappedWriteGuardArc::filter_map(items, |v| v.get_mut(2)).unwrap_err();
        /// *RwLockMappedWriteGuardArc::filter_map(items, |v| v.get_mut(1)).unwrap() = 4;
        /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
        /// ```
        filter_map;
    }

    guard_has_waiters! {
        RwLockMappedWriteGuardArc like RwLockWriteGuard:
        "let guard = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |value| value);"
    }

    /// Like [`RwLockWriteGuardArc::rwlock`](crate::RwLockWriteGuardArc::rwlock).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let number = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.0);
    /// assert!(Arc::ptr_eq(&RwLockMappedWriteGuardArc::rwlock(&number), &lock));
    /// ```
    pub fn rwlock(this: &Self) -> Arc<RwLock<T>> {
        // SAFETY: this guard is invariant in `T`, and was made with the lock's `T`.
        unsafe { this.permit.handle().to_arc() }
    }
}

guard_reads!(<T, U> RwLockMappedWriteGuardArc<T, U> => U);
guard_writes!(<T, U> RwLockMappedWriteGuardArc<T, U> => U);
