//! One count of readers, and what is kept beside it.
#![forbid(unsafe_code)]

use crate::sync::{AtomicUsize, Ordering};

/// On cache lines of its own. (Some processors fetch two at a time.)
#[repr(align(128))]
pub(super) struct OwnLine<T>(pub(super) T);

/// A count of readers, and what the threads that it is of have seen.
pub(super) struct Shard {
    pub(super) readers: AtomicUsize,
    /// How many reads of the word they have made since the last write that they know of.
    pub(super) reads: Advisory,
    /// `writes` of the lock when they last looked.
    pub(super) writes_seen: Advisory,
}

/// A number that orders nothing, and that does no harm if it is wrong for a while. So each access is Relaxed, and no
/// model has to know of it.
pub(super) struct Advisory(core::sync::atomic::AtomicUsize);

impl Advisory {
    pub(super) fn new(number: usize) -> Advisory {
        Advisory(core::sync::atomic::AtomicUsize::new(number))
    }

    #[inline]
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn set(&self, number: usize) {
        self.0.store(number, Ordering::Relaxed);
    }
}

impl Shard {
    pub(super) fn new() -> Shard {
        Shard {
            readers: AtomicUsize::new(0),
            reads: Advisory::new(0),
            writes_seen: Advisory::new(0),
        }
    }

    /// How many readers it counts.
    ///
    /// Acquire: pairs with the Release of those that left from here, whose reads the caller passes on when it
    /// leaves from the word; and with that of `collect_from`, by which a count that is gone is in the word.
    #[inline]
    pub(super) fn readers(&self) -> usize {
        self.readers.load(Ordering::Acquire)
    }

    /// Takes a count away, if there is one.
    #[inline]
    pub(super) fn take_one(&self) -> bool {
        loop {
            let readers = self.readers();
            if readers == 0 {
                return false;
            }
            // Release: pairs with the Acquire of `collect`, or of a reader that finds the shard empty.
            let exchange = self.readers.compare_exchange_weak(
                readers,
                readers - 1,
                Ordering::Release,
                Ordering::Relaxed,
            );
            if exchange.is_ok() {
                return true;
            }
        }
    }
}
