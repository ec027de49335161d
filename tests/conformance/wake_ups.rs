//! Who is woken by what, counted exactly.

use std::sync::Arc;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::promises::futurelock::BOUND;
use crate::support::*;

#[test]
fn only_the_waker_of_an_upgrades_last_poll_is_woken() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let (first, last) = (Wakes::new(), Wakes::new());
    assert!(poll_with(&mut upgrade, &first).is_none());
    assert!(poll_with(&mut upgrade, &last).is_none());
    assert_eq!(Arc::strong_count(&first), 1);
    drop(reader);
    assert_eq!((first.count(), last.count()), (0, 1));
    assert!(poll_with(&mut upgrade, &last).is_some());
}

#[test]
fn a_leaving_writer_wakes_every_plain_reader_and_one_upgradable_and_no_writer() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let writer = Kind::Write.waiter(&lock);
    let readers = [Kind::Read.waiter(&lock), Kind::Read.waiter(&lock)];
    let upgradables = [Kind::UpgradableRead.waiter(&lock), Kind::UpgradableRead.waiter(&lock)];
    drop(held);
    assert_wakes(
        &[&writer, &readers[0], &readers[1], &upgradables[0], &upgradables[1]],
        &[0, 1, 1, 1, 0],
    );
}

#[test]
fn a_leaving_upgradable_reader_wakes_one_upgradable_reader_and_no_second() {
    let lock = RwLock::new(0);
    let held = lock.try_upgradable_read().unwrap();
    let mut first = Kind::UpgradableRead.waiter(&lock);
    let second = Kind::UpgradableRead.waiter(&lock);
    drop(held);
    assert_wakes(&[&first, &second], &[1, 0]);
    let held = first.finishes();
    drop(held);
    assert_wakes(&[&first, &second], &[1, 1]);
}

#[test]
fn a_leaving_upgradable_reader_lets_a_waiting_writer_go_before_the_next_upgradable_reader() {
    let lock = RwLock::new(0);
    let held = lock.try_upgradable_read().unwrap();
    let mut upgradable = Kind::UpgradableRead.waiter(&lock);
    let mut writer = Kind::Write.waiter(&lock);
    drop(held);
    assert_wakes(&[&upgradable, &writer], &[0, 1]);
    let held = writer.finishes();
    assert_wakes(&[&upgradable, &writer], &[0, 1]);
    drop(held);
    assert_wakes(&[&upgradable, &writer], &[1, 1]);
    assert_eq!(upgradable.finishes().kind(), Kind::UpgradableRead);
}

#[test]
fn a_woken_waiter_that_finds_the_lock_taken_sleeps_and_is_woken_once_more() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut waiter = kind.waiter(&lock);
        drop(held);
        for overtaken in 1..=10 {
            assert_eq!(waiter.wakes(), overtaken, "{:?}", kind);
            let thief = lock.try_write().unwrap();
            waiter.waits();
            waiter.waits();
            assert_eq!(waiter.wakes(), overtaken, "{:?}", kind);
            drop(thief);
        }
        assert_eq!(waiter.finishes().kind(), kind);
        assert_free(&lock);
    }
}

#[test]
fn a_release_wakes_the_next_writer_past_one_that_was_woken_and_is_never_polled() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let abandoned = Kind::Write.waiter(&lock);
    let mut asleep = Kind::Write.waiter(&lock);
    drop(held);
    assert_wakes(&[&abandoned, &asleep], &[1, 0]);
    drop(lock.try_read().unwrap());
    assert_wakes(&[&abandoned, &asleep], &[1, 1]);
    assert_eq!(asleep.finishes().kind(), Kind::Write);
}

#[test]
fn a_release_wakes_the_next_writer_past_one_that_was_overtaken_and_woken_again_and_is_never_polled()
{
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut abandoned = Kind::Write.waiter(&lock);
    let mut asleep = Kind::Write.waiter(&lock);
    drop(held);
    let thief = lock.try_write().unwrap();
    abandoned.waits();
    drop(thief);
    assert_wakes(&[&abandoned, &asleep], &[2, 0]);
    drop(lock.try_write().unwrap());
    assert_wakes(&[&abandoned, &asleep], &[2, 1]);
    assert_eq!(asleep.finishes().kind(), Kind::Write);
}

#[test]
fn a_release_wakes_readers_that_sleep_behind_a_writer_that_is_never_polled() {
    for kind in [Kind::Read, Kind::UpgradableRead] {
        for passer in KINDS {
            let lock = RwLock::new(0);
            let held = lock.try_read().unwrap();
            let abandoned = Kind::Write.waiter(&lock);
            let mut asleep = kind.waiter(&lock);
            drop(held);
            assert_wakes(&[&abandoned, &asleep], &[1, 0]);
            drop(passer.taken(&lock));
            assert_wakes(&[&abandoned, &asleep], &[1, 1]);
            assert_eq!(asleep.finishes().kind(), kind);
        }
    }
}

#[test]
fn the_next_arrival_that_gets_through_wakes_those_behind_a_writer_that_is_never_polled() {
    for arrival in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let abandoned = Kind::Write.waiter(&lock);
        let mut asleep = Kind::Write.waiter(&lock);
        drop(held);
        let (guard, _) = arrival.task(&lock).finishes_within(BOUND);
        drop(guard);
        assert_wakes(&[&abandoned, &asleep], &[1, 1]);
        assert_eq!(asleep.finishes().kind(), Kind::Write, "{:?}", arrival);
    }
}

#[test]
fn a_recursive_read_leaves_the_turn_to_the_writer_that_was_woken() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let woken = Kind::Write.waiter(&lock);
    let mut asleep = Kind::Write.waiter(&lock);
    drop(held);
    for _ in 0..BOUND {
        drop(Task::new(lock.read_recursive()).finishes());
    }
    assert_wakes(&[&woken, &asleep], &[1, 0]);
    drop(woken);
    assert_eq!(asleep.finishes().kind(), Kind::Write);
}

#[test]
fn a_finished_future_that_is_kept_takes_no_wake_up_from_others() {
    let (lock, wakes) = (RwLock::new(0), Wakes::new());
    let held = lock.try_write().unwrap();
    let abandoned = Kind::Write.waiter(&lock);
    let mut kept = Box::pin(lock.write());
    assert!(poll_with(&mut kept, &wakes).is_none());
    let mut asleep = Kind::Write.waiter(&lock);
    drop(held);
    let guard = (0..BOUND).find_map(|_| poll_with(&mut kept, &wakes)).unwrap();
    let turns_aside = wakes.count();
    assert_wakes(&[&abandoned, &asleep], &[1, 0]);
    drop(guard);
    assert_wakes(&[&abandoned, &asleep], &[1, 1]);
    assert_eq!((wakes.count(), asleep.finishes().kind()), (turns_aside, Kind::Write));
}

#[test]
fn of_a_reader_and_an_upgradable_reader_the_first_that_leaves_wakes_nobody() {
    for reader_is_last in [false, true] {
        let lock = RwLock::new(0);
        let mut held = [Kind::Read.taken(&lock), Kind::UpgradableRead.taken(&lock)];
        if reader_is_last {
            held.reverse();
        }
        let waiters: Vec<_> =
            a_writer_first::<RwLock<u64>>().map(|kind| kind.waiter(&lock)).collect();
        let [first, last] = held;
        drop(first);
        assert!(waiters.iter().all(|waiter| waiter.wakes() == 0));
        drop(last);
        let wakes: Vec<_> = waiters.iter().map(Task::wakes).collect();
        assert_eq!(wakes, [1, 0, 0, 0]);
    }
}

#[test]
fn dropping_one_of_two_queued_writers_wakes_nobody() {
    let lock = RwLock::new(0);
    let _reader = lock.try_read().unwrap();
    let first = Kind::Write.waiter(&lock);
    let second = Kind::Write.waiter(&lock);
    let behind = Kind::Read.waiter(&lock);
    drop(first);
    assert_wakes(&[&second, &behind], &[0, 0]);
    drop(second);
    assert_eq!(behind.wakes(), 1);
}

#[test]
fn the_last_reader_that_leaves_wakes_the_upgrader_though_a_writer_was_woken_before() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let wakes = Wakes::new();
    let mut upgradable = Box::pin(lock.upgradable_read());
    assert!(poll_with(&mut upgradable, &wakes).is_none());
    let [mut first, mut reader] = [Kind::Read.waiter(&lock), Kind::Read.waiter(&lock)];
    let writer = Kind::Write.waiter(&lock);
    drop(held);
    drop(first.finishes());
    assert_wakes(&[&reader, &writer], &[1, 1]);
    let upgradable = poll_with(&mut upgradable, &wakes).expect("it was woken");
    let reader = reader.finishes();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!(wakes.count(), 2);
    assert!(poll_with(&mut upgrade, &wakes).is_some());
}

#[test]
fn an_upgradable_reader_that_gives_up_and_was_not_woken_wakes_nobody() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let woken = Kind::UpgradableRead.waiter(&lock);
    let (asleep, gives_up) =
        (Kind::UpgradableRead.waiter(&lock), Kind::UpgradableRead.waiter(&lock));
    drop(held);
    drop(gives_up);
    assert_wakes(&[&woken, &asleep], &[1, 0]);
}

#[test]
fn an_upgradable_reader_that_gives_up_and_was_woken_before_others_wakes_nobody() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let late = Kind::UpgradableRead.waiter(&lock);
    drop(held);
    drop(Kind::Write.task(&lock).finishes_within(10));
    let held = lock.try_write().unwrap();
    let (woken, asleep) = (Kind::UpgradableRead.waiter(&lock), Kind::UpgradableRead.waiter(&lock));
    drop(held);
    drop(late);
    assert_wakes(&[&woken, &asleep], &[1, 0]);
}
