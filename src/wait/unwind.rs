//! What still has to be done when foreign code panics.
//!
//! Wakers are cloned, woken and dropped within operations of the lock, and each may panic. Where the word
//! or a record has been changed before that, and what stands for the change comes after it, something of
//! this kind lies in between.
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use core::any::Any;
use core::mem;
#[cfg(feature = "std")]
use core::panic::AssertUnwindSafe;
#[cfg(feature = "std")]
use std::panic::{catch_unwind, resume_unwind};

/// Calls the function if a panic unwinds past it.
pub(crate) struct OnUnwind<F: FnMut()>(F);

impl<F: FnMut()> OnUnwind<F> {
    #[inline]
    pub(crate) fn new(undo: F) -> OnUnwind<F> {
        OnUnwind(undo)
    }

    /// Nothing has panicked.
    #[inline]
    pub(crate) fn disarm(self) {
        mem::forget(self);
    }
}

impl<F: FnMut()> Drop for OnUnwind<F> {
    #[cold]
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs this, and if it panics that, before the panic goes on. So that one may panic as well. Without `std` no
/// panic can be held up, and that is left out.
#[inline(always)]
pub(crate) fn run_or_else<R>(run: impl FnOnce() -> R, after_panic: impl FnOnce()) -> R {
    #[cfg(feature = "std")]
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(panic) => {
            // One panic goes on.
            if let Err(another) = catch_unwind(AssertUnwindSafe(after_panic)) {
                discard(another);
            }
            resume_unwind(panic)
        }
    }
    #[cfg(not(feature = "std"))]
    {
        let _ = after_panic;
        run()
    }
}

/// Drops what foreign code panicked with, which may panic in turn: what that is, is not dropped any more.
#[cfg(feature = "std")]
pub(crate) fn discard(panic: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(another);
    }
}
