use std::boxed::Box;
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

/// A waiter with this waker has lost, and `run` panics. Returns whether it is on record still.
fn is_on_record_after(waker: Waker, run: impl FnOnce(&Queues, Pin<Box<QueueEntry>>)) -> bool {
    let queues = Queues::new();
    let mut entry = Box::pin(QueueEntry::new());
    let mut cx = Context::from_waker(&waker);
    entry.as_mut().standing().losses = 1;
    // SAFETY: here no list has anything of the entry's.
    unsafe { queues.enqueue(Access::Write, entry.as_mut(), &cx) };
    assert!(entry.as_mut().poll(|| &queues, &mut cx).is_none());
    drop(waker);
    assert!(queues.writers.record.has_entries());
    assert!(catch_unwind(AssertUnwindSafe(|| run(&queues, entry))).is_err());
    queues.writers.record.has_entries()
}

#[test]
#[cfg_attr(any(miri, panic = "abort"), ignore = "leaks, and panics")]
fn who_was_overtaken_and_has_a_waker_that_panics_leaves_no_record() {
    let woken = |queues: &Queues, entry| {
        std::mem::forget(entry); // Its drop may panic in turn.
        queues.wake(Access::Write, 1, 1);
    };
    assert!(!is_on_record_after(Arc::new(PanicsWhenWoken).into(), woken));
    let leaves = |queues: &Queues, mut entry: Pin<Box<QueueEntry>>| {
        queues.leave(Access::Write, entry.as_mut());
    };
    assert!(!is_on_record_after(Arc::new(PanicsWhenDropped).into(), leaves));
    let cancels = |queues: &Queues, mut entry: Pin<Box<QueueEntry>>| {
        queues.cancel(Access::Write, entry.as_mut(), || Notification::sent_in(1));
    };
    assert!(!is_on_record_after(Arc::new(PanicsWhenDropped).into(), cancels));
}
