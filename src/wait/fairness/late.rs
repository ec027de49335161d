//! Who comes late: a waiter that was woken in an epoch before the present one of its kind.
//!
//! Without `std` a notification carries nothing, and no waiter is known to be late.
#![forbid(unsafe_code)]

use super::EpochNumber;
use crate::sync::constructor;
#[cfg(feature = "std")]
use crate::sync::{AtomicUsize, Ordering};

/// The epoch in which a waiter was woken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notification {
    #[cfg(feature = "std")]
    epoch: EpochNumber,
}

/// The epochs in which waiters were last woken.
#[derive(Debug)]
pub(super) struct Latest {
    /// The first readers of those that have not all come. A reader that was woken in an earlier one is late.
    #[cfg(feature = "std")]
    readers: AtomicUsize,
    /// A writer. One that was woken in an earlier one is late, and leaves `WRITER_WOKEN` up in the word for this one.
    #[cfg(feature = "std")]
    writer: AtomicUsize,
}

#[cfg(feature = "std")]
impl Notification {
    pub(crate) fn sent_in(epoch: EpochNumber) -> Notification {
        Notification { epoch }
    }

    #[inline]
    fn is_before(self, epoch: EpochNumber) -> bool {
        self.epoch.wrapping_sub(epoch) > EpochNumber::MAX / 2
    }
}

#[cfg(feature = "std")]
impl Latest {
    constructor! {
        pub(super) fn new() -> Latest {
            Latest { readers: AtomicUsize::new(0), writer: AtomicUsize::new(0) }
        }
    }

    pub(super) fn record_readers(&self, epoch: EpochNumber) {
        self.readers.store(epoch, Ordering::Relaxed);
    }

    pub(super) fn record_writer(&self, sent: Notification) {
        self.writer.store(sent.epoch, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_reader_late(&self, notification: Notification) -> bool {
        notification.is_before(self.readers.load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn is_writer_late(&self, notification: Notification) -> bool {
        notification.is_before(self.writer.load(Ordering::Relaxed))
    }
}

#[cfg(not(feature = "std"))]
impl Notification {
    pub(crate) fn sent_in(_: EpochNumber) -> Notification {
        Notification {}
    }
}

#[cfg(not(feature = "std"))]
impl Latest {
    constructor! {
        pub(super) fn new() -> Latest {
            Latest {}
        }
    }

    pub(super) fn record_readers(&self, _: EpochNumber) {}

    pub(super) fn record_writer(&self, _: Notification) {}

    pub(super) fn is_reader_late(&self, _: Notification) -> bool {
        false
    }

    pub(super) fn is_writer_late(&self, _: Notification) -> bool {
        false
    }
}
