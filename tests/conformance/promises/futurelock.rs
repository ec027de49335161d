//! Futures that were woken and are never polled again hold nothing up.
//!
//! The programs of the "futurelock" deadlock (Oxide RFD 609, tokio#6450, async-lock#91): two
//! futures of one task, of which only one goes on being polled. Its polls follow the wake-ups of
//! the task, as an executor's would.

use std::sync::Arc;

use futures_lite::future::{or, poll_once, yield_now};

use super::lock::Lock;
use super::support::*;

/// Deferring for as long as it gets, coming in, and one poll for the wake-up itself.
pub(crate) const BOUND: usize = 16 + 2;

fn with_waker<'a, L: Lock>(lock: &'a L, kind: Kind, wakes: &Arc<Wakes>) -> Task<'a, Guard<'a, L>> {
    Task::sharing(kind.acquire(lock), wakes)
}

pub(crate) fn a_future_that_was_polled_before_the_release_finishes_beside_one_that_is_never_polled_again<
    L: Lock,
>() {
    for holder in kinds::<L>() {
        for abandoned in kinds::<L>() {
            for polled in kinds::<L>() {
                let (lock, wakes) = (L::new(0), Wakes::new());
                let held = holder.taken(&lock);
                let mut dead = with_waker(&lock, abandoned, &wakes);
                let mut live = with_waker(&lock, polled, &wakes);
                if dead.poll().is_some() || live.poll().is_some() {
                    continue;
                }
                drop(held);
                assert!(live.is_woken());
                let (guard, _) = live.finishes_within(BOUND);
                assert_eq!(guard.kind(), polled, "{:?} {:?}", holder, abandoned);
            }
        }
    }
}

pub(crate) fn a_future_that_comes_after_the_release_finishes_beside_one_that_is_never_polled_again<
    L: Lock,
>() {
    for abandoned in kinds::<L>() {
        for polled in kinds::<L>() {
            let lock = L::new(0);
            let held = lock.try_write().unwrap();
            let dead = abandoned.waiter(&lock);
            drop(held);
            let (guard, _) = polled.task(&lock).finishes_within(BOUND);
            assert_eq!(guard.kind(), polled, "{:?}", abandoned);
            assert_eq!(dead.wakes(), 1);
        }
    }
}

pub(crate) fn a_reader_finishes_beside_an_upgrade_that_is_never_polled_again<L: Lock>() {
    for is_queued in [true, false] {
        let (lock, wakes) = (L::new(0), Wakes::new());
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        let mut dead = Task::sharing(L::upgrade(upgradable), &wakes);
        dead.waits();
        let mut live = with_waker(&lock, Kind::Read, &wakes);
        if is_queued {
            live.waits();
        }
        drop(reader);
        assert_eq!(dead.wakes(), 1);
        let (guard, _) = live.finishes_within(BOUND);
        assert_eq!(guard.value(), 0);
        drop(guard);
        assert_eq!(*dead.finishes(), 0);
    }
}

pub(crate) fn an_upgrade_finishes_beside_a_future_that_is_never_polled_again<L: Lock>() {
    for abandoned in kinds::<L>() {
        let (lock, wakes) = (L::new(0), Wakes::new());
        let held = lock.try_write().unwrap();
        let mut dead = with_waker(&lock, abandoned, &wakes);
        dead.waits();
        drop(held);
        let (upgradable, _) = Task::new(lock.upgradable_read()).finishes_within(BOUND);
        let upgrade = L::upgrade(upgradable);
        let (guard, _) = Task::sharing(upgrade, &wakes).finishes_within(BOUND);
        assert_eq!(*guard, 0, "{:?}", abandoned);
    }
}

pub(crate) fn an_upgrade_and_a_read_of_one_task_finish_in_either_order_of_polls<L: Lock>() {
    let (lock, wakes) = (L::new(0), Wakes::new());
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Task::sharing(L::upgrade(upgradable), &wakes);
    upgrade.waits();
    let mut read = with_waker(&lock, Kind::Read, &wakes);
    read.waits();
    drop(reader);
    drop(upgrade.finishes());
    assert!(read.is_woken());
    drop(read.finishes_within(BOUND));
    assert_free(&lock);
}

pub(crate) fn a_task_that_keeps_a_future_and_asks_again_does_not_wait_for_itself<L: Lock>() {
    for kept in kinds::<L>() {
        for again in kinds::<L>() {
            let lock = L::new(0);
            let held = lock.try_write().unwrap();
            let mut executor = Fifo::default();
            let task = executor.spawn(async {
                let mut first = Box::pin(kept.acquire(&lock));
                assert!(poll_once(&mut first).await.is_none());
                yield_now().await;
                drop(again.acquire(&lock).await);
                drop(first);
            });
            executor.run(10);
            drop(held);
            executor.run(100);
            assert!(executor.is_done(task), "{:?} {:?}", kept, again);
            assert_free(&lock);
        }
    }
}

pub(crate) fn the_loser_of_a_race_that_is_kept_does_not_keep_the_winners_task_out<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_read().unwrap();
        let mut executor = Fifo::default();
        let task = executor.spawn(async {
            let mut loser = Box::pin(lock.write());
            or(async { drop((&mut loser).await) }, yield_now()).await;
            drop(kind.acquire(&lock).await);
            drop(loser.await);
        });
        executor.run(10);
        drop(held);
        executor.run(100);
        assert!(executor.is_done(task), "{:?}", kind);
        assert_free(&lock);
    }
}

pub(crate) fn other_tasks_finish_once_a_woken_and_abandoned_future_is_dropped<L: Lock>() {
    let lock = L::new(0);
    let held = lock.try_write().unwrap();
    let dead = Kind::Write.waiter(&lock);
    let mut executor = Fifo::default();
    for kind in a_writer_first::<L>() {
        let lock = &lock;
        executor.spawn(async move { drop(kind.acquire(lock).await) });
    }
    executor.run(100);
    drop(held);
    executor.run(100);
    drop(dead);
    assert!(executor.run(1000) < 1000);
    assert!(executor.all_done());
    assert_free(&lock);
}

/// One task with many futures, of which a random subset is never polled again after its first poll;
/// what the others get they drop at once, or after a few turns.
fn run_one_task_that_abandons_futures<L: Lock>(seed: u64) {
    let mut random = Random::new(seed);
    let (lock, wakes) = (L::new(0), Wakes::new());
    let mut held = vec![random.kind::<L>().taken(&lock)];
    let (mut dead, mut live) = (Vec::new(), Vec::new());
    for _ in 0..2 + random.below(6) {
        let mut task = with_waker(&lock, random.kind::<L>(), &wakes);
        match task.poll() {
            Some(guard) => held.push(guard),
            None if random.below(2) == 0 => dead.push(task),
            None => live.push(task),
        }
    }
    let mut turns = 0;
    while !live.is_empty() {
        let woken = wakes.count();
        if !held.is_empty() && random.below(3) == 0 {
            held.swap_remove(random.below(held.len()));
        }
        for _ in 0..live.len() {
            let mut task = live.swap_remove(random.below(live.len()));
            match task.poll() {
                Some(guard) => held.push(guard),
                None => live.push(task),
            }
        }
        turns += 1;
        let is_stuck = held.is_empty() && wakes.count() == woken && !live.is_empty();
        assert!(!is_stuck && turns < 1000, "seed {}: {} never finish", seed, live.len());
    }
    drop((held, dead));
    assert_free(&lock);
}

pub(crate) fn whichever_futures_of_a_task_are_never_polled_again_the_others_finish<L: Lock>() {
    for seed in 0..runs(5000) {
        run_one_task_that_abandons_futures::<L>(seed);
    }
}
