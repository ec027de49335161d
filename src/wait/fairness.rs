//! For how long arrivals step aside for those who were woken.
//!
//! Each wake-up begins a *turn*. While it lasts, an arrival that finds the lock free steps aside: it
//! comes again later. The turn is over for an arrival once it has stepped aside at least once itself
//! and all arrivals together have done so as often as the woken waiter's *patience* says. (Together:
//! executors count the polls of all tasks, and a future that is never polled again then costs the same
//! however many arrivals there are. At least once: so nobody is overtaken by a task whose executor polls
//! in the order of wake-ups.)
//!
//! Patience belongs to the waiter: it grows with each *loss*, a wake-up that came to nothing because
//! somebody who came later was faster. It has a bound, because the waiter may never be polled again.
#![forbid(unsafe_code)]

use crate::state::InFlight;
use crate::sync::{AtomicUsize, Ordering};
use crate::wait::spin::IS_EARNED;

/// How often arrivals step aside for a woken waiter that has never been overtaken. (In a model every poll
/// counts, and a few are enough.)
pub(crate) const MIN_DEFERRALS: usize = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// With each loss twice as often, so many times over.
const GROWTH_LOG2: u32 = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// How often at most. Without `std`, an executor that runs in interrupts polls a task that has woken itself
/// again at once: stepping aside keeps those of lower priority from running.
pub(crate) const MAX_DEFERRALS: usize = if cfg!(any_rwlock_loom) {
    2
} else if cfg!(feature = "std") {
    1 << 16
} else {
    16
};

/// More losses than this do not make more patient.
pub(crate) const MAX_LOSSES: u8 = {
    let mut losses = 0;
    while MIN_DEFERRALS << (GROWTH_LOG2 * losses) < MAX_DEFERRALS {
        losses += 1;
    }
    losses as u8
};

/// How often arrivals step aside for somebody who was woken and overtaken so many times.
#[inline]
pub(crate) const fn deferrals_owed(losses: usize) -> usize {
    let deferrals_owed = MIN_DEFERRALS << (GROWTH_LOG2 * losses as u32);
    if deferrals_owed < MAX_DEFERRALS {
        deferrals_owed
    } else {
        MAX_DEFERRALS
    }
}

const LEFT_BITS: u32 = usize::BITS - MAX_DEFERRALS.leading_zeros();
const LEFT: usize = (1 << LEFT_BITS) - 1;
/// An arrival has gone ahead.
const BARGED: usize = 1 << LEFT_BITS;
/// The woken waiter has been overtaken before: nobody goes ahead.
const RESERVED: usize = BARGED << 1;

/// The turn that a lock is in. Advisory: it changes who goes first, and how soon; but numbers are never given
/// twice.
#[derive(Debug)]
pub(crate) struct WakeEpoch {
    number: AtomicUsize,
    /// How often arrivals still have to step aside, and two flags.
    left: AtomicUsize,
}

/// A [`WakeEpoch`] at some moment.
#[derive(Clone, Copy)]
pub(crate) struct EpochSnapshot {
    number: usize,
    left: usize,
}

impl EpochSnapshot {
    pub(crate) fn number(self) -> usize {
        self.number
    }

    /// Whether arrivals have stepped aside often enough, together.
    pub(crate) fn is_spent(self) -> bool {
        self.left & LEFT == 0
    }

    pub(crate) fn has_been_barged(self) -> bool {
        self.left & BARGED != 0
    }

    pub(crate) fn allows_barging(self) -> bool {
        self.left & RESERVED == 0
    }
}

impl WakeEpoch {
    pub(crate) fn new() -> WakeEpoch {
        WakeEpoch { number: AtomicUsize::new(0), left: AtomicUsize::new(0) }
    }

    #[inline]
    pub(crate) fn snapshot(&self) -> EpochSnapshot {
        let number = self.number.load(Ordering::Relaxed);
        EpochSnapshot { number, left: self.left.load(Ordering::Relaxed) }
    }

    /// Begins a turn; its number. What is left of the turn of those who are still coming stays.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn begin(&self, deferrals_owed: usize, in_flight: InFlight) -> usize {
        let before = match in_flight {
            InFlight::Nobody => 0,
            InFlight::Readers => self.left.load(Ordering::Relaxed),
        };
        let left = deferrals_owed.max(before & LEFT);
        let is_reserved = IS_EARNED && (deferrals_owed > MIN_DEFERRALS || before & RESERVED != 0);
        let left = if is_reserved { left | RESERVED } else { left };
        // Before the number: who has stepped aside in the turn before is not to take it for used up.
        self.left.store(left, Ordering::Relaxed);
        self.number.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// An arrival steps aside, and counts for so many; the number of the turn.
    pub(crate) fn defer(&self, by: usize) -> usize {
        let EpochSnapshot { number, left } = self.snapshot();
        let less = left - by.min(left & LEFT);
        if less != left {
            // Never over a turn that has begun meanwhile; what others count meanwhile may be lost.
            let _ = self.left.compare_exchange(left, less, Ordering::Relaxed, Ordering::Relaxed);
        }
        number
    }

    /// An arrival goes ahead.
    pub(crate) fn barge(&self, seen: EpochSnapshot) {
        if !seen.has_been_barged() {
            let (left, barged) = (seen.left, seen.left | BARGED);
            let _ = self.left.compare_exchange(left, barged, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// For how many a task counts that steps aside once more, after having done so `times` times in this turn.
///
/// At first it comes again as soon as its executor likes. After [`PROMPT_DEFERRALS`] it lets other threads run:
/// the woken task may wait for the processor that this one has. That takes about as long as so many polls.
pub(crate) fn task_weight(times: u8) -> usize {
    if cfg!(feature = "std") && times >= PROMPT_DEFERRALS {
        16
    } else {
        1
    }
}

/// In a model: more often than any turn lasts, so that only those let others run that see an old value.
pub(crate) const PROMPT_DEFERRALS: u8 = if cfg!(any_rwlock_loom) { 3 } else { 16 };

#[cfg(all(feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
pub(crate) fn yield_thread() {
    std::thread::yield_now();
}

#[cfg(any_rwlock_loom)]
pub(crate) use loom::thread::yield_now as yield_thread;

#[cfg(not(any(all(feature = "std", not(any_rwlock_shuttle)), any_rwlock_loom)))]
pub(crate) fn yield_thread() {}

#[cfg(all(test, feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests;
