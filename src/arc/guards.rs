//! Guards that keep their lock alive.

use alloc::sync::Arc;
use core::marker::PhantomData;
use core::ptr::NonNull;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
use {core::time::Duration, std::time::Instant};

use super::futures::{UpgradeArc, YieldReadArc, YieldUpgradableReadArc, YieldWriteArc};
use super::{ArcHandle, RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc};
use crate::acquire::{Acquire, Request};
use crate::futures::UpgradeRef;
use crate::guard::{guard_has_waiters, guard_maps, guard_reads, guard_writes, Address};
use crate::permit::{Exclusive, Permit, Shared, Upgradable};
use crate::yielding::Yielding;
use crate::{RwLock, RwLockUpgradedGuard};

/// [`RwLockReadGuard`](crate::RwLockReadGuard), keeping the lock alive.
///
/// From [`read_arc`](RwLock::read_arc), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards on `Arc`. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`, because the
/// value may be dropped where the guard is.
#[must_use = "the lock is released when the guard is dropped"]
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
pub struct RwLockWriteGuardArc<T: ?Sized> {
    value: Address<T>,
    permit: Permit<ArcHandle<T>, Exclusive>,
    marker: PhantomData<Arc<RwLock<T>>>,
}

/// How every guard on an `Arc` is made, and what all do as their twins without one.
macro_rules! arc_guard {
    ($guard:ident, $mode:ty, $yield:ident, $waiters_like:literal, $yield_like:literal) => {
        impl<T: ?Sized> $guard<T> {
            /// `value` is the value of the lock that `permit` is for.
            #[inline]
            pub(crate) fn new(value: Address<T>, permit: Permit<ArcHandle<T>, $mode>) -> Self {
                Self { value, permit, marker: PhantomData }
            }

            guard_has_waiters!($waiters_like);

            #[doc = concat!("Like [`", $yield_like, "`](crate::", $yield_like, ").")]
            #[inline]
            pub fn yield_to_waiters(this: Self) -> $yield<T> {
                $yield::new(this.value, Yielding::new(this.permit))
            }

            /// [`yield_to_waiters`](Self::yield_to_waiters), blocking the thread instead of a task.
            #[cfg(all(feature = "std", not(target_family = "wasm")))]
            pub fn yield_to_waiters_blocking(this: Self) -> Self {
                Self::new(this.value, crate::blocking::yield_to_waiters(this.permit))
            }
        }

        guard_reads!(<T> $guard<T> => T);
    };
}

arc_guard!(
    RwLockReadGuardArc,
    Shared,
    YieldReadArc,
    "RwLockReadGuard::has_waiters",
    "RwLockReadGuard::yield_to_waiters"
);
arc_guard!(
    RwLockUpgradableReadGuardArc,
    Upgradable,
    YieldUpgradableReadArc,
    "RwLockUpgradableReadGuard::has_waiters",
    "RwLockUpgradableReadGuard::yield_to_waiters"
);
arc_guard!(
    RwLockWriteGuardArc,
    Exclusive,
    YieldWriteArc,
    "RwLockWriteGuard::has_waiters",
    "RwLockWriteGuard::yield_to_waiters"
);
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
        filter_map;
    }
}

impl<T: ?Sized> RwLockUpgradableReadGuardArc<T> {
    /// Like [`RwLockUpgradableReadGuard::downgrade`](crate::RwLockUpgradableReadGuard::downgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    /// assert!(lock.try_upgradable_read().is_some());
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc::new(this.value, this.permit.downgrade())
    }

    /// Like [`RwLockUpgradableReadGuard::try_upgrade`](crate::RwLockUpgradableReadGuard::try_upgrade).
    ///
    /// # Errors
    ///
    /// Returns the guard if there are readers.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// *RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), 2);
    /// ```
    #[inline]
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuardArc<T>, Self> {
        Self::after_upgrade(this.value, this.permit.try_grant())
    }

    fn after_upgrade(
        value: Address<T>,
        upgraded: Result<Permit<ArcHandle<T>, Exclusive>, Permit<ArcHandle<T>, Upgradable>>,
    ) -> Result<RwLockWriteGuardArc<T>, Self> {
        match upgraded {
            Ok(permit) => Ok(RwLockWriteGuardArc::new(value, permit)),
            Err(permit) => Err(Self::new(value, permit)),
        }
    }

    /// Like [`RwLockUpgradableReadGuard::upgrade`](crate::RwLockUpgradableReadGuard::upgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade(upgradable).await = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    pub fn upgrade(this: Self) -> UpgradeArc<T> {
        UpgradeArc::new(this.value, Acquire::new(this.permit))
    }

    /// [`upgrade`](Self::upgrade), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc::new(this.value, crate::blocking::acquire(this.permit))
    }

    /// Like [`RwLockUpgradableReadGuard::try_upgrade_for`](crate::RwLockUpgradableReadGuard::try_upgrade_for).
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_for(this: Self, timeout: Duration) -> Result<RwLockWriteGuardArc<T>, Self> {
        Self::after_upgrade(this.value, crate::blocking::acquire_for(this.permit, timeout))
    }

    /// [`try_upgrade_for`](Self::try_upgrade_for), up to a deadline.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_until(
        this: Self,
        deadline: Instant,
    ) -> Result<RwLockWriteGuardArc<T>, Self> {
        Self::after_upgrade(this.value, crate::blocking::acquire_until(this.permit, deadline))
    }

    /// Like [`RwLockUpgradableReadGuard::upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade_ref(&mut guard).await = 2;
    /// assert_eq!(*guard, *lock.read().await);
    /// # });
    /// ```
    #[inline]
    pub fn upgrade_ref(this: &mut Self) -> UpgradeRef<'_, T> {
        UpgradeRef::new(this.value, Acquire::new(this.permit.lend()))
    }

    /// [`upgrade_ref`](Self::upgrade_ref), if there are no readers beside the guard.
    ///
    /// Never waits.
    #[inline]
    pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
        Some(RwLockUpgradedGuard::new(this.value, this.permit.lend().try_grant().ok()?))
    }

    /// [`upgrade_ref`](Self::upgrade_ref), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
        RwLockUpgradedGuard::new(this.value, crate::blocking::acquire(this.permit.lend()))
    }

    guard_rwlock!(RwLockUpgradableReadGuardArc);
}

impl<T: ?Sized> RwLockWriteGuardArc<T> {
    /// Like [`RwLockWriteGuard::downgrade`](crate::RwLockWriteGuard::downgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = RwLockWriteGuardArc::downgrade(lock.try_write_arc().unwrap());
    /// assert_eq!(*lock.try_read().unwrap(), *reader);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc::new(this.value, this.permit.downgrade())
    }

    /// Like [`RwLockWriteGuard::downgrade_to_upgradable`](crate::RwLockWriteGuard::downgrade_to_upgradable).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(lock.try_write_arc().unwrap());
    /// assert_eq!(*lock.try_read().unwrap(), *upgradable);
    /// ```
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> RwLockUpgradableReadGuardArc<T> {
        RwLockUpgradableReadGuardArc::new(this.value, this.permit.downgrade_to_upgradable())
    }

    /// Like [`RwLockWriteGuard::downgrade_map`](crate::RwLockWriteGuard::downgrade_map).
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let writer = lock.try_write_arc().unwrap();
    /// let number = RwLockWriteGuardArc::downgrade_map(writer, |pair| &pair.0);
    /// assert_eq!(*number, lock.try_read().unwrap().0);
    /// ```
    pub fn downgrade_map<U, F>(this: Self, part: F) -> RwLockMappedReadGuardArc<T, U>
    where
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        RwLockReadGuardArc::map(Self::downgrade(this), part)
    }

    /// Like [`RwLockWriteGuard::downgrade_filter_map`](crate::RwLockWriteGuard::downgrade_filter_map).
    ///
    /// # Errors
    ///
    /// Returns the guard, not downgraded, if `part` returns `None`.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    pub fn downgrade_filter_map<U, F>(
        this: Self,
        part: F,
    ) -> Result<RwLockMappedReadGuardArc<T, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match part(&*this).map(|part| Address::new(NonNull::from(part))) {
            Some(part) => Ok(RwLockMappedReadGuardArc::new(part, this.permit.downgrade())),
            None => Err(this),
        }
    }

    guard_maps! {
        (mut) T => RwLockMappedWriteGuardArc<T, U>;

        /// Like [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new((1, "one")));
        /// let writer = lock.try_write_arc().unwrap();
        /// *RwLockWriteGuardArc::map(writer, |pair| &mut pair.0) = 2;
        /// assert_eq!(*lock.try_read().unwrap(), (2, "one"));
        /// ```
        map;

        /// Like [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
        ///
        /// # Errors
        ///
        /// Returns the guard if `part` returns `None`.
        filter_map;
    }

    guard_rwlock!(RwLockWriteGuardArc);
}
