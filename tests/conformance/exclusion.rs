//! Who has access beside whom.

use std::mem;

use any_rwlock::RwLock;

use crate::random::World;
use crate::support::*;

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
