//! How many operations on atomics it takes where no task has to be woken.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::Cell;
use std::rc::Rc;

use futures_lite::future::{block_on, poll_once};

use super::super::*;
use crate::sync::tests::interrupt;
use crate::RwLock;

/// How many operations that were, and what came of them.
pub(in crate::raw) fn operations<R>(run: impl FnOnce() -> R) -> (usize, R) {
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    interrupt::before_each_operation(move || counted.set(counted.get() + 1), usize::MAX);
    let result = run();
    interrupt::stop();
    (count.get(), result)
}

fn with_a_writer_waiting(state: State) -> State {
    state.register(Access::Write, Priority::Arriving, Registration::New).expect("one writer")
}

#[test]
#[cfg_attr(feature = "diagnostics", ignore = "a record takes operations of its own")]
fn where_nobody_waits_an_access_is_one_operation_and_its_end_another() {
    let lock = RwLock::new(0);
    // Without `std` a reader looks first.
    let of_reader = if cfg!(feature = "std") { 2 } else { 3 };
    assert_eq!(operations(|| drop(lock.try_read().unwrap())).0, of_reader);
    assert_eq!(operations(|| drop(block_on(lock.read()))).0, of_reader);
    assert_eq!(operations(|| drop(lock.try_write().unwrap())).0, 2);
    assert_eq!(operations(|| drop(block_on(lock.write()))).0, 2);
}

#[test]
fn a_reader_that_is_refused_where_nobody_can_go_counts_itself_in_and_out() {
    let waiting = with_a_writer_waiting(State::WRITING);
    let (woken, _) = waiting.release_write();
    let (turn_of_readers, _) = waiting
        .register(Access::Read, Priority::Arriving, Registration::New)
        .expect("a reader is not counted")
        .release_write();
    for state in [State::WRITING, waiting, woken, turn_of_readers] {
        let raw = RawRwLock::new(Tag::of::<()>(None));
        raw.word.store(state.word(), Ordering::Relaxed);
        // Without `std` it looks, and that is all.
        let in_and_out = if cfg!(feature = "std") { 2 } else { 1 };
        assert_eq!(operations(|| raw.acquire_read_fast()), (in_and_out, false), "{state:?}");
    }
}

#[test]
fn a_waiter_that_is_polled_for_nothing_looks_only() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut write = Box::pin(async { drop(lock.write().await) });
    let mut read = Box::pin(async { drop(lock.read().await) });
    let mut poll_both = || {
        [
            operations(|| block_on(poll_once(&mut write)).is_some()),
            operations(|| block_on(poll_once(&mut read)).is_some()),
        ]
    };
    assert!(poll_both().iter().all(|&(_, is_ready)| !is_ready));
    // At the lock; and at the entry, if that is within the future.
    let looks = if cfg!(any(feature = "intrusive", not(feature = "std"))) { 2 } else { 1 };
    assert_eq!(poll_both(), [(looks, false); 2]);
    drop(guard);
}
