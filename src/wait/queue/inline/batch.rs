//! Wakers that are called once the internal lock has been given back.

use alloc::boxed::Box;
use core::any::Any;
use core::mem::{self, MaybeUninit};
use core::panic::AssertUnwindSafe;
use core::task::Waker;
use std::panic::{catch_unwind, resume_unwind};

use crate::wait::unwind;

/// How many are taken out behind the lock at a time.
const CAPACITY: usize = 32;

/// Those below `len` are there. If it is not [woken](Batch::wake), they leak.
pub(super) struct Batch {
    wakers: [MaybeUninit<Waker>; CAPACITY],
    len: usize,
    /// What the last waker panicked with that has.
    panicked: Option<Box<dyn Any + Send>>,
}

impl Batch {
    #[inline(always)]
    pub(super) fn new() -> Batch {
        #[allow(clippy::declare_interior_mutable_const)] // To be copied.
        const EMPTY: MaybeUninit<Waker> = MaybeUninit::uninit();
        Batch { wakers: [EMPTY; CAPACITY], len: 0, panicked: None }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len == CAPACITY
    }

    #[inline(always)]
    pub(super) fn push(&mut self, waker: Waker) {
        self.wakers[self.len].write(waker);
        self.len += 1;
    }

    /// Calls all of them, also if some of them panic, and is empty then.
    pub(super) fn wake(&mut self) {
        for waker in &self.wakers[..mem::take(&mut self.len)] {
            // SAFETY: it was pushed, and is taken out once: it is not below `len` any longer.
            let waker = unsafe { waker.assume_init_read() };
            // Unwind safe: the waker is gone.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
                if let Some(before) = self.panicked.replace(panic) {
                    unwind::discard(before);
                }
            }
        }
    }

    /// Panics if a waker has.
    pub(super) fn finish(self) {
        if let Some(panic) = self.panicked {
            resume_unwind(panic);
        }
    }
}
