//! How often reading and writing allocate.

use std::future::Future;
use std::pin::{pin, Pin};
use std::task::{Context, Poll, Waker};

use super::counting::allocations;
use super::lock::Lock;
use super::support::*;

fn counted_poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> (usize, Poll<F::Output>) {
    allocations(|| future.poll(&mut Context::from_waker(waker)))
}

/// How often an access to a free lock allocates, its end included.
fn access_at_once<L: Lock>(lock: &L, kind: Kind, waker: &Waker) -> usize {
    let (count, ()) = allocations(|| {
        let (_, guard) = counted_poll(pin!(kind.acquire(lock)), waker);
        assert!(guard.is_ready());
    });
    count
}

/// How often a wait behind a writer allocates: in its first poll, and in all that follows.
fn wait_behind_a_writer<L: Lock>(lock: &L, kind: Kind, waker: &Waker) -> (usize, usize) {
    let held = lock.try_write().unwrap();
    let mut future = pin!(kind.acquire(lock));
    let (suspension, guard) = counted_poll(future.as_mut(), waker);
    assert!(guard.is_pending());
    let (rest, ()) = allocations(|| {
        assert!(future.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
        drop(held);
        assert!(future.as_mut().poll(&mut Context::from_waker(waker)).is_ready());
    });
    (suspension, rest)
}

pub(crate) fn futures_that_need_not_wait_do_not_allocate<L: Lock>() {
    let waker = Waker::from(Wakes::new());
    for kind in kinds::<L>() {
        let lock = L::new(0);
        for _ in 0..10 {
            assert_eq!(access_at_once(&lock, kind, &waker), 0, "{:?}", kind);
        }
    }
}

pub(crate) fn a_wait_allocates_at_most_once_per_suspension_after_the_first_wait_of_its_kind<
    L: Lock,
>() {
    let waker = Waker::from(Wakes::new());
    for kind in kinds::<L>() {
        let lock = L::new(0);
        wait_behind_a_writer(&lock, kind, &waker);
        for _ in 0..10 {
            let (suspension, rest) = wait_behind_a_writer(&lock, kind, &waker);
            assert!(suspension <= 1 && rest == 0, "{:?}: {}, {}", kind, suspension, rest);
        }
    }
}

pub(crate) fn a_lock_that_somebody_has_waited_for_does_not_allocate_when_it_is_free<L: Lock>() {
    let waker = Waker::from(Wakes::new());
    let lock = L::new(0);
    for kind in kinds::<L>() {
        wait_behind_a_writer(&lock, kind, &waker);
    }
    for kind in kinds::<L>() {
        assert_eq!(access_at_once(&lock, kind, &waker), 0, "{:?}", kind);
    }
}

pub(crate) fn an_upgrade_that_need_not_wait_does_not_allocate<L: Lock>() {
    let waker = Waker::from(Wakes::new());
    let lock = L::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let (count, guard) = counted_poll(pin!(L::upgrade(upgradable)), &waker);
    assert!(guard.is_ready());
    assert_eq!(count, 0);
}
