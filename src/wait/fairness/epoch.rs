//! The wake epoch that a lock is in, and what is owed in it.
#![forbid(unsafe_code)]

use super::super::spin::IS_EARNED;
use super::{low_bits, AtomicNumber, EpochBits, EpochNumber, MAX_DEFERRALS, MIN_DEFERRALS};
use crate::state::InFlight;
#[cfg(not(feature = "std"))]
use crate::sync::AtomicU8;
#[cfg(feature = "std")]
use crate::sync::AtomicUsize;
use crate::sync::{constructor, Ordering};

#[cfg(feature = "std")]
type Owed = usize;
#[cfg(feature = "std")]
type AtomicOwed = AtomicUsize;
#[cfg(not(feature = "std"))]
type Owed = u8;
#[cfg(not(feature = "std"))]
type AtomicOwed = AtomicU8;

const OWED_BITS: u32 = usize::BITS - MAX_DEFERRALS.leading_zeros();
const OWED: Owed = (1 << OWED_BITS) - 1;
/// An arrival has barged.
const BARGED: Owed = 1 << OWED_BITS;
/// The woken waiter has lost before: no arrival may barge.
const RESERVED: Owed = BARGED << 1;

/// The wake epoch that a lock is in.
#[derive(Debug)]
pub(super) struct WakeEpoch {
    number: AtomicNumber,
    /// How many deferrals arrivals still owe, and two flags.
    owed: AtomicOwed,
    /// How many are still owed to the readers in flight, also by a writer that was woken after them (or an upgrader). A
    /// deferral of anybody takes from this, and nothing but the waking of more readers adds to it: how often that writer
    /// is woken meanwhile, and what is owed to itself, makes no difference.
    owed_to_readers: AtomicOwed,
}

/// A [`WakeEpoch`] at some moment.
#[derive(Clone, Copy)]
pub(crate) struct EpochSnapshot {
    number: EpochNumber,
    owed: Owed,
}

impl EpochSnapshot {
    #[inline]
    pub(crate) fn number(self) -> EpochBits {
        low_bits(self.number)
    }

    /// Whether arrivals have deferred often enough, together.
    #[inline]
    pub(crate) fn is_spent(self) -> bool {
        self.owed & OWED == 0
    }

    pub(super) fn has_been_barged(self) -> bool {
        self.owed & BARGED != 0
    }

    pub(super) fn allows_barging(self) -> bool {
        self.owed & RESERVED == 0
    }
}

impl WakeEpoch {
    constructor! {
        pub(super) fn new() -> WakeEpoch {
            WakeEpoch {
                number: AtomicNumber::new(0),
                owed: AtomicOwed::new(0),
                owed_to_readers: AtomicOwed::new(0),
            }
        }
    }

    #[inline]
    pub(super) fn snapshot(&self) -> EpochSnapshot {
        let number = self.number();
        EpochSnapshot { number, owed: self.owed.load(Ordering::Relaxed) }
    }

    /// Begins an epoch; returns its number. What is still owed to those in flight stays owed.
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn begin(&self, deferrals: usize, in_flight: InFlight) -> EpochNumber {
        let is_reserved = IS_EARNED && deferrals > MIN_DEFERRALS;
        let mut owed = deferrals as Owed | if is_reserved { RESERVED } else { 0 };
        if in_flight.is_somebody() {
            owed = self.add_still_owed(owed);
        }
        // Before the number: an arrival that deferred in the epoch before must not take this one for spent.
        self.owed.store(owed, Ordering::Relaxed);
        self.renew()
    }

    #[inline]
    pub(super) fn number(&self) -> EpochNumber {
        self.number.load(Ordering::Relaxed)
    }

    /// As much is owed as before.
    #[inline]
    pub(super) fn renew(&self) -> EpochNumber {
        self.number.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    #[cfg_attr(feature = "std", cold)]
    fn add_still_owed(&self, owed: Owed) -> Owed {
        let before = self.owed.load(Ordering::Relaxed);
        (owed & OWED).max(before & OWED) | (owed | before) & RESERVED
    }

    /// How much is owed to the readers in flight.
    #[allow(clippy::unnecessary_cast)] // Without `std` it is none.
    #[inline]
    pub(super) fn owed_to_readers(&self) -> usize {
        self.owed_to_readers.load(Ordering::Relaxed) as usize
    }

    /// From now on, that is so much.
    #[inline]
    pub(super) fn owe_to_readers(&self, deferrals: usize) {
        self.owed_to_readers.store(deferrals as Owed, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn defer(&self, weight: usize) -> EpochNumber {
        let number = self.number();
        pay(&self.owed, weight);
        pay(&self.owed_to_readers, weight);
        number
    }

    pub(super) fn record_barging(&self, seen: EpochSnapshot) {
        if !seen.has_been_barged() {
            let (owed, barged) = (seen.owed, seen.owed | BARGED);
            let _ = self.owed.compare_exchange(owed, barged, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// Takes so many deferrals from what is owed.
#[cfg_attr(feature = "std", inline)]
#[cfg_attr(not(feature = "std"), inline(never))]
fn pay(debt: &AtomicOwed, deferrals: usize) {
    let owed = debt.load(Ordering::Relaxed);
    #[allow(clippy::unnecessary_cast)] // Without `std` it is none.
    let left = owed - deferrals.min((owed & OWED) as usize) as Owed;
    if left != owed {
        // Never from what is owed anew meanwhile; what others pay meanwhile may be lost.
        let _ = debt.compare_exchange(owed, left, Ordering::Relaxed, Ordering::Relaxed);
    }
}
