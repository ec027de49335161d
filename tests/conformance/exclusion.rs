//! Who has access beside whom.

use std::mem;
use std::panic::{catch_unwind, AssertUnwindSafe};

use any_rwlock::{RwLock, RwLockWriteGuard};

use crate::random::World;
use crate::support::*;

#[test]
fn never_a_writer_beside_anybody_and_at_most_one_upgradable_reader_beside_readers() {
    let lock = RwLock::new(0);
    assert_eq!(free_for(&lock), FREE);

    let reader = lock.try_read().unwrap();
    assert_eq!(free_for(&lock), [true, true, false]);
    let upgradable = lock.try_upgradable_read().unwrap();
    assert_eq!(free_for(&lock), [true, false, false]);
    drop(reader);
    assert_eq!(free_for(&lock), [true, false, false]);
    drop(upgradable);

    let writer = lock.try_write().unwrap();
    assert_eq!(free_for(&lock), LOCKED);
    drop(writer);
    assert_free(&lock);
}

#[test]
fn waiting_futures_exclude_one_another_as_attempts_do() {
    for holder in KINDS {
        for other in KINDS {
            let lock = RwLock::new(0);
            let held = holder.taken(&lock);
            let attempt = other.attempt(&lock).is_some();
            assert_eq!(other.task(&lock).poll().is_some(), attempt, "{:?} {:?}", holder, other);
            drop(held);
            assert_free(&lock);
        }
    }
}

#[test]
fn a_woken_waiter_that_is_not_polled_shares_with_no_one_it_must_not_share_with() {
    for woken in KINDS {
        for thief in KINDS {
            let lock = RwLock::new(0);
            let writer = lock.try_write().unwrap();
            let mut waiter = woken.waiter(&lock);
            drop(writer);
            assert_eq!(waiter.wakes(), 1);

            let stolen = thief.taken(&lock);
            let shares = thief != Kind::Write
                && woken != Kind::Write
                && (thief, woken) != (Kind::UpgradableRead, Kind::UpgradableRead);
            let taken = waiter.poll();
            match taken {
                Some(guard) => assert!(shares, "{:?} beside {:?}", guard, stolen),
                None => {
                    assert!(!shares, "{:?} does not get in beside {:?}", woken, stolen);
                    drop(stolen);
                    assert_eq!(waiter.wakes(), 2);
                    assert_eq!(waiter.finishes().kind(), woken);
                }
            }
        }
    }
}

#[test]
fn two_woken_writers_are_never_in_together() {
    let lock = RwLock::new(0);
    let writer = lock.try_write().unwrap();
    let mut first = Kind::Write.waiter(&lock);
    let mut second = Kind::Write.waiter(&lock);
    drop(writer);
    drop(lock.try_write().unwrap());
    assert_eq!((first.wakes(), second.wakes()), (1, 1));

    let guard = second.finishes();
    first.waits();
    assert!(lock.try_read().is_none());
    drop(guard);
    let guard = first.finishes();
    assert_eq!(free_for(&lock), LOCKED);
    drop(guard);
    assert_free(&lock);
}

#[test]
fn downgrade_releases_exactly_once() {
    let lock = RwLock::new(0);
    let mut guard = lock.try_write().unwrap();
    *guard = 1;
    let downgraded = RwLockWriteGuard::downgrade(guard);
    assert_eq!(free_for(&lock), [true, true, false]);
    let other = lock.try_read().unwrap();
    drop(downgraded);
    assert_eq!(free_for(&lock), [true, true, false]);
    drop(other);
    assert_free(&lock);
}

#[test]
fn a_failed_attempt_leaves_the_lock_as_it_was() {
    for holder in KINDS {
        for attempt in KINDS {
            let lock = RwLock::new(0);
            let held = holder.taken(&lock);
            let before = free_for(&lock);
            for _ in 0..100 {
                drop(attempt.attempt(&lock));
                drop(attempt.task(&lock).poll());
            }
            assert_eq!(free_for(&lock), before, "{:?} {:?}", holder, attempt);
            drop(held);
            assert_free(&lock);
        }
    }
}

#[test]
fn a_refused_reader_wakes_nobody_and_leaves_the_waiters_in_their_order() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut first = Kind::Write.waiter(&lock);
    let second = Kind::Write.waiter(&lock);
    for _ in 0..100 {
        assert!(lock.try_read().is_none());
    }
    assert_eq!((first.wakes(), second.wakes()), (0, 0));
    drop(reader);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    assert_eq!(first.finishes().kind(), Kind::Write);
}

#[test]
fn a_forgotten_guard_keeps_its_access_and_no_more() {
    let expected = [[true, true, false], [true, false, false], LOCKED];
    for (kind, free) in KINDS.into_iter().zip(expected) {
        let lock = RwLock::new(0);
        mem::forget(kind.taken(&lock));
        assert_eq!(free_for(&lock), free, "{:?}", kind);
        assert_eq!(lock.into_inner(), 0);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_panic_in_a_guards_scope_releases_the_lock() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let mut waiter = None;
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _guard = kind.taken(&lock);
            waiter = Some(Kind::Write.waiter(&lock));
            panic!("while holding {:?}", kind);
        }));
        assert!(panicked.is_err());
        let mut waiter = waiter.unwrap();
        assert_eq!(waiter.wakes(), 1);
        drop(waiter.finishes());
        assert_free(&lock);
    }
}

#[test]
fn whatever_happens_the_guards_that_exist_may_exist_together() {
    for seed in 0..runs(2000) {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, seed);
        for _ in 0..100 {
            world.step();
            world.assert_exclusion();
        }
    }
}
