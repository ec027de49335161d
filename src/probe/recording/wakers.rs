//! Clones of wakers on their way out.

use core::task::Waker;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

/// Dropped where no ledger is locked: to drop a waker may drop its task, and that may do anything. Each panics apart
/// from the other.
#[derive(Debug, Default)]
#[must_use = "when wakers are dropped, code of others runs"]
pub(crate) struct Wakers([Option<Waker>; 2]);

impl Wakers {
    pub(crate) fn new(first: Option<Waker>, second: Option<Waker>) -> Wakers {
        Wakers([first, second])
    }

    /// Drops them.
    pub(crate) fn discard(self) {}

    pub(crate) fn take_one(&mut self) -> Option<Waker> {
        self.0[0].take()
    }

    pub(crate) fn none() -> Wakers {
        Wakers::default()
    }
}

impl Drop for Wakers {
    #[inline]
    fn drop(&mut self) {
        let [first, second] = &mut self.0;
        match (first.take(), second.take()) {
            (None, None) => (),
            (Some(waker), None) | (None, Some(waker)) => drop(waker),
            (Some(first), Some(second)) => {
                let dropped = catch_unwind(AssertUnwindSafe(|| drop(first)));
                drop(second);
                if let Err(panic) = dropped {
                    resume_unwind(panic);
                }
            }
        }
    }
}
