//! What any-rwlock does not promise with each of its engines, and others may keep.

use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::task::Context;

use crate::promises::lock::Lock;
use crate::promises::support::*;

pub(crate) fn a_waker_may_use_the_lock_that_wakes_it<L: Lock + Sync>() {
    let lock: &'static L = Box::leak(Box::new(L::new(0)));
    let held = lock.try_write();
    let use_lock = move || drop((Kind::Write.task(lock).poll(), lock.try_read()));
    let waker = on_wake(use_lock);
    let mut woken = Box::pin(lock.write());
    assert!(woken.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let _behind = Kind::Write.waiter(lock);
    drop(held);
}

pub(crate) fn a_future_whose_waker_has_panicked_gets_in_when_it_is_polled<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_write();
        let waker = on_wake(|| panic!("woken"));
        let mut woken = Box::pin(kind.acquire(&lock));
        assert!(woken.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(catch_unwind(AssertUnwindSafe(|| drop(held))).is_err());
        assert!(poll_with(&mut woken, &Wakes::new()).is_some());
    }
}
