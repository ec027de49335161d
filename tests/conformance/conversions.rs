//! Upgrades and downgrades: what they admit, whom they wake, and that they leave no gap.

use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc, RwLockWriteGuard,
    RwLockWriteGuardArc,
};

use crate::support::*;

/// Waits behind a writer: a reader, an upgradable reader, a writer.
fn one_of_each(lock: &RwLock<u64>) -> [Task<'_, Guard<'_>>; 3] {
    KINDS.map(|kind| kind.waiter(lock))
}

fn wakes(tasks: &[Task<'_, Guard<'_>>; 3]) -> [usize; 3] {
    [tasks[0].wakes(), tasks[1].wakes(), tasks[2].wakes()]
}

#[test]
fn downgrading_a_writer_to_upgradable_admits_the_plain_readers_that_wait() {
    let lock = RwLock::new(0);
    let writer = lock.try_write().unwrap();
    let mut waiters = one_of_each(&lock);
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    assert_eq!(wakes(&waiters), [1, 0, 0]);
    drop(waiters[0].finishes());
    waiters[1].waits();
    drop(upgradable);
    assert_eq!(wakes(&waiters), [1, 0, 1]);
    drop(waiters[2].finishes());
    assert_eq!(wakes(&waiters), [1, 1, 1]);
    drop(waiters[1].finishes());
    assert_free(&lock);
}

#[test]
fn downgrading_an_upgradable_reader_beside_a_queued_writer_wakes_nobody() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut writer = Kind::Write.waiter(&lock);
    let waiting = Kind::UpgradableRead.waiter(&lock);
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!((writer.wakes(), waiting.wakes()), (0, 0));
    drop(reader);
    assert_eq!((writer.wakes(), waiting.wakes()), (1, 0));
    drop(writer.finishes());
    assert_eq!(waiting.wakes(), 1);
}

#[test]
fn guards_on_an_arc_convert_as_borrowed_ones_do() {
    let lock = Arc::new(RwLock::new(0));
    let reader = lock.try_read_arc().unwrap();
    let upgradable = lock.try_upgradable_read_arc().unwrap();
    let upgradable = RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap_err();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    let upgradable = upgrade.as_mut().cancel().unwrap();
    assert_eq!(free_for(&*lock), [true, false, false]);

    let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!(wakes.count(), 1);
    let writer = poll_with(&mut upgrade, &wakes).unwrap();
    assert_eq!(free_for(&*lock), LOCKED);
    let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
    assert_eq!(free_for(&*lock), [true, false, false]);
    let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    assert_eq!(free_for(&*lock), [true, true, false]);
    drop(reader);
    let reader = RwLockWriteGuardArc::downgrade(lock.try_write_arc().unwrap());
    assert_eq!(free_for(&*lock), [true, true, false]);
    drop(reader);
    assert_free(&*lock);
}
