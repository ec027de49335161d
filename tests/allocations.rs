//! How often each operation allocates, counted by a global allocator.
#![cfg(not(any(any_rwlock_loom, feature = "diagnostics")))]

#[path = "conformance/promises/counting.rs"]
mod counting;

use std::future::Future;
use std::pin::Pin;
#[cfg(feature = "alloc")]
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use counting::allocations;

#[track_caller]
fn allocates_nothing<R>(run: impl FnOnce() -> R) -> R {
    let (count, result) = allocations(run);
    assert_eq!(count, 0);
    result
}

fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(waker)) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Polls a future that need not wait, on the stack.
#[cfg(feature = "alloc")]
macro_rules! ready {
    ($future:expr, $waker:expr) => {{
        let future = $future;
        futures_lite::pin!(future);
        poll_with(future, $waker).expect("the lock is free")
    }};
}

#[test]
fn attempts_and_conversions_do_not_allocate() {
    allocates_nothing(|| {
        let lock = RwLock::new(0);
        for _ in 0..10 {
            let reader = lock.try_read().unwrap();
            let upgradable = lock.try_upgradable_read().unwrap();
            assert!(lock.try_write().is_none());
            drop(reader);
            let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
            assert!(lock.try_read().is_none());
            let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
            drop(RwLockUpgradableReadGuard::downgrade(upgradable));
            drop(RwLockWriteGuard::downgrade(lock.try_write().unwrap()));
        }
    });
}

#[test]
fn futures_that_are_not_polled_do_not_allocate() {
    let lock = RwLock::new(0);
    let _held = lock.try_write();
    allocates_nothing(|| drop((lock.read(), lock.upgradable_read(), lock.write())));
}

#[cfg(feature = "alloc")]
#[test]
fn methods_on_an_arc_do_not_allocate() {
    let waker = Waker::noop();
    let lock = Arc::new(RwLock::new(0));
    allocates_nothing(|| {
        drop(lock.try_read_arc().unwrap());
        drop(ready!(lock.read_arc(), waker));
        drop(ready!(lock.upgradable_read_arc(), waker));
        drop(ready!(lock.write_arc(), waker));
        drop(ready!(Arc::clone(&lock).read_owned(), waker));
        drop(ready!(Arc::clone(&lock).upgradable_read_owned(), waker));
        drop(ready!(Arc::clone(&lock).write_owned(), waker));
    });
}

#[cfg(feature = "std")]
#[test]
fn methods_that_block_do_not_allocate_on_a_thread_that_has_blocked_before() {
    let lock = RwLock::new(0);
    drop(lock.read_blocking());
    allocates_nothing(|| {
        drop(lock.read_blocking());
        drop(lock.write_blocking());
        let upgradable = lock.upgradable_read_blocking();
        drop(RwLockUpgradableReadGuard::upgrade_blocking(upgradable));
    });
}

/// What a wait allocates, and what the first one of a lock does besides.
const WAIT: usize = if cfg!(any(feature = "intrusive", not(feature = "std"))) { 0 } else { 1 };
const FIRST_WAIT: usize = if cfg!(feature = "std") { 2 } else { 0 };

#[test]
fn a_suspended_upgrade_allocates_at_most_once() {
    let waker = Waker::noop();
    let lock = RwLock::new(0);
    for round in 0..5 {
        let reader = lock.try_read();
        let upgrade = RwLockUpgradableReadGuard::upgrade(lock.try_upgradable_read().unwrap());
        futures_lite::pin!(upgrade);
        let (suspension, output) = allocations(|| poll_with(upgrade.as_mut(), waker));
        assert!(output.is_none());
        let most = if round == 0 { WAIT + FIRST_WAIT } else { WAIT };
        assert!(suspension <= most, "{}", suspension);
        allocates_nothing(|| drop(reader));
        allocates_nothing(|| drop(poll_with(upgrade.as_mut(), waker).unwrap()));
    }
}

#[test]
fn stepping_aside_is_one_wait() {
    let waker = Waker::noop();
    let lock = RwLock::new(0);
    let held = lock.try_write();
    let woken = lock.write();
    futures_lite::pin!(woken);
    assert!(poll_with(woken.as_mut(), waker).is_none());
    drop(held);
    let arrival = lock.write();
    futures_lite::pin!(arrival);
    let (suspension, output) = allocations(|| poll_with(arrival.as_mut(), waker));
    assert!(output.is_none());
    assert_eq!(suspension, WAIT);
    for _ in 1..4 {
        allocates_nothing(|| assert!(poll_with(arrival.as_mut(), waker).is_none()));
    }
    allocates_nothing(|| drop(poll_with(arrival.as_mut(), waker).unwrap()));
}
