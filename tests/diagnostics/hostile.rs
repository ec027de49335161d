//! Wakers that do anything: no ledger is locked while they are called, cloned or dropped.

use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::{diagnostics, RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(ready) => ready,
        Poll::Pending => panic!("it waits"),
    }
}

/// Looks at everything when it is woken and when it is dropped.
struct Curious(Arc<RwLock<u32>>, Arc<Mutex<Vec<usize>>>);

impl Curious {
    fn look(&self) {
        let _ = (diagnostics::report_all(), diagnostics::deadlocks());
        let report = self.0.report();
        self.1.lock().unwrap().push(report.holders.len() + report.waiters.len());
    }
}

impl Wake for Curious {
    fn wake(self: Arc<Self>) {
        self.look();
    }
}

impl Drop for Curious {
    fn drop(&mut self) {
        self.look();
    }
}

#[test]
fn a_waker_may_look_at_the_lock_that_wakes_or_drops_it() {
    let lock = Arc::new(RwLock::new(0));
    let seen = Arc::default();
    let waker = Waker::from(Arc::new(Curious(Arc::clone(&lock), Arc::clone(&seen))));
    let mut read = Box::pin(lock.read());
    let held = lock.try_write().unwrap();
    assert!(read.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(held);
    assert_eq!(*seen.lock().unwrap(), [1], "no holder, one waiter");
    let guard = ready(read.as_mut().poll(&mut Context::from_waker(&waker)));
    drop(waker);
    drop(guard);
    assert_eq!(*seen.lock().unwrap(), [1, 0], "the last clone was that of the record");
}

/// A task that its waker keeps alive, with the guard of another lock.
struct Keeper(#[allow(dead_code)] Mutex<Option<any_rwlock::RwLockWriteGuardArc<u32>>>);

impl Wake for Keeper {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn a_waker_may_release_another_lock_when_it_is_dropped() {
    let (lock, other) = (RwLock::new(0), Arc::new(RwLock::new(0)));
    let keeper = Keeper(Mutex::new(other.try_write_arc()));
    let waker = Waker::from(Arc::new(keeper));
    let mut read = Box::pin(lock.read());
    let guard = ready(read.as_mut().poll(&mut Context::from_waker(&waker)));
    drop(waker);
    assert!(other.is_write_locked());
    drop(guard);
    assert!(!other.is_write_locked());
}

/// Panics when it is dropped, and this is set.
struct Fragile(bool);

impl Wake for Fragile {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(!self.0, "dropped");
    }
}

fn poll<F: Future + Unpin>(future: &mut F, is_fragile: bool) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Fragile(is_fragile)));
    let polled = std::pin::Pin::new(future).poll(&mut Context::from_waker(&waker));
    // The record has a clone of it.
    drop(waker);
    polled
}

/// The future waits, is let in, and its record drops a waker that panics: it gets no access by that poll.
fn lose_what_was_acquired<F: Future + Unpin>(future: &mut F, let_in: impl FnOnce()) {
    assert!(poll(future, true).is_pending());
    let_in();
    assert!(catch_unwind(AssertUnwindSafe(|| poll(future, false).is_ready())).is_err());
}

#[test]
fn a_writer_whose_record_panics_as_it_gets_in_waits_on_record_again() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut write = Box::pin(lock.write());
    lose_what_was_acquired(&mut write, || drop(reader));
    assert!(!lock.is_locked());

    let reader = lock.try_read().unwrap();
    assert!(poll(&mut write, false).is_pending());
    assert!(lock.has_waiting_writer());
    drop(reader);
    let written = ready(poll(&mut write, false));
    assert_eq!((lock.reader_count(), lock.has_waiting_writer()), (0, false));
    let reader = RwLockWriteGuard::downgrade(written);
    assert!(lock.reader_count() == 1 && lock.try_write().is_none());
    drop(reader);
}

/// It has lost what it had acquired: it goes on record again, and gets in.
fn assert_upgrade_waits_on_record(lock: &RwLock<u32>, mut upgrade: impl Future + Unpin) {
    let reader = lock.try_read().unwrap();
    assert!(poll(&mut upgrade, false).is_pending());
    assert!(lock.try_read().is_none(), "a started upgrade keeps readers out");
    drop(reader);
    drop(ready(poll(&mut upgrade, false)));
}

#[test]
fn an_upgrade_whose_record_panics_as_it_gets_in_waits_on_record_again() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    lose_what_was_acquired(&mut upgrade, || drop(reader));
    assert_upgrade_waits_on_record(&lock, upgrade);
    drop(guard);
    assert!(lock.try_write().is_some());
}

#[test]
fn an_upgrade_that_has_its_turn_and_whose_record_panics_waits_on_record_again() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut woken = Box::pin(lock.read());
    assert!(poll(&mut woken, false).is_pending());
    let mut guard = RwLockWriteGuard::downgrade_to_upgradable(held);
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    assert!(poll(&mut upgrade, false).is_pending());
    // Its end wakes the upgrade, which steps aside for the reader that was woken before it.
    drop(ready(poll(&mut Box::pin(lock.read_recursive()), false)));
    lose_what_was_acquired(&mut upgrade, || {
        // An arrival that has stepped aside often enough ends the turns of both.
        let mut read = Box::pin(lock.read());
        let guard = (0..100).find_map(|_| match poll(&mut read, false) {
            Poll::Ready(guard) => Some(guard),
            Poll::Pending => None,
        });
        drop(guard.expect("it gets in"));
    });
    drop(woken);
    assert_upgrade_waits_on_record(&lock, upgrade);
    drop(guard);
    assert!(lock.try_write().is_some());
}
