//! Futures that are dropped.

use futures_lite::future::yield_now;

use super::lock::{Lock, Offer};
use super::support::*;

pub(crate) fn dropping_an_unpolled_future_has_no_effect_at_all<L: Lock>() {
    for holder in kinds::<L>() {
        for kind in kinds::<L>() {
            let lock = L::new(0);
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

pub(crate) fn dropping_an_unpolled_upgrade_only_drops_its_guard<L: Lock>() {
    let lock = L::new(0);
    let reader = lock.try_read().unwrap();
    let upgrade = L::upgrade(lock.try_upgradable_read().unwrap());
    drop(upgrade);
    assert_eq!(free_for(&lock), [true, true, false]);
    drop(reader);
    assert_free(&lock);
}

pub(crate) fn dropping_a_finished_future_has_no_effect<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
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

pub(crate) fn dropping_a_queued_writer_lets_in_the_readers_behind_it_at_once<L: Lock>() {
    for behind in shared_kinds::<L>() {
        let lock = L::new(0);
        let reader = lock.try_read().unwrap();
        let writer = Kind::Write.waiter(&lock);
        let mut waiter = behind.task(&lock);
        if waiter.poll().is_none() {
            drop(writer);
            assert!(waiter.is_woken(), "{:?}", behind);
            assert_eq!(waiter.finishes().kind(), behind);
            drop(reader);
            assert_free(&lock);
        }
    }
}

pub(crate) fn dropping_one_of_two_queued_writers_does_not_let_readers_in<L: Lock>() {
    let lock = L::new(0);
    let reader = lock.try_read().unwrap();
    let first = Kind::Write.waiter(&lock);
    let second = Kind::Write.waiter(&lock);
    let mut behind = Kind::Read.waiter(&lock);
    drop(first);
    behind.waits();
    assert!(lock.try_read().is_none());
    drop(second);
    assert!(behind.is_woken());
    assert_eq!(behind.finishes().kind(), Kind::Read);
    drop(reader);
    assert_free(&lock);
}

/// Dropped before or after the guard whose release may wake it: the other gets in.
fn a_dropped_one_of_two_waiters_passes_its_wake_up_on<L: Lock>(
    holder: Kind,
    dropped: Kind,
    other: Kind,
) {
    for dropped_is_first in [true, false] {
        for release_first in [true, false] {
            let lock = L::new(0);
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
            assert!(stayer.is_woken(), "{:?}", case);
            assert_eq!(stayer.finishes().kind(), other, "{:?}", case);
            assert_free(&lock);
        }
    }
}

pub(crate) fn a_waiter_that_is_dropped_before_its_poll_passes_its_wake_up_on_whatever_the_kinds<
    L: Lock,
>() {
    for holder in kinds::<L>() {
        for dropped in kinds::<L>() {
            for other in kinds::<L>() {
                a_dropped_one_of_two_waiters_passes_its_wake_up_on::<L>(holder, dropped, other);
            }
        }
    }
}

pub(crate) fn a_woken_upgrade_that_is_dropped_passes_its_wake_up_on<L: Lock>() {
    for other in kinds::<L>() {
        let lock = L::new(0);
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        let mut upgrade = Task::new(L::upgrade(upgradable));
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

pub(crate) fn a_dropped_middle_waiter_keeps_the_order_of_the_rest_and_wakes_nobody_early<
    L: Lock,
>() {
    let lock = L::new(0);
    let held = lock.try_write().unwrap();
    let mut writers: Vec<_> = (0..5).map(|_| Kind::Write.waiter(&lock)).collect();
    drop(writers.remove(2));
    assert!(writers.iter().all(|writer| writer.wakes() == 0));

    let mut held: Guard<'_, L> = Guard::Write(held);
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

pub(crate) fn a_sleeping_waiter_that_is_dropped_wakes_nobody_while_a_woken_writer_is_on_its_way<
    L: Lock,
>() {
    for behind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_read().unwrap();
        let mut woken = Kind::Write.waiter(&lock);
        let dropped = Kind::Write.waiter(&lock);
        let mut last = behind.task(&lock);
        if last.poll().is_some() {
            continue;
        }
        drop(held);
        drop(dropped);
        assert_eq!((woken.wakes(), last.wakes()), (1, 0), "{:?}", behind);
        drop(woken.finishes());
        assert_eq!(last.wakes(), 1, "{:?}", behind);
        drop(last.finishes());
        assert_free(&lock);
    }
}

/// Every access and conversion once, each of them an await point while others use the lock.
async fn use_everything<L: Lock>(lock: &L) {
    let reader = lock.read().await;
    yield_now().await;
    drop(reader);
    if L::OFFERS.contains(&Offer::Upgrades) {
        let upgradable = lock.upgradable_read().await;
        yield_now().await;
        let mut writer = L::upgrade(upgradable).await;
        *writer += 1;
        yield_now().await;
        let upgradable = L::downgrade_to_upgradable(writer);
        yield_now().await;
        let reader = L::downgrade_upgradable(upgradable);
        yield_now().await;
        drop(reader);
    }
    *lock.write().await += 1;
}

pub(crate) fn a_task_that_is_dropped_after_any_number_of_turns_leaves_the_others_able_to_finish<
    L: Lock,
>() {
    const TASKS: usize = 4;
    for turns in (0..80).step_by(if cfg!(miri) { 16 } else { 1 }) {
        for dropped in 0..TASKS {
            let lock = L::new(0);
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
