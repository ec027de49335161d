//! Who has access beside whom.

use std::panic::{catch_unwind, AssertUnwindSafe};

use super::lock::Lock;
use super::support::*;

fn may_share(one: Kind, other: Kind) -> bool {
    one != Kind::Write && other != Kind::Write && (one == Kind::Read || other == Kind::Read)
}

pub(crate) fn never_a_writer_beside_anybody_and_at_most_one_upgradable_reader_beside_readers<
    L: Lock,
>() {
    for holder in kinds::<L>() {
        for other in kinds::<L>() {
            let lock = L::new(0);
            let held = holder.taken(&lock);
            let beside = other.attempt(&lock);
            assert_eq!(beside.is_some(), may_share(holder, other), "{:?} {:?}", holder, other);
            drop(held);
            drop(beside);
            assert_free(&lock);
        }
    }
}

pub(crate) fn waiting_futures_exclude_one_another_as_attempts_do<L: Lock>() {
    for holder in kinds::<L>() {
        for other in kinds::<L>() {
            let lock = L::new(0);
            let held = holder.taken(&lock);
            let attempt = other.attempt(&lock).is_some();
            assert_eq!(other.task(&lock).poll().is_some(), attempt, "{:?} {:?}", holder, other);
            drop(held);
        }
    }
}

pub(crate) fn a_woken_waiter_that_is_not_polled_shares_with_no_one_it_must_not_share_with<
    L: Lock,
>() {
    for woken in kinds::<L>() {
        for thief in kinds::<L>() {
            let lock = L::new(0);
            let writer = lock.try_write().unwrap();
            let mut waiter = woken.waiter(&lock);
            drop(writer);
            assert!(waiter.is_woken());

            let stolen = thief.attempt(&lock);
            let shares = stolen.is_none() || may_share(thief, woken);
            let taken = waiter.poll();
            match taken {
                Some(_) => assert!(shares, "{:?} beside {:?}", woken, thief),
                None => {
                    assert!(!shares, "{:?} does not get in beside {:?}", woken, thief);
                    drop(stolen);
                    assert!(waiter.is_woken());
                    assert_eq!(waiter.finishes().kind(), woken);
                }
            }
        }
    }
}

pub(crate) fn downgrade_releases_exactly_once<L: Lock>() {
    let lock = L::new(0);
    let mut guard = lock.try_write().unwrap();
    *guard = 1;
    let downgraded = L::downgrade(guard);
    assert!(lock.try_read().is_some() && lock.try_write().is_none());
    let other = lock.try_read().unwrap();
    drop(downgraded);
    assert!(lock.try_read().is_some() && lock.try_write().is_none());
    drop(other);
    assert_free(&lock);
}

pub(crate) fn a_failed_attempt_leaves_the_lock_as_it_was<L: Lock>() {
    for holder in kinds::<L>() {
        for attempt in kinds::<L>() {
            let lock = L::new(0);
            let held = holder.taken(&lock);
            let before = free_for(&lock);
            for _ in 0..runs(100) {
                drop(attempt.attempt(&lock));
                drop(attempt.task(&lock).poll());
            }
            assert_eq!(free_for(&lock), before, "{:?} {:?}", holder, attempt);
            drop(held);
            assert_free(&lock);
        }
    }
}

pub(crate) fn a_panic_in_a_guards_scope_releases_the_lock<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
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
