#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::Cell;
use std::rc::Rc;

use futures_lite::future::{block_on, poll_once};

use crate::sync::tests::interrupt;
use crate::RwLock;

#[test]
fn a_thread_that_steps_aside_for_longest_sleeps_and_does_not_run() {
    let lock = RwLock::new(0);
    let mut held = lock.try_write();
    let mut overtaken = Box::pin(lock.write());
    for _ in 0..5 {
        assert!(block_on(poll_once(&mut overtaken)).is_none());
        drop(held.take());
        held = lock.try_write();
    }
    assert!(block_on(poll_once(&mut overtaken)).is_none());
    drop(held);
    // Two yields, and 64 times asleep until another comes or a tenth of a millisecond has passed.
    let operations = Rc::new(Cell::new(0));
    let counted = Rc::clone(&operations);
    let count = move || counted.set(counted.get() + 1);
    interrupt::before_each_operation(count, usize::MAX);
    drop(lock.write_blocking());
    interrupt::stop();
    assert!(operations.get() > 64, "it has not deferred: {}", operations.get());
    assert!(operations.get() < 16 * 66, "{} operations", operations.get());
}
