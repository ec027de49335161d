//! Upgrades and downgrades: what they admit, whom they wake, and that they leave no gap.

use super::lock::Lock;
use super::support::*;

pub(crate) fn waiting_for_or_holding_an_upgradable_read_does_not_keep_a_plain_reader_out<
    L: Lock,
>() {
    let lock = L::new(0);
    let _held = lock.try_upgradable_read().unwrap();
    let _waiting = Kind::UpgradableRead.waiter(&lock);
    assert!(lock.try_read().is_some());
    assert_eq!(Kind::Read.task(&lock).finishes().kind(), Kind::Read);
}

pub(crate) fn an_upgrade_keeps_readers_out_from_its_first_poll_on_and_not_before<L: Lock>() {
    let lock = L::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Task::new(L::upgrade(upgradable));
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

pub(crate) fn an_upgrade_is_atomic_against_a_queued_writer<L: Lock>() {
    let lock = L::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    let mut writer = Task::new(L::upgrade(upgradable)).finishes();
    assert_eq!(*writer, 0);
    *writer = 1;
    queued.waits();
    assert_eq!(queued.wakes(), 0);
    drop(writer);
    assert_eq!(queued.wakes(), 1);
    assert_eq!(queued.finishes().value(), 1);
}

pub(crate) fn an_attempt_to_upgrade_beside_readers_returns_the_guard_and_changes_nothing<
    L: Lock,
>() {
    let lock = L::new(0);
    let reader = lock.try_read().unwrap();
    let mut upgradable = lock.try_upgradable_read().unwrap();
    for _ in 0..100 {
        upgradable = L::try_upgrade(upgradable).err().unwrap();
        assert_eq!(free_for(&lock), [true, false, false]);
    }
    drop(reader);
    let writer = L::try_upgrade(upgradable).ok().unwrap();
    assert_eq!(free_for(&lock), LOCKED);
    drop(writer);
    assert_free(&lock);
}

pub(crate) fn an_attempt_to_upgrade_goes_before_a_queued_writer<L: Lock>() {
    let lock = L::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    let writer = L::try_upgrade(upgradable).ok().unwrap();
    assert_eq!(queued.wakes(), 0);
    drop(writer);
    assert_eq!(queued.wakes(), 1);
    drop(queued.finishes());
    assert_free(&lock);
}

pub(crate) fn upgrade_and_downgrade_repeated_any_number_of_times_leave_the_lock_as_it_was<
    L: Lock,
>() {
    let lock = L::new(0);
    let mut upgradable = lock.try_upgradable_read().unwrap();
    for round in 0..runs(1000) {
        let mut writer = Task::new(L::upgrade(upgradable)).finishes();
        assert_eq!(*writer, round);
        *writer += 1;
        upgradable = L::downgrade_to_upgradable(writer);
        assert_eq!(free_for(&lock), [true, false, false]);
    }
    assert_eq!(*upgradable, runs(1000));
    drop(L::downgrade_upgradable(upgradable));
    assert_free(&lock);
}

pub(crate) fn no_writer_gets_in_between_repeated_conversions<L: Lock>() {
    let lock = L::new(0);
    let mut upgradable = lock.try_upgradable_read().unwrap();
    let mut queued = Kind::Write.waiter(&lock);
    for round in 0..100 {
        let mut writer = Task::new(L::upgrade(upgradable)).finishes();
        queued.waits();
        assert_eq!(*writer, round);
        *writer += 1;
        upgradable = L::downgrade_to_upgradable(writer);
        queued.waits();
    }
    let reader = L::downgrade_upgradable(upgradable);
    queued.waits();
    assert_eq!(*reader, 100);
    drop(reader);
    assert!(queued.is_woken());
    assert_eq!(queued.finishes().value(), 100);
}

pub(crate) fn downgrading_a_writer_admits_the_readers_that_wait_and_the_writer_goes_after_them<
    L: Lock,
>() {
    let lock = L::new(0);
    let mut writer = lock.try_write().unwrap();
    let mut readers: Vec<_> = shared_kinds::<L>().map(|kind| kind.waiter(&lock)).collect();
    let mut queued = Kind::Write.waiter(&lock);
    *writer = 1;
    let downgraded = L::downgrade(writer);
    let guards: Vec<_> = readers.iter_mut().map(Task::finishes).collect();
    assert!(guards.iter().all(|guard| guard.value() == 1));
    assert!(readers.iter().all(|reader| reader.wakes() == 1));
    drop(downgraded);
    assert_eq!(queued.wakes(), 0);
    drop(guards);
    assert_eq!(queued.wakes(), 1);
    drop(queued.finishes());
    assert_free(&lock);
}

pub(crate) fn downgrading_an_upgradable_reader_admits_the_next_one<L: Lock>() {
    let lock = L::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut first = Kind::UpgradableRead.waiter(&lock);
    let second = Kind::UpgradableRead.waiter(&lock);
    let reader = L::downgrade_upgradable(upgradable);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    let next = first.finishes();
    assert_eq!(free_for(&lock), [true, false, false]);
    drop((reader, next, second));
    assert_free(&lock);
}
