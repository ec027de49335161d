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

use crate::credit::IS_EARNED;
use crate::state::Coming;
use crate::sync::{AtomicUsize, Ordering};

/// How often arrivals step aside for a woken waiter that has never been overtaken. (In a model every poll
/// counts, and a few are enough.)
pub(crate) const MIN_PATIENCE: usize = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// With each loss twice as often, so many times over.
const GROWTH_LOG2: u32 = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// How often at most. Without `std`, an executor that runs in interrupts polls a task that has woken itself
/// again at once: stepping aside keeps those of lower priority from running.
pub(crate) const MAX_PATIENCE: usize = if cfg!(any_rwlock_loom) {
    2
} else if cfg!(feature = "std") {
    1 << 16
} else {
    16
};

/// More losses than this do not make more patient.
pub(crate) const MAX_LOSSES: u8 = {
    let mut losses = 0;
    while MIN_PATIENCE << (GROWTH_LOG2 * losses) < MAX_PATIENCE {
        losses += 1;
    }
    losses as u8
};

/// How often arrivals step aside for somebody who was woken and overtaken so many times.
#[inline]
pub(crate) const fn patience(losses: usize) -> usize {
    let patience = MIN_PATIENCE << (GROWTH_LOG2 * losses as u32);
    if patience < MAX_PATIENCE {
        patience
    } else {
        MAX_PATIENCE
    }
}

const LEFT_BITS: u32 = usize::BITS - MAX_PATIENCE.leading_zeros();
const LEFT: usize = (1 << LEFT_BITS) - 1;
/// An arrival has gone ahead.
const BARGED: usize = 1 << LEFT_BITS;
/// The woken waiter has been overtaken before: nobody goes ahead.
const RESERVED: usize = BARGED << 1;

/// The turn that a lock is in. Advisory: it changes who goes first, and how soon; but numbers are never given
/// twice.
#[derive(Debug)]
pub(crate) struct Turn {
    number: AtomicUsize,
    /// How often arrivals still have to step aside, and two flags.
    left: AtomicUsize,
}

/// A [`Turn`] at some moment.
#[derive(Clone, Copy)]
pub(crate) struct TurnSeen {
    number: usize,
    left: usize,
}

impl TurnSeen {
    pub(crate) fn number(self) -> usize {
        self.number
    }

    /// Whether arrivals have stepped aside often enough, together.
    pub(crate) fn is_used_up(self) -> bool {
        self.left & LEFT == 0
    }

    pub(crate) fn has_been_barged(self) -> bool {
        self.left & BARGED != 0
    }

    pub(crate) fn allows_barging(self) -> bool {
        self.left & RESERVED == 0
    }
}

impl Turn {
    pub(crate) fn new() -> Turn {
        Turn { number: AtomicUsize::new(0), left: AtomicUsize::new(0) }
    }

    #[inline]
    pub(crate) fn look(&self) -> TurnSeen {
        let number = self.number.load(Ordering::Relaxed);
        TurnSeen { number, left: self.left.load(Ordering::Relaxed) }
    }

    /// Begins a turn; its number. What is left of the turn of those who are still coming stays.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn begin(&self, patience: usize, coming: Coming) -> usize {
        let before = match coming {
            Coming::Nobody => 0,
            Coming::Readers => self.left.load(Ordering::Relaxed),
        };
        let left = patience.max(before & LEFT);
        let is_reserved = IS_EARNED && (patience > MIN_PATIENCE || before & RESERVED != 0);
        let left = if is_reserved { left | RESERVED } else { left };
        // Before the number: who has stepped aside in the turn before is not to take it for used up.
        self.left.store(left, Ordering::Relaxed);
        self.number.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// An arrival steps aside, and counts for so many; the number of the turn.
    pub(crate) fn step_aside(&self, by: usize) -> usize {
        let TurnSeen { number, left } = self.look();
        let less = left - by.min(left & LEFT);
        if less != left {
            // Never over a turn that has begun meanwhile; what others count meanwhile may be lost.
            let _ = self.left.compare_exchange(left, less, Ordering::Relaxed, Ordering::Relaxed);
        }
        number
    }

    /// An arrival goes ahead.
    pub(crate) fn barge(&self, seen: TurnSeen) {
        if !seen.has_been_barged() {
            let (left, barged) = (seen.left, seen.left | BARGED);
            let _ = self.left.compare_exchange(left, barged, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// For how many a task counts that steps aside once more, after having done so `times` times in this turn.
///
/// At first it comes again as soon as its executor likes. After [`PROMPT_TIMES`] it lets other threads run:
/// the woken task may wait for the processor that this one has. That takes about as long as so many polls.
pub(crate) fn count_of_task(times: u8) -> usize {
    if cfg!(feature = "std") && times >= PROMPT_TIMES {
        16
    } else {
        1
    }
}

/// In a model: more often than any turn lasts, so that only those let others run that see an old value.
pub(crate) const PROMPT_TIMES: u8 = if cfg!(any_rwlock_loom) { 3 } else { 16 };

#[cfg(all(feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
pub(crate) fn let_other_threads_run() {
    std::thread::yield_now();
}

#[cfg(any_rwlock_loom)]
pub(crate) use loom::thread::yield_now as let_other_threads_run;

/// With shuttle, others may run at each operation; its yield would wake the task, and so hide a wake-up that
/// is lost.
#[cfg(not(any(all(feature = "std", not(any_rwlock_shuttle)), any_rwlock_loom)))]
pub(crate) fn let_other_threads_run() {}

#[cfg(all(test, feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn the_documentation_of_the_lock_states_the_bounds() {
        let text = include_str!("rwlock.rs").replace("\n///", "");
        let (count, growth) = (count_of_task(PROMPT_TIMES), 1 << GROWTH_LOG2);
        for bound in [
            format!("{MIN_PATIENCE} times, and {growth} times as often with each time"),
            format!("refused because of somebody who came later), up to {MAX_PATIENCE} times"),
            format!("From the {}th time on a task lets", PROMPT_TIMES + 1),
            format!("each time, and counts for {count}."),
            format!("{MIN_PATIENCE} times of stepping aside in all, at most {MAX_PATIENCE} if"),
        ] {
            assert!(text.contains(&bound), "{bound}");
        }
    }

    #[test]
    fn patience_grows_up_to_its_bound() {
        let patience: std::vec::Vec<_> = (0..=MAX_LOSSES.into()).map(patience).collect();
        assert_eq!(patience, [4, 64, 1024, 16_384, 65_536]);
    }

    #[test]
    fn a_turn_that_begins_meanwhile_is_not_shortened() {
        let turn = Turn::new();
        let first = turn.begin(4, Coming::Nobody);
        assert_eq!(turn.step_aside(1), first);
        let second = turn.begin(64, Coming::Nobody);
        assert_ne!(first, second);
        assert_eq!((turn.step_aside(63), turn.look().is_used_up()), (second, false));
        assert_eq!((turn.step_aside(1024), turn.look().is_used_up()), (second, true));
    }

    #[test]
    fn what_is_left_of_the_turn_of_readers_who_are_coming_stays() {
        let turn = Turn::new();
        turn.begin(64, Coming::Nobody);
        turn.step_aside(4);
        turn.begin(4, Coming::Readers);
        turn.step_aside(59);
        assert!(!turn.look().is_used_up());
        turn.begin(4, Coming::Nobody);
        turn.step_aside(4);
        assert!(turn.look().is_used_up());
    }
}
