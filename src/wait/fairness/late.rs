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

use super::{low_bits, AtomicNumber, EpochBits, EpochNumber};
use crate::sync::{constructor, Ordering};

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
    fn is_before(self, epoch: EpochNumber) -> bool {
        self.epoch.wrapping_sub(epoch) > EpochNumber::MAX / 2
    }
}

/// The epochs in which waiters were last woken.
#[derive(Debug)]
pub(super) struct Latest {
    /// The first readers of those that have not all come. A reader that was woken in an earlier one is late.
    readers: AtomicNumber,
    /// A writer. One that was woken in an earlier one is late.
    #[cfg(feature = "std")]
    writer: AtomicNumber,
}

impl Latest {
    constructor! {
        pub(super) fn new() -> Latest {
            Latest {
                readers: AtomicNumber::new(0),
                #[cfg(feature = "std")]
                writer: AtomicNumber::new(0),
            }
        }
    }

    pub(super) fn record_readers(&self, epoch: EpochNumber) {
        self.readers.store(epoch, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_reader_late(&self, notification: Notification) -> bool {
        notification.is_before(self.readers.load(Ordering::Relaxed))
    }
}

#[cfg(feature = "std")]
impl Latest {
    pub(super) fn record_writer(&self, sent: Notification) {
        self.writer.store(sent.epoch, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_writer_late(&self, notification: Notification) -> bool {
        notification.is_before(self.writer.load(Ordering::Relaxed))
    }
}

#[cfg(not(feature = "std"))]
impl Latest {
    pub(super) fn record_writer(&self, _: Notification) {}

    pub(super) fn is_writer_late(&self, _: Notification) -> bool {
        false
    }
}
