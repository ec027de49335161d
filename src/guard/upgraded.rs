use core::marker::PhantomData;

use super::{guard_has_waiters, guard_reads, guard_writes, Address};
use crate::permit::{Permit, Upgraded};
use crate::raw::RawRwLock;

/// Exclusive access to the value of an [`RwLock`](crate::RwLock) for as long as an upgradable read
/// guard is borrowed; its drop makes that guard an upgradable read guard again.
///
/// From [`RwLockUpgradableReadGuard::upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref),
/// its `try_` and `_blocking` variants, and the same methods of the guard on `Arc`. Invariant in
/// `T`; `Send` and `Sync` if `T` is.
///
/// If it is forgotten, the lock stays locked, as it does with any forgotten guard; the guard that it
/// came from can be upgraded once more.
#[must_use = "the upgradable guard is upgraded only until this guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradedGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Upgraded>,
    marker: PhantomData<&'a mut T>,
}

impl<'a, T: ?Sized> RwLockUpgradedGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Upgraded>) -> Self {
        RwLockUpgradedGuard { value, permit, marker: PhantomData }
    }

    guard_has_waiters! {
        RwLockUpgradedGuard like RwLockWriteGuard:
        "let mut upgradable = lock.try_upgradable_read().unwrap();"
        "let guard = RwLockUpgradableReadGuard::try_upgrade_ref(&mut upgradable).unwrap();"
    }
}

guard_reads!(<T> RwLockUpgradedGuard<'_, T> => T);
guard_writes!(<T> RwLockUpgradedGuard<'_, T> => T);
