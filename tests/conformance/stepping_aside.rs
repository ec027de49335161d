//! How arrivals defer to those who were woken, and how often.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use crate::promises::futurelock::BOUND;
use crate::support::*;

/// How often arrivals defer to a woken waiter, by how often that was overtaken.
#[cfg(feature = "std")]
const DEFERRALS: [usize; 7] = [4, 64, 1024, 16_384, 65_536, 65_536, 65_536];
#[cfg(not(feature = "std"))]
const DEFERRALS: [usize; 4] = [4, 16, 16, 16];

/// How often one arrival alone defers where so many deferrals are owed: from the 17th time on each counts
/// for 16, since the thread lets others run.
fn times_deferred(owed: usize) -> usize {
    owed.min(16) + owed.saturating_sub(16) / 16
}

/// In how many polls an arrival gets through, each but the last having woken it once.
fn polls_of_an_arrival(lock: &RwLock<u64>, kind: Kind) -> usize {
    let mut arrival = kind.task(lock);
    let (_, polls) = arrival.finishes_within(10_000);
    assert_eq!(arrival.wakes(), polls - 1);
    polls
}

#[test]
fn an_arrival_steps_aside_four_times_by_waking_itself() {
    for woken in KINDS {
        for arriving in KINDS {
            let lock = RwLock::new(0);
            let held = lock.try_write().unwrap();
            let waiter = woken.waiter(&lock);
            drop(held);
            // Where no writer waits, plain readers come in at once: readers do not hurt readers.
            let expected = if arriving == Kind::Read && woken != Kind::Write { 1 } else { 5 };
            assert_eq!(
                polls_of_an_arrival(&lock, arriving),
                expected,
                "{:?} {:?}",
                woken,
                arriving
            );
            drop(waiter);
        }
    }
}

#[test]
fn a_reader_steps_aside_for_a_woken_upgrader() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!(wakes.count(), 1);
    assert_eq!(polls_of_an_arrival(&lock, Kind::Read), 5);
    // That ends its turn, though it was woken and has not come.
    assert_eq!(polls_of_an_arrival(&lock, Kind::Read), 1);
    assert!(poll_with(&mut upgrade, &wakes).is_some());
}

#[test]
fn a_woken_upgrader_steps_aside_until_all_woken_readers_have_come() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let (mut first, mut second) = (Kind::Read.waiter(&lock), Kind::Read.waiter(&lock));
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(held);
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    // Its end wakes the upgrader.
    drop(poll_with(&mut Box::pin(lock.read_recursive()), &Wakes::new()).unwrap());
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(first.finishes());
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(second.finishes());
    assert!(poll_with(&mut upgrade, &wakes).is_some());
}

#[test]
fn arrivals_step_aside_for_a_woken_reader_though_an_upgradable_one_has_come_and_gone() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut reader = Kind::Read.waiter(&lock);
    let mut upgradable = Kind::UpgradableRead.waiter(&lock);
    drop(held);
    drop(upgradable.finishes());
    let mut arrival = Kind::Write.waiter(&lock);
    drop(reader.finishes());
    drop(arrival.finishes());
    assert_free(&lock);
}

#[test]
fn a_woken_waiter_that_comes_in_the_meantime_goes_first() {
    for arriving in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut woken = Kind::Write.waiter(&lock);
        drop(held);
        let mut arrival = arriving.waiter(&lock);
        assert_eq!(arrival.wakes(), 1);

        let held = woken.finishes();
        arrival.waits();
        assert_eq!(arrival.wakes(), 1);
        drop(held);
        assert_eq!(arrival.wakes(), 2);
        assert_eq!(arrival.finishes().kind(), arriving);
        assert_free(&lock);
    }
}

#[test]
fn arrivals_step_aside_sixteen_times_as_often_with_each_loss_of_the_woken_waiter_up_to_a_bound() {
    for woken in KINDS {
        let lock = RwLock::new(0);
        let mut held = Kind::Write.taken(&lock);
        let mut waiter = woken.waiter(&lock);
        for owed in DEFERRALS {
            drop(held);
            let mut arrival = Kind::Write.task(&lock);
            let (guard, polls) = arrival.finishes_within(10_000);
            assert_eq!(polls, times_deferred(owed) + 1, "{:?}", woken);
            waiter.waits();
            held = guard;
        }
        drop(held);
        drop(waiter.finishes());
    }
}

#[test]
fn losses_are_the_waiters_own_and_others_who_come_in_time_do_not_end_them() {
    for (overtaken, other) in [(Kind::Write, Kind::Read), (Kind::Read, Kind::Write)] {
        let lock = RwLock::new(0);
        let mut held = Kind::Write.taken(&lock);
        let mut waiter = overtaken.waiter(&lock);
        drop(held);
        held = Kind::Write.task(&lock).finishes_within(10).0;
        waiter.waits();
        // It has lost once. Another waits behind the same writer, goes in its time, and leaves.
        let mut in_time = other.waiter(&lock);
        drop(held);
        let waits_for = |task: &Task<'_, Guard<'_>>| task.is_woken();
        assert_ne!(waits_for(&waiter), waits_for(&in_time));
        if in_time.is_woken() {
            drop(in_time.finishes());
        }
        assert!(waiter.is_woken());
        assert_eq!(polls_of_an_arrival(&lock, Kind::Write), times_deferred(DEFERRALS[1]) + 1);
        drop(waiter);
    }
}

#[test]
#[cfg(feature = "std")]
fn how_often_an_arrival_has_stepped_aside_for_one_waiter_does_not_count_for_the_next() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut overtaken = Kind::Write.waiter(&lock);
    drop(held);
    let held = Kind::Write.task(&lock).finishes_within(10).0;
    overtaken.waits();
    let next = Kind::Write.waiter(&lock);
    drop(held);
    // So often that each time counts for 16 by now.
    let mut arrival = Kind::Write.task(&lock);
    (0..17).for_each(|_| arrival.waits());
    drop(overtaken.finishes());
    assert!(next.is_woken());
    assert_eq!(arrival.finishes_within(10).1, DEFERRALS[0] + 1);
}

#[test]
fn several_arrivals_step_aside_together_but_each_at_least_once() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let woken = Kind::Write.waiter(&lock);
    drop(held);
    let mut arrivals: Vec<_> = (0..4).map(|_| Kind::Write.waiter(&lock)).collect();
    let mut late = Kind::Write.waiter(&lock);
    // They have deferred four times, and one of them is enough.
    drop(arrivals[3].finishes());
    late.waits();
    drop((woken, arrivals));
    assert_eq!(late.finishes().kind(), Kind::Write);
}

#[test]
fn what_a_reader_has_lost_that_left_is_not_owed_to_one_that_has_not() {
    let lock = RwLock::new(0);
    let mut held = lock.try_write().unwrap();
    let mut lost = Kind::Read.waiter(&lock);
    for _ in 0..4 {
        drop(held);
        held = lock.try_write().unwrap();
        lost.waits();
    }
    let _woken = Kind::Read.waiter(&lock);
    drop(lost);
    drop(held);
    // Without `std` it is owed until no reader waits, and less.
    let owed = if cfg!(feature = "std") { DEFERRALS[0] } else { DEFERRALS[1] };
    assert_eq!(polls_of_an_arrival(&lock, Kind::Write), owed + 1);
}

#[test]
fn a_future_that_is_never_polled_again_is_stepped_aside_for_once() {
    for abandoned in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let dead = abandoned.waiter(&lock);
        drop(held);
        assert!(dead.is_woken());
        drop(Kind::Write.task(&lock).finishes_within(10).0);
        for _ in 0..3 {
            // A phase of readers, and a writer after it.
            let held = lock.try_write().unwrap();
            let mut readers = [Kind::Read.waiter(&lock), Kind::Read.waiter(&lock)];
            let mut writer = Kind::Write.waiter(&lock);
            drop(held);
            readers.iter_mut().for_each(|reader| drop(reader.finishes()));
            drop(writer.finishes());
            assert_eq!(polls_of_an_arrival(&lock, Kind::Write), 1, "{:?}", abandoned);
        }
        drop(dead);
        assert_free(&lock);
    }
}

#[test]
fn attempts_take_what_is_free_past_a_woken_waiter() {
    for woken in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut waiter = woken.waiter(&lock);
        drop(held);
        assert_eq!(free_for(&lock), FREE, "{:?}", woken);
        assert_eq!(waiter.finishes().kind(), woken);
    }
}

#[test]
fn attempts_beside_a_queued_waiter_behave_as_documented() {
    let results = [
        (Kind::Read, Kind::Write, LOCKED),
        (Kind::UpgradableRead, Kind::Write, LOCKED),
        (Kind::UpgradableRead, Kind::UpgradableRead, [true, false, false]),
        (Kind::Write, Kind::Read, LOCKED),
        (Kind::Write, Kind::UpgradableRead, LOCKED),
        (Kind::Write, Kind::Write, LOCKED),
    ];
    for (holder, queued, expected) in results {
        let lock = RwLock::new(0);
        let _held = holder.taken(&lock);
        let waiter = queued.waiter(&lock);
        assert_eq!(free_for(&lock), expected, "{:?} {:?}", holder, queued);
        assert_eq!(waiter.wakes(), 0);
    }
}

#[test]
fn an_uncontended_arrival_never_steps_aside() {
    let lock = RwLock::new(0);
    for kind in KINDS {
        let mut task = kind.task(&lock);
        drop(task.finishes());
        assert_eq!(task.wakes(), 0, "{:?}", kind);
    }
}

#[test]
fn nobody_steps_aside_for_a_woken_waiter_that_was_dropped() {
    for woken in KINDS {
        for arriving in KINDS {
            let lock = RwLock::new(0);
            let held = lock.try_write().unwrap();
            let waiter = woken.waiter(&lock);
            drop(held);
            drop(waiter);
            assert_eq!(polls_of_an_arrival(&lock, arriving), 1, "{:?} {:?}", woken, arriving);
        }
    }
}

#[test]
fn once_all_woken_readers_have_come_nobody_steps_aside_for_them() {
    for kind in [Kind::Read, Kind::UpgradableRead] {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut woken = [Kind::Read.waiter(&lock), kind.waiter(&lock), Kind::Read.waiter(&lock)];
        drop(held);
        for task in &mut woken {
            assert_eq!(task.wakes(), 1);
            drop(task.finishes());
        }
        assert_eq!(polls_of_an_arrival(&lock, Kind::Write), 1, "{:?}", kind);
    }
}

#[test]
fn a_waiter_that_has_slept_steps_aside_anew_when_it_is_polled_unasked() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut first = Kind::Write.waiter(&lock);
    drop(held);
    let mut sleeper = Kind::Write.waiter(&lock);
    assert_eq!(sleeper.wakes(), 1);
    let held = first.finishes();
    sleeper.waits();
    let reader = Kind::Read.waiter(&lock);
    drop(held);
    assert_eq!((sleeper.wakes(), reader.wakes()), (1, 1));
    sleeper.waits();
    assert_eq!(sleeper.wakes(), 2);
    assert_eq!(sleeper.finishes_within(4).1, 4);
}

#[test]
fn the_first_of_the_woken_readers_does_not_overtake_the_others_by_writing() {
    for kind in [Kind::Write, Kind::UpgradableRead] {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut cohort: Vec<_> = (0..4).map(|_| Kind::Read.waiter(&lock)).collect();
        drop(held);
        drop(cohort[0].finishes());
        let mut again = kind.waiter(&lock);
        assert_eq!(again.wakes(), 1, "{:?}", kind);
        let guards: Vec<_> = cohort[1..].iter_mut().map(Task::finishes).collect();
        assert_eq!(again.poll().is_some(), kind == Kind::UpgradableRead);
        drop((guards, again));
        assert_free(&lock);
    }
}

#[test]
fn an_arrival_gets_through_beside_a_future_that_is_never_polled_also_where_it_steps_aside_for_longest(
) {
    for abandoned in KINDS {
        for polled in KINDS {
            let lock = RwLock::new(0);
            let mut held = lock.try_write().unwrap();
            let mut overtaken = Kind::Write.waiter(&lock);
            for _ in 0..8 {
                drop(held);
                held = lock.try_write().unwrap();
                overtaken.waits();
            }
            drop(overtaken);
            let _dead = abandoned.waiter(&lock);
            drop(held);
            let (guard, polls) = polled.task(&lock).finishes_within(BOUND);
            assert_eq!(guard.kind(), polled, "{:?} {}", abandoned, polls);
        }
    }
}
