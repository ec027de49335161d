//! Guards that keep their lock alive.

use alloc::sync::Arc;
use core::marker::PhantomData;

use super::futures::UpgradeArc;
use super::ArcHandle;
use crate::guard::{guard_reads, guard_writes, Address};
use crate::permit::{Exclusive, Permit, Shared, Upgradable};
use crate::RwLock;

/// [`RwLockReadGuard`](crate::RwLockReadGuard), keeping the lock alive.
///
/// From [`read_arc`](RwLock::read_arc), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards on `Arc`. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`, because the
/// value may be dropped where the guard is.
#[must_use = "the lock is released when the guard is dropped"]
pub struct RwLockReadGuardArc<T: ?Sized> {
    value: Address<T>,
    #[allow(dead_code)] // For its drop.
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

/// How every guard on an `Arc` is made.
macro_rules! arc_guard {
    ($guard:ident, $mode:ty) => {
        impl<T: ?Sized> $guard<T> {
            /// `value` is the value of the lock that `permit` is for.
            #[inline]
            pub(crate) fn new(value: Address<T>, permit: Permit<ArcHandle<T>, $mode>) -> Self {
                Self { value, permit, marker: PhantomData }
            }
        }

        guard_reads!($guard<T>);
    };
}

arc_guard!(RwLockReadGuardArc, Shared);
arc_guard!(RwLockUpgradableReadGuardArc, Upgradable);
arc_guard!(RwLockWriteGuardArc, Exclusive);
guard_writes!(RwLockWriteGuardArc<T>);

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
        let value = this.value;
        match this.permit.try_upgrade() {
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
        UpgradeArc::new(this.value, this.permit)
    }

    /// [`upgrade`](Self::upgrade), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc::new(this.value, crate::blocking::acquire(this.permit))
    }
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
}
