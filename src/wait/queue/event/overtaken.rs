//! How many waiters sleep in a list of those that have lost, and how often they lost.
#![forbid(unsafe_code)]

use crate::sync::{AtomicUsize, Ordering};
use crate::wait::fairness::MAX_LOSSES;

const LOSSES_BITS: u32 = u8::BITS - MAX_LOSSES.leading_zeros();
const LOSSES: usize = (1 << LOSSES_BITS) - 1;
const ONE_ENTRY: usize = 1 << LOSSES_BITS;

/// The number of entries, and below it the losses of the one that lost most.
///
/// Relaxed throughout. A waiter is on this record before it goes on record in the lock's word; a release
/// has read that one before it looks here. So the word orders the two.
#[derive(Debug)]
pub(super) struct Overtaken(AtomicUsize);

impl Overtaken {
    pub(super) fn new() -> Overtaken {
        Overtaken(AtomicUsize::new(0))
    }

    #[inline]
    fn snapshot(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn has_entries(&self) -> bool {
        self.snapshot() >= ONE_ENTRY
    }

    #[inline]
    pub(super) fn losses(&self) -> usize {
        self.snapshot() & LOSSES
    }

    pub(super) fn add(&self, losses: u8) {
        self.change(|seen| {
            let most = (seen & LOSSES).max(losses.into());
            (seen & !LOSSES | most).wrapping_add(ONE_ENTRY)
        });
    }

    /// Removes entries that were woken, or have left.
    pub(super) fn remove(&self, count: usize) {
        if count == 0 {
            return;
        }
        self.change(|seen| {
            let left = seen.wrapping_sub(count << LOSSES_BITS);
            if left >= ONE_ENTRY {
                left
            } else {
                0
            }
        });
    }

    fn change(&self, change: impl Fn(usize) -> usize) {
        let mut seen = self.snapshot();
        while let Err(found) =
            self.0.compare_exchange_weak(seen, change(seen), Ordering::Relaxed, Ordering::Relaxed)
        {
            seen = found;
        }
    }
}
