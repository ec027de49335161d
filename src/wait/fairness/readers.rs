//! The readers in flight: those that were woken together and have not all come yet.
#![forbid(unsafe_code)]

use super::late::Notification;
use super::{low_bits, AtomicNumber, EpochNumber};
use crate::state::Priority;
use crate::sync::{constructor, Ordering};

/// What a waiter keeps of the epoch in which the readers in flight were woken: whether it has deferred to them may be
/// taken for so once in 256.
pub(crate) type GroupBits = u8;

#[derive(Debug)]
pub(super) struct ReadersInFlight {
    /// How many have not come yet. When the last one comes, others need not defer any longer.
    count: AtomicNumber,
    /// The epoch in which the first of them were woken. A reader that was woken in an earlier one is late.
    since: AtomicNumber,
}

impl ReadersInFlight {
    constructor! {
        pub(super) fn new() -> ReadersInFlight {
            ReadersInFlight {
                count: AtomicNumber::new(0),
                since: AtomicNumber::new(0),
            }
        }
    }

    /// The first are about to be woken.
    pub(super) fn begin(&self, epoch: EpochNumber) {
        self.since.store(epoch, Ordering::Relaxed);
        self.count.store(0, Ordering::Relaxed);
    }

    /// Counts readers that were woken. Returns whether any have not come.
    #[inline]
    pub(super) fn add(&self, count: usize) -> bool {
        #[allow(clippy::unnecessary_cast)] // Without `std` it is none.
        let count = count as EpochNumber;
        let before = self.count.fetch_add(count, Ordering::Relaxed);
        is_any(before.wrapping_add(count))
    }

    #[inline]
    pub(super) fn are_any(&self) -> bool {
        is_any(self.count.load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn is_late(&self, notification: Notification) -> bool {
        notification.is_before(self.since.load(Ordering::Relaxed))
    }

    /// One has come that is not late.
    #[inline]
    pub(super) fn count_arrival(&self) -> Priority {
        if self.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            Priority::LastWoken
        } else {
            Priority::Woken
        }
    }

    #[inline]
    pub(super) fn group(&self) -> GroupBits {
        low_bits(self.since.load(Ordering::Relaxed)) as GroupBits
    }
}

/// Less than none: a reader came before it was counted as woken.
#[inline]
fn is_any(readers: EpochNumber) -> bool {
    (1..=EpochNumber::MAX / 2).contains(&readers)
}
