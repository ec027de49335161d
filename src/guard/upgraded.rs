#![forbid(unsafe_code)]

use super::{guard_has_waiters, guard_reads, guard_writes, RawGuard};
use crate::permit::Upgraded;
use crate::raw::RawRwLock;

/// Exclusive access to the value of an [`RwLock`](crate::RwLock) for as long as an upgradable read
/// guard is borrowed. On drop, that guard is an upgradable read guard again.
///
/// From [`RwLockUpgradableReadGuard::upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref),
/// its `try_` and `_blocking` variants, and the same methods of the guard on `Arc`. Invariant in
/// `T`; `Send` and `Sync` if `T` is.
///
/// If it is forgotten, the lock stays locked, as with any forgotten guard, until the upgradable guard is
/// upgraded once more. That access ends as usual.
#[must_use = "the upgradable guard is upgraded only until this guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradedGuard<'a, T: ?Sized> {
    pub(crate) raw: RawGuard<T, &'a RawRwLock, Upgraded, &'a mut T>,
}

impl<T: ?Sized> RwLockUpgradedGuard<'_, T> {
    guard_has_waiters! {
        RwLockUpgradedGuard like RwLockWriteGuard:
        "let mut upgradable = lock.try_upgradable_read().unwrap();"
        "let guard = RwLockUpgradableReadGuard::try_upgrade_ref(&mut upgradable).unwrap();"
    }
}

guard_reads!(<T> RwLockUpgradedGuard<'_, T> => T);
guard_writes!(<T> RwLockUpgradedGuard<'_, T> => T);
