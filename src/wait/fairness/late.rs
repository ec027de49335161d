//! Who comes late: a waiter that was woken in an epoch before the present one of its kind.
//!
//! A late writer leaves `WRITER_WOKEN` up in the word, for another one. So none may be taken for late whose flag it
//! is, or nobody takes it down. Let a writer be late by epoch 2, which was begun for another writer, and let the flag
//! be up that was set to wake the first one, in epoch 1. Had the other one come before that flag was set, then its
//! operation on the word, and what set the flag, would order the beginnings of the epochs: 2 before 1. So it comes
//! later, and takes the flag down.
//!
//! Without `std`, where few deferrals are owed, no writer is known to be late.
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
use super::AtomicNumber;
use super::{low_bits, EpochBits, EpochNumber};
use crate::sync::constructor;
#[cfg(feature = "std")]
use crate::sync::Ordering;

/// The epoch in which a waiter was woken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notification {
    epoch: EpochNumber,
}

impl Notification {
    pub(crate) fn sent_in(epoch: EpochNumber) -> Notification {
        Notification { epoch }
    }

    #[inline]
    pub(crate) fn epoch(self) -> EpochBits {
        low_bits(self.epoch)
    }

    #[inline]
    pub(super) fn is_before(self, epoch: EpochNumber) -> bool {
        self.epoch.wrapping_sub(epoch) > EpochNumber::MAX / 2
    }
}

/// The epoch in which a writer was last woken. One that was woken in an earlier one is late.
#[derive(Debug)]
pub(super) struct LatestWriter {
    #[cfg(feature = "std")]
    epoch: AtomicNumber,
}

impl LatestWriter {
    constructor! {
        pub(super) fn new() -> LatestWriter {
            LatestWriter {
                #[cfg(feature = "std")]
                epoch: AtomicNumber::new(0),
            }
        }
    }
}

#[cfg(feature = "std")]
impl LatestWriter {
    pub(super) fn record(&self, sent: Notification) {
        self.epoch.store(sent.epoch, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_late(&self, notification: Notification) -> bool {
        notification.is_before(self.epoch.load(Ordering::Relaxed))
    }
}

#[cfg(not(feature = "std"))]
impl LatestWriter {
    pub(super) fn record(&self, _: Notification) {}

    pub(super) fn is_late(&self, _: Notification) -> bool {
        false
    }
}
