//! Guards that keep their lock alive.

use alloc::sync::Arc;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::futures::{YieldReadArc, YieldUpgradableReadArc, YieldWriteArc};
use super::{ArcHandle, RwLockMappedReadGuardArc};
use crate::guard::{
    guard_has_waiters, guard_maps, guard_reads, guard_writes, guard_yields_blocking, Address,
};
use crate::permit::{Exclusive, Permit, Shared, Upgradable};
use crate::wait::yielding::Yielding;
use crate::RwLock;

mod upgradable;
mod write;

/// [`RwLockReadGuard`](crate::RwLockReadGuard), keeping the lock alive.
///
/// From [`read_arc`](RwLock::read_arc), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards on `Arc`. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`, because the
/// value may be dropped where the guard is.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuardArc<T: ?Sized> {
    value: Address<T>,
    permit: Permit<ArcHandle<T>, Shared>,
    marker: PhantomData<Arc<T>>,
}

/// [`RwLockUpgradableReadGuard`](crate::RwLockUpgradableReadGuard), keeping the lock alive.
///
/// From [`upgradable_read_arc`](RwLock::upgradable_read_arc), its `try_` and `_blocking` variants,
/// and [`RwLockWriteGuardArc::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradableReadGuardArc<T: ?Sized> {
    value: Address<T>,
    permit: Permit<ArcHandle<T>, Upgradable>,
    marker: PhantomData<Arc<RwLock<T>>>,
}

/// [`RwLockWriteGuard`](crate::RwLockWriteGuard), keeping the lock alive.
///
/// From [`write_arc`](RwLock::write_arc), its `try_` and `_blocking` variants, and
/// [`RwLockUpgradableReadGuardArc::upgrade`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuardArc<T: ?Sized> {
    value: Address<T>,
    permit: Permit<ArcHandle<T>, Exclusive>,
    marker: PhantomData<Arc<RwLock<T>>>,
}

/// How every guard on an `Arc` is made, and what all do as their twins without one; `$get` is how
/// the examples get their guard.
macro_rules! arc_guard {
    ($guard:ident like $twin:ident: $mode:ty, $yield:ident, $get:literal) => {
        impl<T: ?Sized> $guard<T> {
            /// `value` is the value of the lock that `permit` is for.
            #[inline]
            pub(crate) fn new(value: Address<T>, permit: Permit<ArcHandle<T>, $mode>) -> Self {
                Self { value, permit, marker: PhantomData }
            }

            guard_has_waiters!($guard like $twin: $get);

            #[doc = concat!("Like [`", stringify!($twin), "::yield_to_waiters`](crate::",
                stringify!($twin), "::yield_to_waiters).")]
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use any_rwlock::{RwLock, ", stringify!($guard), "};")]
            /// use futures_lite::future::{block_on, zip};
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(RwLock::new(1));
            #[doc = $get]
            /// let write = async { *lock.write().await = 2 };
            #[doc = concat!("let read = ", stringify!($guard), "::yield_to_waiters(guard);")]
            /// let (_, guard) = block_on(zip(write, read));
            /// assert_eq!(*guard, 2);
            /// ```
            #[inline]
            pub fn yield_to_waiters(this: Self) -> $yield<T> {
                $yield::new(this.value, Yielding::new(this.permit))
            }

            guard_yields_blocking!($guard: $get);
        }

        guard_reads!(<T> $guard<T> => T);
    };
}

arc_guard! {
    RwLockReadGuardArc like RwLockReadGuard:
    Shared, YieldReadArc, "let guard = lock.try_read_arc().unwrap();"
}
arc_guard! {
    RwLockUpgradableReadGuardArc like RwLockUpgradableReadGuard:
    Upgradable, YieldUpgradableReadArc, "let guard = lock.try_upgradable_read_arc().unwrap();"
}
arc_guard! {
    RwLockWriteGuardArc like RwLockWriteGuard:
    Exclusive, YieldWriteArc, "let guard = lock.try_write_arc().unwrap();"
}
guard_writes!(<T> RwLockWriteGuardArc<T> => T);

/// The lock behind a guard that is invariant in `T`.
macro_rules! guard_rwlock {
    ($guard:ident) => {
        /// The lock. (A read guard has no such method: it may have been narrowed to a shorter-lived
        /// `T`, and a lock of those would take what the lock must not have.)
        ///
        /// # Examples
        ///
        /// ```
        #[doc = concat!("use any_rwlock::{RwLock, ", stringify!($guard), "};")]
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new(1));
        #[doc = guard_rwlock!(@get $guard)]
        #[doc = concat!("assert!(Arc::ptr_eq(&", stringify!($guard), "::rwlock(&guard), &lock));")]
        /// ```
        pub fn rwlock(this: &Self) -> Arc<RwLock<T>> {
            // SAFETY: this guard is invariant in `T`, and was made with the lock's `T`.
            unsafe { this.permit.handle().to_arc() }
        }
    };
    (@get RwLockUpgradableReadGuardArc) => {
        "let guard = lock.try_upgradable_read_arc().unwrap();"
    };
    (@get RwLockWriteGuardArc) => {
        "let guard = lock.try_write_arc().unwrap();"
    };
}

use guard_rwlock;

impl<T: ?Sized> RwLockReadGuardArc<T> {
    /// Like [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let outer = Arc::new(RwLock::new(1)).try_read_arc().unwrap();
    /// let inner = RwLockReadGuardArc::clone(&outer);
    /// drop(outer);
    /// assert_eq!(*inner, 1);
    /// ```
    #[inline]
    #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
    pub fn clone(this: &Self) -> Self {
        Self::new(this.value, this.permit.share())
    }

    guard_maps! {
        () T => RwLockMappedReadGuardArc<T, U>;

        /// Like [`RwLockReadGuard::map`](crate::RwLockReadGuard::map).
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockReadGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, "one")));
        /// let name = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| pair.1);
        /// drop(lock);
        /// assert_eq!(&*name, "one");
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
        /// use any_rwlock::{RwLock, RwLockReadGuardArc};
        /// use std::sync::Arc;
        ///
        /// let reader = Arc::new(RwLock::new(vec![1, 2])).try_read_arc().unwrap();
        /// let reader = RwLockReadGuardArc::filter_map(reader, |items| items.get(2)).unwrap_err();
        /// let first = RwLockReadGuardArc::filter_map(reader, |items| items.first()).unwrap();
        /// assert_eq!(*first, 1);
        /// ```
        filter_map;
    }
}
