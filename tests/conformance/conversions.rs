//! Upgrades and downgrades: what they admit, whom they wake, and that they leave no gap.

use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc, RwLockWriteGuard,
    RwLockWriteGuardArc,
};

use crate::support::*;

#[test]
fn waiting_for_or_holding_an_upgradable_read_does_not_keep_a_plain_reader_out() {
    let lock = RwLock::new(0);
    let _held = lock.try_upgradable_read().unwrap();
    let _waiting = Kind::UpgradableRead.waiter(&lock);
    assert!(lock.try_read().is_some());
    assert_eq!(Kind::Read.task(&lock).finishes().kind(), Kind::Read);
}

#[test]
fn an_upgrade_keeps_readers_out_from_its_first_poll_on_and_not_before() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable));
    assert!(lock.try_read().is_some());
    upgrade.waits();
    assert!(lock.try_read().is_none());
    let mut late = Kind::Read.waiter(&lock);
    drop(reader);
    let writer = upgrade.finishes();
    late.waits();
    drop(writer);
    assert_eq!(late.wakes(), 1);
    drop(late.finishes());
    assert_free(&lock);
}

#[test]
fn an_upgrade_is_atomic_against_a_queued_writer() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    let mut writer = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable)).finishes();
    assert_eq!(*writer, 0);
    *writer = 1;
    queued.waits();
    assert_eq!(queued.wakes(), 0);
    drop(writer);
    assert_eq!(queued.wakes(), 1);
    assert_eq!(queued.finishes().value(), 1);
}

#[test]
fn an_attempt_to_upgrade_beside_readers_returns_the_guard_and_changes_nothing() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut upgradable = lock.try_upgradable_read().unwrap();
    for _ in 0..100 {
        upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap_err();
        assert_eq!(free_for(&lock), [true, false, false]);
    }
    drop(reader);
    let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    assert_eq!(free_for(&lock), LOCKED);
    drop(writer);
    assert_free(&lock);
}

#[test]
fn an_attempt_to_upgrade_goes_before_a_queued_writer() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    assert_eq!(queued.wakes(), 0);
    drop(writer);
    assert_eq!(queued.wakes(), 1);
    drop(queued.finishes());
    assert_free(&lock);
}

#[test]
fn upgrade_and_downgrade_repeated_any_number_of_times_leave_the_lock_as_it_was() {
    let lock = RwLock::new(0);
    let mut upgradable = lock.try_upgradable_read().unwrap();
    for round in 0..1000 {
        let mut writer = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable)).finishes();
        assert_eq!(*writer, round);
        *writer += 1;
        upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
        assert_eq!(free_for(&lock), [true, false, false]);
    }
    assert_eq!(*upgradable, 1000);
    drop(RwLockUpgradableReadGuard::downgrade(upgradable));
    assert_free(&lock);
}

#[test]
fn no_writer_gets_in_between_repeated_conversions() {
    let lock = RwLock::new(0);
    let mut upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    for round in 0..100 {
        let mut writer = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable)).finishes();
        queued.waits();
        assert_eq!(*writer, round);
        *writer += 1;
        upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
        queued.waits();
    }
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    queued.waits();
    assert_eq!((*reader, queued.wakes()), (100, 0));
    drop(reader);
    assert_eq!(queued.wakes(), 1);
    assert_eq!(queued.finishes().value(), 100);
}

/// Waits behind a writer: a reader, an upgradable reader, a writer.
fn one_of_each(lock: &RwLock<u32>) -> [Task<'_, Guard<'_>>; 3] {
    KINDS.map(|kind| kind.waiter(lock))
}

fn wakes(tasks: &[Task<'_, Guard<'_>>; 3]) -> [usize; 3] {
    [tasks[0].wakes(), tasks[1].wakes(), tasks[2].wakes()]
}

#[test]
fn downgrading_a_writer_admits_the_readers_that_wait_and_the_writer_goes_after_them() {
    let lock = RwLock::new(0);
    let mut writer = lock.try_write().unwrap();
    let mut waiters = one_of_each(&lock);
    *writer = 1;
    let downgraded = RwLockWriteGuard::downgrade(writer);
    assert_eq!(wakes(&waiters), [1, 1, 0]);
    let readers = (waiters[0].finishes(), waiters[1].finishes());
    assert_eq!((readers.0.value(), readers.1.value()), (1, 1));
    drop((downgraded, readers.0));
    assert_eq!(wakes(&waiters), [1, 1, 0]);
    drop(readers.1);
    assert_eq!(wakes(&waiters), [1, 1, 1]);
    drop(waiters[2].finishes());
    assert_free(&lock);
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
fn downgrading_an_upgradable_reader_admits_the_next_one() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut first = Kind::UpgradableRead.waiter(&lock);
    let second = Kind::UpgradableRead.waiter(&lock);
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    let next = first.finishes();
    assert_eq!(free_for(&lock), [true, false, false]);
    drop((reader, next, second));
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
    assert_eq!(free_for(&lock), [true, false, false]);

    let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!(wakes.count(), 1);
    let writer = poll_with(&mut upgrade, &wakes).unwrap();
    assert_eq!(free_for(&lock), LOCKED);
    let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
    assert_eq!(free_for(&lock), [true, false, false]);
    let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    assert_eq!(free_for(&lock), [true, true, false]);
    drop(reader);
    let reader = RwLockWriteGuardArc::downgrade(lock.try_write_arc().unwrap());
    assert_eq!(free_for(&lock), [true, true, false]);
    drop(reader);
    assert_free(&lock);
}
