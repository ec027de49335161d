//! Wakers that are replaced, that use the queues, and that panic.

use std::mem::ManuallyDrop;
#[cfg(feature = "std")]
use std::panic::panic_any;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};
#[cfg(feature = "std")]
use std::vec::Vec;

use super::{leaked, runs, Access, Queues, Waiter, Wakes, ACCESSES};
use crate::sync::tests::interrupt;

#[test]
fn another_waker_replaces_the_first_and_is_not_needed_once_woken() {
    let queues = Queues::new();
    let dropped = Arc::new(Wakes::default());
    let count = {
        let dropped = Arc::clone(&dropped);
        move || Arc::clone(&dropped).wake()
    };
    let mut waiter = Waiter::new(&queues, Access::Write, 0);
    assert!(!waiter.poll_with(&runs(|| (), count)));
    assert_eq!(dropped.0.load(Ordering::Relaxed), 0);
    assert!(!waiter.poll());
    assert_eq!(dropped.0.load(Ordering::Relaxed), 1);
    assert_eq!((queues.wake(Access::Write, 1, 1), waiter.wakes()), (1, 1));
    assert!(waiter.poll_with(&runs(|| (), || ())));
}

#[test]
fn a_waker_that_is_woken_or_dropped_may_use_the_queues() {
    static QUEUES: Queues = Queues::new();
    let uses = || {
        for access in ACCESSES {
            let mut waiter = Waiter::new(&QUEUES, access, 1);
            assert!(!waiter.poll_with(&runs(|| (), || ())));
            assert_eq!(QUEUES.wake(access, usize::MAX, 1), 1);
        }
    };
    let waker = runs(uses, uses);
    let mut waiter = Waiter::new(&QUEUES, Access::Write, 0);
    waiter.poll_with(&waker);
    waiter.poll();
    waiter.poll_with(&waker);
    drop(waker);
    assert!(!waiter.leave());
    waiter.enqueue(Access::Read, 0, &runs(uses, uses));
    assert_eq!(QUEUES.wake(Access::Read, usize::MAX, 1), 1);
}

/// Panics when it is dropped.
#[cfg(feature = "std")]
struct Grenade;

#[cfg(feature = "std")]
impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
#[cfg(feature = "std")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn wakers_that_panic_cost_the_rest_nothing() {
    let queues = Queues::new();
    let mut readers: Vec<_> = (0..100).map(|_| Waiter::new(&queues, Access::Read, 0)).collect();
    // What the others panic with leaks, which Miri would complain of.
    let panicking = if cfg!(miri) { &[40][..] } else { &[0, 7, 40] };
    for &reader in panicking {
        // All but the last are dropped on the way, which panics once more.
        let panics = move || if reader == 40 { panic!("woken") } else { panic_any(Grenade) };
        readers[reader].poll_with(&runs(panics, || ()));
    }
    let woken = || queues.wake(Access::Read, usize::MAX, 1);
    assert!(catch_unwind(AssertUnwindSafe(woken)).is_err());
    let wakes: usize = readers.iter().map(Waiter::wakes).sum();
    assert_eq!(wakes, 100 - panicking.len());
    assert_eq!(queues.wake(Access::Read, usize::MAX, 1), 0);
    assert!(readers.iter_mut().all(Waiter::poll));
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_it_is_dropped_leaves_its_entry_whole() {
    let queues = Queues::new();
    let panics = || runs(|| (), || panic!("dropped"));
    let mut waiter = Waiter::new(&queues, Access::Write, 0);
    waiter.poll_with(&panics());
    assert!(catch_unwind(AssertUnwindSafe(|| waiter.poll())).is_err());
    assert!(waiter.entry.is_queued() && !waiter.poll());
    waiter.poll_with(&panics());
    assert!(catch_unwind(AssertUnwindSafe(|| waiter.leave())).is_err());
    assert!(!waiter.entry.is_queued());
    assert_eq!(queues.wake(Access::Write, 1, 1), 0);
}

/// Each of its clones panics when it is dropped; it is not dropped itself.
fn clones_panic_when_dropped() -> ManuallyDrop<Waker> {
    static WAKER: RawWakerVTable = RawWakerVTable::new(
        |data| RawWaker::new(data, &WAKER),
        |_| (),
        |_| (),
        |_| panic!("dropped"),
    );
    // SAFETY: the functions do not look at the data.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(ptr::null(), &WAKER)) })
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_wake_up_that_comes_as_a_waker_is_replaced_outlasts_a_panic_of_the_new_one() {
    let polled = |operation: usize| {
        let queues = leaked();
        let mut waiter = Waiter::new(queues, Access::Write, 0);
        let mut left = operation;
        let wakes_then = move || {
            left = left.wrapping_sub(1);
            if left == 0 {
                assert_eq!(queues.wake(Access::Write, 1, 1), 1);
            }
        };
        let new = clones_panic_when_dropped();
        interrupt::before_each_operation(wakes_then, 1000);
        let polled = catch_unwind(AssertUnwindSafe(|| waiter.poll_with(&new)));
        interrupt::stop();
        // If it has not been woken yet.
        queues.wake(Access::Write, 1, 1);
        assert!(matches!(polled, Ok(true)) || waiter.poll(), "{operation}");
        polled.is_err()
    };
    assert_eq!([1, 2, 3].map(polled), [false, true, false]);
}
