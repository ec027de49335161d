//! Clones of wakers on their way out.

use core::panic::AssertUnwindSafe;
use core::task::Waker;
use std::panic::{catch_unwind, resume_unwind};

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

#[cold]
fn drop_apart([first, second]: &mut [Option<Waker>; 2]) {
    let dropped = catch_unwind(AssertUnwindSafe(|| *first = None));
    *second = None;
    if let Err(panic) = dropped {
        resume_unwind(panic);
    }
}

impl Drop for Wakers {
    #[inline]
    fn drop(&mut self) {
        if self.0[1].is_some() {
            drop_apart(&mut self.0);
        }
        // Now there is one at most.
    }
}
