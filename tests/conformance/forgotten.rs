//! Upgrades by reference that are forgotten, as they wait or with what they gave, and whose guard goes on without them.

use std::mem;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::support::*;

/// How the guard that a forgotten upgrade came from lets go of its access.
const ENDS: [fn(RwLockUpgradableReadGuard<'_, u64>); 3] = [
    |guard| drop(guard),
    |guard| drop(RwLockUpgradableReadGuard::downgrade(guard)),
    |guard| {
        let yielding = RwLockUpgradableReadGuard::yield_to_waiters(guard);
        Task::new(yielding).waits();
    },
];

/// Behind an upgrade that is forgotten before or after its wake-up, one of this kind waits; how often it is
/// woken once the guard of the upgrade is gone.
fn wakes_behind(
    is_woken_first: bool,
    kind: Kind,
    end: fn(RwLockUpgradableReadGuard<'_, u64>),
) -> usize {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    let waiter = kind.waiter(&lock);
    let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    upgrade.waits();
    if is_woken_first {
        drop(reader);
        assert_eq!(upgrade.wakes(), 1);
        mem::forget(upgrade);
    } else {
        mem::forget(upgrade);
        drop(reader);
    }
    assert_eq!(waiter.wakes(), 0);
    end(guard);
    waiter.wakes()
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn the_wake_up_of_a_forgotten_upgrade_ends_with_the_access_of_its_guard() {
    for kind in [Kind::Write, Kind::UpgradableRead] {
        for (number, end) in ENDS.into_iter().enumerate() {
            for is_woken_first in [true, false] {
                let wakes = wakes_behind(is_woken_first, kind, end);
                assert_eq!(wakes, 1, "{:?}, end {}, {}", kind, number, is_woken_first);
            }
        }
    }
}

#[test]
fn what_a_forgotten_upgrade_gave_is_had_once_more_and_ends_then() {
    let lock = RwLock::new(0);
    let mut guard = lock.try_upgradable_read().unwrap();
    mem::forget(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    let reader = Kind::Read.waiter(&lock);
    *RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap() += 1;
    assert_eq!(reader.wakes(), 1);
    assert_eq!(*guard, 1);
}

#[test]
fn an_upgrade_that_was_woken_and_forgotten_makes_nobody_step_aside_once_its_guard_is_gone() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    upgrade.waits();
    drop(reader);
    assert!(upgrade.is_woken());
    mem::forget(upgrade);
    drop(guard);
    assert!(Kind::UpgradableRead.task(&lock).poll().is_some());
}
