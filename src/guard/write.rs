use core::marker::PhantomData;

use super::{guard_reads, guard_writes, Address, RwLockReadGuard, RwLockUpgradableReadGuard};
use crate::permit::{Exclusive, Permit};
use crate::raw::RawRwLock;
use crate::RwLock;

/// Exclusive access to the value of an [`RwLock`]; its drop releases it.
///
/// From [`write`](RwLock::write), its `try_` and `_blocking` variants, and
/// [`RwLockUpgradableReadGuard::upgrade`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`, since it may be downgraded, and then shared, wherever it was sent.
#[must_use = "the lock is released when the guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Exclusive>,
    marker: PhantomData<&'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Exclusive>) -> Self {
        RwLockWriteGuard { value, permit, marker: PhantomData }
    }

    /// Turns the guard into a read guard, and lets in those who wait to read.
    ///
    /// Nobody writes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let mut writer = lock.try_write().unwrap();
    /// *writer = 2;
    /// let reader = RwLockWriteGuard::downgrade(writer);
    /// assert_eq!(*lock.try_read().unwrap(), *reader);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(this.value, this.permit.downgrade())
    }

    /// Turns the guard into an upgradable read guard, and lets in the plain readers that wait.
    ///
    /// Nobody writes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let writer = lock.try_write().unwrap();
    /// let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    /// assert!(lock.try_read().is_some());
    /// assert!(RwLockUpgradableReadGuard::try_upgrade(upgradable).is_ok());
    /// ```
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> RwLockUpgradableReadGuard<'a, T> {
        RwLockUpgradableReadGuard::new(this.value, this.permit.downgrade_to_upgradable())
    }
}

guard_reads!(RwLockWriteGuard<'_, T>);
guard_writes!(RwLockWriteGuard<'_, T>);
