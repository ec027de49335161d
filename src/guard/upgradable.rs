use core::marker::PhantomData;

use super::{guard_reads, Address, RwLockReadGuard, RwLockWriteGuard};
use crate::futures::Upgrade;
use crate::permit::{Permit, Upgradable};
use crate::raw::RawRwLock;
use crate::RwLock;

/// Shared access to the value of an [`RwLock`] that can become exclusive; its drop releases it.
///
/// One such guard exists at a time, beside any number of read guards. From
/// [`upgradable_read`](RwLock::upgradable_read), its `try_` and `_blocking` variants, and
/// [`RwLockWriteGuard::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
pub struct RwLockUpgradableReadGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Upgradable>,
    marker: PhantomData<&'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Upgradable>) -> Self {
        RwLockUpgradableReadGuard { value, permit, marker: PhantomData }
    }

    /// Turns the guard into a plain read guard, and lets the next upgradable reader in.
    ///
    /// Nobody writes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    /// assert!(lock.try_upgradable_read().is_some());
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(this.value, this.permit.downgrade())
    }

    /// Turns the guard into a write guard if there are no readers beside it.
    ///
    /// Never waits. Nobody writes in between.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are readers.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// let upgradable = lock.try_upgradable_read().unwrap();
    ///
    /// let upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap_err();
    /// drop(reader);
    /// let mut writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    /// *writer += 1;
    /// assert_eq!(*writer, 2);
    /// ```
    #[inline]
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuard<'a, T>, Self> {
        let value = this.value;
        match this.permit.try_upgrade() {
            Ok(permit) => Ok(RwLockWriteGuard::new(value, permit)),
            Err(permit) => Err(Self::new(value, permit)),
        }
    }

    /// Turns the guard into a write guard.
    ///
    /// Waits until the readers beside it have left; from the first poll on, new readers wait, and
    /// it goes before every writer that waits. Nobody writes in between.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before the first poll. If the future is dropped, the guard inside is
    /// dropped with it, and the readers that it kept waiting are let in; to keep the guard, take it
    /// out with [`Upgrade::cancel`] first.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.upgradable_read().await;
    /// assert_eq!(*upgradable, 1);
    /// let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
    /// *writer = 2;
    /// assert!(lock.try_read().is_none());
    /// # });
    /// ```
    #[inline]
    pub fn upgrade(this: Self) -> Upgrade<'a, T> {
        Upgrade::new(this.value, this.permit)
    }

    /// [`upgrade`](Self::upgrade), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard::new(this.value, crate::blocking::acquire(this.permit))
    }
}

guard_reads!(RwLockUpgradableReadGuard<'_, T>);
