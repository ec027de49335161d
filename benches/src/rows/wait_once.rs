//! One wait, polled by hand: it finds the lock held, the holder leaves, it gets in.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::lock::{at_once, Lock};

/// Out of line, so that a tool can tell it from what comes before it.
#[inline(never)]
fn wait<F: Future, G>(ask: impl FnOnce() -> F, holder: G) {
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(ask());
    assert!(future.as_mut().poll(&mut context).is_pending(), "the lock is held");
    drop(holder);
    match future.as_mut().poll(&mut context) {
        Poll::Ready(guard) => drop(guard),
        Poll::Pending => panic!("the lock is free"),
    }
}

pub fn reader_for_writer<L: Lock>(lock: &L) {
    let holder = at_once(lock.write());
    wait(|| lock.read(), holder);
}

pub fn writer_for_writer<L: Lock>(lock: &L) {
    let holder = at_once(lock.write());
    wait(|| lock.write(), holder);
}

pub fn writer_for_reader<L: Lock>(lock: &L) {
    let holder = at_once(lock.read());
    wait(|| lock.write(), holder);
}
