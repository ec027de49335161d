//! What still has to be done when foreign code panics.
//!
//! Wakers are cloned, woken and dropped within operations of the lock, and each may panic. Where the word
//! or a record has been changed before that, and what stands for the change comes after it, something of
//! this kind lies in between.
#![forbid(unsafe_code)]

use core::mem;

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
