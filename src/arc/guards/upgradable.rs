use alloc::sync::Arc;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
use {core::time::Duration, std::time::Instant};

use super::{guard_rwlock, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::arc::futures::UpgradeArc;
use crate::arc::ArcHandle;
use crate::futures::UpgradeRef;
use crate::guard::Address;
use crate::permit::{Exclusive, Permit, Upgradable};
use crate::wait::request::Request;
use crate::wait::Acquire;
use crate::{RwLock, RwLockUpgradedGuard};

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
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::upgrade_blocking(guard) = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc::new(this.value, crate::wait::blocking::acquire(this.permit))
    }

    /// Like [`RwLockUpgradableReadGuard::try_upgrade_for`](crate::RwLockUpgradableReadGuard::try_upgrade_for).
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_for(guard, Duration::ZERO).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_for(this: Self, timeout: Duration) -> Result<RwLockWriteGuardArc<T>, Self> {
        Self::after_upgrade(this.value, crate::wait::blocking::acquire_for(this.permit, timeout))
    }

    /// [`try_upgrade_for`](Self::try_upgrade_for), up to a deadline.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_until(guard, Instant::now()).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_until(
        this: Self,
        deadline: Instant,
    ) -> Result<RwLockWriteGuardArc<T>, Self> {
        Self::after_upgrade(this.value, crate::wait::blocking::acquire_until(this.permit, deadline))
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
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.try_upgradable_read_arc().unwrap();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_ref(&mut guard).unwrap() = 2;
    /// assert_eq!(*guard, *lock.try_read().unwrap());
    /// ```
    #[inline]
    pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
        Some(RwLockUpgradedGuard::new(this.value, this.permit.lend().try_grant().ok()?))
    }

    /// [`upgrade_ref`](Self::upgrade_ref), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::upgrade_ref_blocking(&mut guard) = 2;
    /// assert_eq!(*guard, *lock.read_blocking());
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
        RwLockUpgradedGuard::new(this.value, crate::wait::blocking::acquire(this.permit.lend()))
    }

    guard_rwlock!(RwLockUpgradableReadGuardArc);
}
