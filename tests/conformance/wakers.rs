//! Wakers that do more than schedule their task.

use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use any_rwlock::RwLock;

use crate::support::*;

/// Does this when it is dropped.
struct OnDrop<F: Fn()>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for OnDrop<F> {
    fn wake(self: Arc<Self>) {}
}

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        self.0();
    }
}

pub(crate) fn on_drop(then: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(OnDrop(then)))
}

/// A future that waits with this waker.
macro_rules! waiting {
    ($future:expr, $waker:expr) => {{
        let mut future = Box::pin($future);
        assert!(future.as_mut().poll(&mut Context::from_waker(&$waker)).is_pending());
        future
    }};
}

pub(crate) use waiting;

/// A future of this kind whose waker panics, and the guard that it waits for.
pub(crate) fn panicking(
    lock: &RwLock<u64>,
    kind: Kind,
) -> (Guard<'_>, impl Future<Output = Guard<'_>> + Unpin + '_) {
    let held = Kind::Write.taken(lock);
    let waker = on_wake(|| panic!("woken"));
    (held, waiting!(kind.acquire(lock), waker))
}

#[track_caller]
pub(crate) fn assert_panics(run: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
}

/// A future whose waker has panicked may panic in turn.
pub(crate) fn drop_lost(future: impl Sized) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(future)));
}

/// A lock that is written, by a guard that can be dropped anywhere, and who waits for it.
#[cfg(feature = "alloc")]
macro_rules! other_lock {
    ($lock:ident, $release:ident, $waiter:ident) => {
        let $lock = Arc::new(RwLock::new(0));
        let guard = Mutex::new($lock.try_write_arc());
        let $release = move || drop(guard.lock().unwrap().take());
        let $waiter = Kind::Write.waiter(&*$lock);
    };
}

#[test]
#[cfg(feature = "alloc")]
fn a_waker_may_use_another_lock_while_it_is_woken() {
    for kind in KINDS {
        other_lock!(other, release, waiter);
        let lock = RwLock::new(0);
        let held = Kind::Write.taken(&lock);
        let _woken = waiting!(kind.acquire(&lock), on_wake(release));
        drop(held);
        assert_eq!(waiter.wakes(), 1, "{:?}", kind);
    }
}

#[test]
#[cfg(feature = "alloc")]
fn a_waker_that_is_dropped_in_a_poll_may_use_another_lock() {
    for kind in KINDS {
        other_lock!(other, release, waiter);
        let lock = RwLock::new(0);
        let _held = Kind::Write.taken(&lock);
        let mut future = waiting!(kind.acquire(&lock), on_drop(release));
        assert_eq!(waiter.wakes(), 0);
        assert!(poll_with(&mut future, &Wakes::new()).is_none());
        assert_eq!(waiter.wakes(), 1, "{:?}", kind);
    }
}

#[test]
fn a_waker_may_look_at_the_lock_that_wakes_it() {
    let lock = Arc::new(RwLock::new(0));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let look = {
        let (lock, seen) = (Arc::clone(&lock), Arc::clone(&seen));
        move || seen.lock().unwrap().push((lock.is_locked(), lock.reader_count()))
    };
    for kind in KINDS {
        let held = Kind::Write.taken(&*lock);
        let woken = waiting!(kind.acquire(&*lock), on_wake(look.clone()));
        drop(held);
        drop(woken);
    }
    assert_eq!(*seen.lock().unwrap(), [(false, 0); 3]);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_makes_the_release_panic_and_leaves_the_lock_free() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let (held, lost) = panicking(&lock, kind);
        assert_panics(|| drop(held));
        assert_eq!(free_for(&lock), FREE, "{:?}", kind);
        for later in KINDS {
            assert_eq!(later.task(&lock).finishes_within(2).0.kind(), later, "{:?}", kind);
        }
        drop_lost(lost);
        assert_eq!(free_for(&lock), FREE, "{:?}", kind);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn readers_behind_a_waker_that_panics_are_woken_by_the_next_writer_that_leaves() {
    let lock = RwLock::new(0);
    let (held, lost) = panicking(&lock, Kind::Read);
    let mut behind = [Kind::Read, Kind::UpgradableRead, Kind::Read].map(|kind| kind.waiter(&lock));
    assert_panics(|| drop(held));
    drop(Kind::Write.taken(&lock));
    for reader in &mut behind {
        assert_eq!(reader.wakes(), 1);
        drop(reader.finishes_within(8));
    }
    drop_lost(lost);
    assert_free(&lock);
}

#[test]
#[cfg(feature = "std")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_writer_goes_where_the_waker_of_a_reader_panics_and_an_upgradable_reader_has_given_up() {
    let lock = RwLock::new(0);
    let (held, lost) = panicking(&lock, Kind::Read);
    let given_up = Kind::UpgradableRead.waiter(&lock);
    let mut writer = Kind::Write.waiter(&lock);
    drop(given_up);
    assert_panics(|| drop(held));
    assert_eq!(writer.wakes(), 1);
    drop(writer.finishes());
    drop_lost(lost);
    assert_free(&lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_writer_behind_a_waker_that_panics_is_woken_by_the_next_guard_that_is_dropped() {
    for later in KINDS {
        let lock = RwLock::new(0);
        let (held, lost) = panicking(&lock, Kind::Write);
        let mut behind = Kind::Write.waiter(&lock);
        assert_panics(|| drop(held));
        assert_eq!(behind.wakes(), 0);
        drop(later.taken(&lock));
        assert_eq!(behind.wakes(), 1, "{:?}", later);
        drop(behind.finishes());
        drop_lost(lost);
        assert_free(&lock);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_a_poll_drops_it_makes_the_poll_panic_and_leaves_the_lock_sound() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let held = Kind::Write.taken(&lock);
        let mut future = waiting!(kind.acquire(&lock), on_drop(|| panic!("dropped")));
        assert_panics(|| drop(poll_with(&mut future, &Wakes::new())));
        assert_eq!(free_for(&lock), LOCKED);
        drop_lost(future);
        drop(held);
        assert_free(&lock);
    }
}
