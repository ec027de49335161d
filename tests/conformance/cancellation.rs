//! Futures that are dropped.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
use futures_lite::future::yield_now;

use crate::random::World;
use crate::support::*;

#[test]
fn dropping_an_unpolled_future_has_no_effect_at_all() {
    for holder in KINDS {
        for kind in KINDS {
            let lock = RwLock::new(0);
            let held = holder.taken(&lock);
            let before = free_for(&lock);
            let unpolled = kind.task(&lock);
            assert_eq!(free_for(&lock), before, "{:?} {:?}", holder, kind);
            drop(unpolled);
            assert_eq!(free_for(&lock), before, "{:?} {:?}", holder, kind);
            drop(held);
            assert_free(&lock);
        }
    }
}

#[test]
fn dropping_an_unpolled_upgrade_only_drops_its_guard() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let upgrade = RwLockUpgradableReadGuard::upgrade(lock.try_upgradable_read().unwrap());
    assert_eq!(free_for(&lock), [true, false, false]);
    drop(upgrade);
    assert_eq!(free_for(&lock), [true, true, false]);
    drop(reader);
    assert_free(&lock);
}

#[test]
fn dropping_a_finished_future_has_no_effect() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let writer = lock.try_write().unwrap();
        let mut task = kind.waiter(&lock);
        drop(writer);
        let guard = task.finishes();
        let before = free_for(&lock);
        drop(task);
        assert_eq!(free_for(&lock), before, "{:?}", kind);
        drop(guard);
        assert_free(&lock);
    }
}

#[test]
fn dropping_a_queued_writer_lets_in_the_readers_behind_it_at_once() {
    for behind in [Kind::Read, Kind::UpgradableRead] {
        let lock = RwLock::new(0);
        let reader = lock.try_read().unwrap();
        let writer = Kind::Write.waiter(&lock);
        let mut waiter = behind.waiter(&lock);
        assert_eq!(waiter.wakes(), 0);
        drop(writer);
        assert_eq!(waiter.wakes(), 1);
        assert_eq!(waiter.finishes().kind(), behind);
        drop(reader);
        assert_free(&lock);
    }
}

#[test]
fn dropping_one_of_two_queued_writers_does_not_let_readers_in() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let first = Kind::Write.waiter(&lock);
    let second = Kind::Write.waiter(&lock);
    let mut behind = Kind::Read.waiter(&lock);
    drop(first);
    assert_eq!((second.wakes(), behind.wakes()), (0, 0));
    behind.waits();
    assert!(lock.try_read().is_none());
    drop(second);
    assert_eq!(behind.wakes(), 1);
    assert_eq!(behind.finishes().kind(), Kind::Read);
    drop(reader);
    assert_free(&lock);
}

/// Dropped before or after the guard whose release may wake it: the other gets in, woken once.
fn a_dropped_one_of_two_waiters_passes_its_turn_on(holder: Kind, dropped: Kind, other: Kind) {
    for dropped_is_first in [true, false] {
        for release_first in [true, false] {
            let lock = RwLock::new(0);
            let held = holder.taken(&lock);
            let (mut leaver, mut stayer) = (dropped.task(&lock), other.task(&lock));
            let mut in_order = [&mut leaver, &mut stayer];
            if !dropped_is_first {
                in_order.reverse();
            }
            let both_wait = in_order.into_iter().all(|task| task.poll().is_none());
            if !both_wait {
                continue;
            }
            let case = (holder, dropped, other, dropped_is_first, release_first);
            if release_first {
                drop(held);
                drop(leaver);
            } else {
                drop(leaver);
                drop(held);
            }
            assert_eq!(stayer.wakes(), 1, "{:?}", case);
            assert_eq!(stayer.finishes().kind(), other, "{:?}", case);
            assert_free(&lock);
        }
    }
}

#[test]
fn a_waiter_that_is_dropped_before_its_poll_passes_its_turn_on_whatever_the_kinds() {
    for holder in KINDS {
        for dropped in KINDS {
            for other in KINDS {
                a_dropped_one_of_two_waiters_passes_its_turn_on(holder, dropped, other);
            }
        }
    }
}

#[test]
fn a_woken_upgrade_that_is_dropped_passes_its_turn_on() {
    for other in KINDS {
        let lock = RwLock::new(0);
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable));
        upgrade.waits();
        let mut waiter = other.waiter(&lock);
        drop(reader);
        assert_eq!((upgrade.wakes(), waiter.wakes()), (1, 0));
        drop(upgrade);
        assert_eq!(waiter.wakes(), 1, "{:?}", other);
        assert_eq!(waiter.finishes().kind(), other);
        assert_free(&lock);
    }
}

#[test]
fn a_cancelled_upgrade_keeps_the_upgradable_access_and_admits_the_readers_it_held_up() {
    for woken in [false, true] {
        let lock = RwLock::new(7);
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
        let wakes = Wakes::new();
        assert!(poll_with(&mut upgrade, &wakes).is_none());
        let mut held_up = Kind::Read.waiter(&lock);
        let reader = if woken {
            drop(reader);
            None
        } else {
            Some(reader)
        };
        assert_eq!((wakes.count(), held_up.wakes()), (usize::from(woken), 0));

        let upgradable = upgrade.as_mut().cancel().unwrap();
        assert!(upgrade.as_mut().cancel().is_none());
        assert_eq!(held_up.wakes(), 1);
        assert_eq!(held_up.finishes().value(), *upgradable);
        assert_eq!(free_for(&lock), [true, false, false]);
        drop((upgradable, reader));
        assert_free(&lock);
    }
}

#[test]
fn no_writer_gets_in_between_an_upgrade_and_its_cancellation() {
    let lock = RwLock::new(7);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut writer = Kind::Write.waiter(&lock);
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!((wakes.count(), writer.wakes()), (1, 0));
    writer.waits();

    let upgradable = upgrade.as_mut().cancel().unwrap();
    writer.waits();
    assert_eq!((*upgradable, writer.wakes()), (7, 0));
    drop(upgradable);
    assert_eq!(writer.wakes(), 1);
    drop(writer.finishes());
    assert_free(&lock);
}

#[test]
fn an_upgrade_that_is_done_cannot_be_cancelled() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let guard = poll_with(&mut upgrade, &Wakes::new()).unwrap();
    assert!(upgrade.as_mut().cancel().is_none());
    assert_eq!(free_for(&lock), LOCKED);
    drop(guard);
    assert_free(&lock);
}

#[test]
fn a_dropped_middle_waiter_keeps_the_order_of_the_rest_and_wakes_nobody_early() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut writers: Vec<_> = (0..5).map(|_| Kind::Write.waiter(&lock)).collect();
    drop(writers.remove(2));
    assert!(writers.iter().all(|writer| writer.wakes() == 0));

    let mut held = Guard::Write(held);
    for index in 0..writers.len() {
        drop(held);
        let wakes: Vec<_> = writers.iter().map(Task::wakes).collect();
        let expected: Vec<_> =
            (0..writers.len()).map(|other| usize::from(other <= index)).collect();
        assert_eq!(wakes, expected);
        held = writers[index].finishes();
    }
    drop(held);
    assert_free(&lock);
}

#[test]
fn a_sleeping_waiter_that_is_dropped_wakes_nobody_while_a_woken_writer_is_on_its_way() {
    for behind in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_read().unwrap();
        let mut woken = Kind::Write.waiter(&lock);
        let dropped = Kind::Write.waiter(&lock);
        let mut last = behind.waiter(&lock);
        drop(held);
        drop(dropped);
        assert_eq!((woken.wakes(), last.wakes()), (1, 0), "{:?}", behind);
        drop(woken.finishes());
        assert_eq!(last.wakes(), 1, "{:?}", behind);
        drop(last.finishes());
        assert_free(&lock);
    }
}

#[test]
fn after_random_runs_that_cancel_at_every_await_point_the_lock_is_free() {
    for seed in 0..runs(6000) {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, seed);
        for _ in 0..60 {
            world.step();
        }
        world.cancel_all();
        assert_free(&lock);
    }
}

#[test]
fn after_random_runs_everybody_who_waits_and_is_polled_when_woken_gets_in() {
    for seed in 0..runs(6000) {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, seed);
        for _ in 0..60 {
            world.step();
        }
        world.run_to_the_end();
        assert_free(&lock);
    }
}

/// Every access and conversion once, each of them an await point while others use the lock.
async fn use_everything(lock: &RwLock<u32>) {
    drop(lock.read().await);
    let upgradable = lock.upgradable_read().await;
    yield_now().await;
    let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
    *writer += 1;
    yield_now().await;
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    yield_now().await;
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    yield_now().await;
    drop(reader);
    *lock.write().await += 1;
}

#[test]
fn a_task_that_is_dropped_after_any_number_of_turns_leaves_the_others_able_to_finish() {
    const TASKS: usize = 4;
    for turns in 0..80 {
        for dropped in 0..TASKS {
            let lock = RwLock::new(0);
            let mut executor = Fifo::default();
            for _ in 0..TASKS {
                executor.spawn(use_everything(&lock));
            }
            executor.run(turns);
            executor.cancel(dropped);
            assert!(executor.run(1000) < 1000);
            assert!(executor.all_done(), "task {} dropped after {} turns", dropped, turns);
            assert_free(&lock);
        }
    }
}
