//! Wakers that do anything: no ledger is locked while they are called, cloned or dropped.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::{diagnostics, RwLock};

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
    let guard = match read.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(guard) => guard,
        Poll::Pending => panic!("it waits"),
    };
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
    let guard = match read.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(guard) => guard,
        Poll::Pending => panic!("it waits"),
    };
    drop(waker);
    assert!(other.is_write_locked());
    drop(guard);
    assert!(!other.is_write_locked());
}
