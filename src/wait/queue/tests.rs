#![forbid(unsafe_code)]

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::task::{Wake, Waker};

use super::*;

struct PanicsWhenWoken;

impl Wake for PanicsWhenWoken {
    fn wake(self: Arc<Self>) {
        panic!("woken");
    }
}

struct PanicsWhenDropped;

impl Wake for PanicsWhenDropped {
    fn wake(self: Arc<Self>) {}
}

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// A waiter with this waker was overtaken, and `run` panics: is it on record still?
fn is_on_record_after(waker: Waker, run: impl FnOnce(&Queues, QueueEntry)) -> bool {
    let queues = Queues::new();
    let mut entry = queues.enqueue_overtaken(Access::Write, 1);
    assert!(entry.poll_notified(&mut Context::from_waker(&waker)).is_none());
    drop(waker);
    assert!(queues.writers.record.is_anybody_there());
    assert!(catch_unwind(AssertUnwindSafe(|| run(&queues, entry))).is_err());
    queues.writers.record.is_anybody_there()
}

#[test]
#[cfg_attr(any(miri, panic = "abort"), ignore = "leaks, and panics")]
fn who_was_overtaken_and_has_a_waker_that_panics_leaves_no_record() {
    let woken = |queues: &Queues, entry| {
        std::mem::forget(entry); // Its drop may panic in turn.
        queues.wake_exclusive(Access::Write, InFlight::Nobody);
    };
    assert!(!is_on_record_after(Arc::new(PanicsWhenWoken).into(), woken));
    let leaves = |queues: &Queues, entry| {
        queues.leave(Access::Write, entry);
    };
    assert!(!is_on_record_after(Arc::new(PanicsWhenDropped).into(), leaves));
}
