//! Foreign code that panics within an operation of the lock: every access is given up once.

use std::cell::Cell;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::ptr;
use std::sync::{Arc, Mutex};
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard, RwLockWriteGuardArc};

use crate::support::*;
use crate::wakers::{assert_panics, drop_lost, panicking, waiting};

/// What the next waker of [`armed`] that this thread clones or drops does then.
#[derive(Clone, Copy, PartialEq)]
enum Armed {
    No,
    PanicsOnClone,
    PanicsOnDrop,
}

thread_local! {
    static ARMED: Cell<Armed> = const { Cell::new(Armed::No) };
}

fn panic_if(armed: Armed) {
    if ARMED.with(Cell::get) == armed {
        ARMED.with(|is| is.set(Armed::No));
        panic!("armed");
    }
}

const ARMED_WAKER: RawWaker = RawWaker::new(ptr::null(), &ARMED_VTABLE);
static ARMED_VTABLE: RawWakerVTable = RawWakerVTable::new(
    |_| {
        panic_if(Armed::PanicsOnClone);
        ARMED_WAKER
    },
    |_| (),
    |_| (),
    |_| panic_if(Armed::PanicsOnDrop),
);

/// Wakes nobody; panics once when it is [`ARMED`].
fn armed() -> Waker {
    // SAFETY: the functions of the table do nothing with the pointer, and may be called anywhere.
    unsafe { Waker::from_raw(ARMED_WAKER) }
}

/// Takes exclusive access, calls the function, and converts the guard.
type Convert = fn(&Arc<RwLock<u64>>, &mut dyn FnMut());

macro_rules! converts {
    ($get:ident, $convert:expr) => {
        |lock, between| {
            let guard = lock.$get().unwrap();
            between();
            drop($convert(guard));
        }
    };
}

const CONVERSIONS: [Convert; 8] = [
    converts!(try_write, RwLockWriteGuard::downgrade),
    converts!(try_write, RwLockWriteGuard::downgrade_to_upgradable),
    converts!(try_write, |guard| RwLockWriteGuard::downgrade_map(guard, |value| value)),
    converts!(try_write, |guard| RwLockWriteGuard::downgrade_filter_map(guard, |value| Some(
        value
    ))),
    converts!(try_write, |guard| Task::new(RwLockWriteGuard::yield_to_waiters(guard)).poll()),
    converts!(try_write_arc, RwLockWriteGuardArc::downgrade),
    converts!(try_write_arc, RwLockWriteGuardArc::downgrade_to_upgradable),
    |lock, between| {
        let mut origin = lock.try_upgradable_read().unwrap();
        let upgraded = RwLockUpgradableReadGuard::try_upgrade_ref(&mut origin).unwrap();
        between();
        drop(upgraded);
    },
];

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_in_a_conversion_leaves_the_access_given_up_once() {
    for (number, convert) in CONVERSIONS.iter().enumerate() {
        let lock = Arc::new(RwLock::new(0));
        let mut lost = None;
        let mut wait = || {
            let waker = on_wake(|| panic!("woken"));
            lost = Some(waiting!(Kind::Read.acquire(&*lock), waker));
        };
        assert_panics(|| convert(&lock, &mut wait));
        assert!(!lock.is_locked(), "conversion {}: {:?}", number, lock);
        drop_lost(lost);
        assert_free(&*lock);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_in_a_downgrade_does_not_cost_the_next_upgradable_reader_its_access() {
    let lock = Arc::new(RwLock::new(0));
    let upgradable = lock.try_upgradable_read().unwrap();
    let next = Arc::new(Mutex::new(None));
    let waker = {
        let (lock, next) = (Arc::clone(&lock), Arc::clone(&next));
        on_wake(move || {
            *next.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) =
                lock.try_upgradable_read_arc();
            panic!("woken");
        })
    };
    let lost = waiting!(lock.upgradable_read(), waker);
    assert_panics(|| drop(RwLockUpgradableReadGuard::downgrade(upgradable)));
    let next = next.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
    let access = (next.is_some(), lock.try_upgradable_read().is_some(), lock.reader_count());
    drop(next);
    drop_lost(lost);
    assert_eq!(access, (true, false, 1));
    assert_free(&*lock);
}

/// A future that defers with an [`armed`] waker and then takes its access, and panics in that poll.
#[track_caller]
fn poll_until_its_waker_panics<F: Future>(future: &mut Pin<Box<F>>) {
    let waker = armed();
    let mut poll = || future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    assert!(!poll());
    assert!(!poll());
    ARMED.with(|is| is.set(Armed::PanicsOnDrop));
    let came_in = (0..1 << 10).find_map(|_| match catch_unwind(AssertUnwindSafe(&mut poll)) {
        Ok(false) => None,
        came_in => Some(came_in),
    });
    assert!(came_in.expect("it gets in").is_err());
}

/// It gets in where a writer has been woken that nobody polls.
#[track_caller]
fn gets_in_though_its_waker_panics<F: Future>(lock: &RwLock<u64>, future: F) {
    let held = lock.try_write().unwrap();
    let never_polled = Kind::Write.waiter(lock);
    drop(held);
    let mut future = Box::pin(future);
    poll_until_its_waker_panics(&mut future);
    assert!(!lock.is_locked(), "{:?}", lock);
    let (guard, _) = Task::new(future).finishes_within(1 << 10);
    assert!(lock.is_locked());
    drop((guard, never_polled));
    assert!(!lock.has_waiting_writer());
    assert_free(lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_the_poll_that_gets_in_drops_it_leaves_the_access_given_up_once() {
    let lock = RwLock::new(0);
    gets_in_though_its_waker_panics(&lock, lock.read());
    gets_in_though_its_waker_panics(&lock, lock.upgradable_read());
    gets_in_though_its_waker_panics(&lock, lock.write());
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_the_poll_that_upgrades_drops_it_leaves_the_guard_upgradable() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let never_polled = Kind::Read.waiter(&lock);
    let mut origin = RwLockWriteGuard::downgrade_to_upgradable(held);
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut origin));
    poll_until_its_waker_panics(&mut upgrade);
    assert!(lock.is_upgradable_locked() && !lock.is_write_locked(), "{:?}", lock);
    drop(Task::new(upgrade).finishes_within(1 << 10));
    assert!(lock.is_upgradable_locked() && !lock.has_waiting_writer());
    drop((origin, never_polled));
    assert_free(&lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_writer_whose_waker_panics_when_it_is_dropped_waits_no_longer() {
    let lock = RwLock::new(0);
    let held = lock.try_read().unwrap();
    let future = waiting!(Kind::Write.acquire(&lock), armed());
    let mut reader = Kind::Read.waiter(&lock);
    ARMED.with(|is| is.set(Armed::PanicsOnDrop));
    assert_panics(|| drop(future));
    assert!(!lock.has_waiting_writer());
    assert_eq!(reader.wakes(), 1);
    drop(reader.finishes());
    drop(held);
    assert_free(&lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_writer_whose_waker_has_panicked_waits_no_longer_once_it_is_dropped() {
    let lock = RwLock::new(0);
    let (held, lost) = panicking(&lock, Kind::Write);
    assert_panics(|| drop(held));
    drop_lost(lost);
    assert!(!lock.has_waiting_writer());
    assert_free(&lock);
}

/// It gets in once the writer has left that it waits for.
#[track_caller]
fn waits_though_its_waker_panics<F: Future>(lock: &RwLock<u64>, future: F) {
    let held = lock.try_write().unwrap();
    let mut future = Box::pin(future);
    let waker = armed();
    ARMED.with(|is| is.set(Armed::PanicsOnClone));
    assert_panics(|| drop(future.as_mut().poll(&mut Context::from_waker(&waker))));
    let mut task = Task::new(future);
    task.waits();
    drop(held);
    assert_eq!(task.wakes(), 1);
    drop(task.finishes());
    assert_free(lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_it_is_cloned_costs_its_future_nothing() {
    let lock = RwLock::new(0);
    waits_though_its_waker_panics(&lock, lock.read());
    waits_though_its_waker_panics(&lock, lock.read_recursive());
    waits_though_its_waker_panics(&lock, lock.upgradable_read());
    waits_though_its_waker_panics(&lock, lock.write());
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_it_is_cloned_once_more_withdraws_what_others_know_of_its_wait() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut overtaken = waiting!(kind.acquire(&lock), armed());
        drop(held);
        let held = lock.try_write().unwrap();
        ARMED.with(|is| is.set(Armed::PanicsOnClone));
        let waker = armed();
        assert_panics(|| drop(overtaken.as_mut().poll(&mut Context::from_waker(&waker))));
        drop(overtaken);
        drop(held);
        assert!(!lock.has_waiting_writer(), "{:?}", kind);
        assert_free(&lock);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_future_whose_waker_panics_when_it_is_dropped_takes_no_wake_up_with_it() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let future = waiting!(kind.acquire(&lock), armed());
        ARMED.with(|is| is.set(Armed::PanicsOnDrop));
        assert_panics(|| drop(future));
        let mut next = kind.waiter(&lock);
        drop(held);
        assert_eq!(next.wakes(), 1, "{:?}", kind);
        drop(next.finishes());
        assert_free(&lock);
    }
}

/// An upgrade that waits for a reader panics when it is cancelled: it waits no longer, and again once it is
/// polled.
#[track_caller]
fn waits_again_after_a_panic(waker: Waker, cancel: impl FnOnce(&RwLock<u64>, &mut dyn FnMut())) {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let origin = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(origin));
    assert!(upgrade.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    cancel(&lock, &mut || drop(upgrade.as_mut().cancel()));
    assert!(!lock.has_waiting_writer());
    let mut task = Task::new(upgrade);
    task.waits();
    assert!(lock.has_waiting_writer());
    drop(reader);
    assert_eq!(task.wakes(), 1);
    // Behind a reader that was woken and is lost it defers.
    drop(task.finishes_within(1 << 10));
    assert_free(&lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn an_upgrade_whose_cancellation_panics_waits_again_when_it_is_polled() {
    waits_again_after_a_panic(armed(), |_, cancel| {
        ARMED.with(|is| is.set(Armed::PanicsOnDrop));
        assert_panics(cancel);
    });
    waits_again_after_a_panic(armed(), |lock, cancel| {
        let lost = waiting!(Kind::Read.acquire(lock), on_wake(|| panic!("woken")));
        assert_panics(cancel);
        drop_lost(Some(lost));
    });
}
