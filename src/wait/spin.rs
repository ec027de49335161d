//! What a lock has learnt about being used on several processors at once.
//!
//! On one thread the lock cannot change hands while a task is polled: looking again is in vain, and a
//! woken waiter comes as soon as the others step aside. On several, a section may be over in less time
//! than it takes to queue up, and a woken waiter may take a thousand times as long to come. So
//! whoever sees, within one poll, that another gave the lock up earns credit for all. While there
//! is credit, a waiter looks again for a while before it queues up, and an arrival may go ahead of a
//! woken waiter. Going ahead and looking in vain use credit up; a woken waiter that finds the lock taken
//! ends it.
//!
//! Adaptive mutexes (Solaris; `PTHREAD_MUTEX_ADAPTIVE_NP` of glibc) spin for as long as it has paid
//! lately, too.
#![forbid(unsafe_code)]

use core::hint;

use crate::sync::{AtomicUsize, Ordering};

/// How many arrivals may go ahead of woken waiters, at most, until somebody sees again that the lock
/// is used in parallel. None without `std`: there, an interrupt would pass for another processor.
pub(crate) const MAX_BUDGET: usize = if IS_EARNED { 512 } else { 0 };

/// Whether there is credit at all.
pub(crate) const IS_EARNED: bool = cfg!(any(feature = "std", any_rwlock_loom, any_rwlock_shuttle));

/// Earned by somebody who saw the lock given up while it was queuing up: enough for one spin.
const CHANCE_GAIN: usize = 4;

/// Earned by somebody who saw the lock given up while it was spinning: pays for more than others go
/// ahead meanwhile, where sections are short.
const SPIN_GAIN: usize = 32;

/// How many chances earn nothing once going ahead has cost a woken waiter its turn.
const CHANCES_BARRED: usize = 64;

/// What a spin in vain costs: nothing is left after one where sections are long.
const SPIN_COST: usize = 128;

/// How often one poll looks again, at most: some 400 pauses in all.
const MAX_SPINS: u32 = if cfg!(any(any_rwlock_loom, any_rwlock_shuttle)) { 1 } else { 32 };

/// A lock that is given up after more looks is held for too long for it to pay that others go ahead.
const SHORT_SPIN: u32 = 6;

/// Before the first look one pause of the processor, before each other one twice as many, up to
/// `1 << 4`: looks in quick succession take the lock's cache line from its holder.
const MAX_PAUSES_LOG2: u32 = 4;

/// Shared by all who want one lock. Advisory: it changes who goes first, and what a wait costs.
#[derive(Debug)]
pub(crate) struct SpinBudget {
    left: AtomicUsize,
    /// How many chances still earn nothing.
    barred: AtomicUsize,
}

impl SpinBudget {
    pub(crate) fn new() -> SpinBudget {
        SpinBudget { left: AtomicUsize::new(0), barred: AtomicUsize::new(0) }
    }

    #[inline]
    fn left(&self) -> usize {
        match MAX_BUDGET {
            0 => 0,
            _ => self.left.load(Ordering::Relaxed),
        }
    }

    /// Not one operation with the look before it: credit that is used up twice does no harm.
    fn set(&self, left: usize) {
        self.left.store(left, Ordering::Relaxed);
    }

    fn earn(&self, more: usize) {
        let left = self.left() + more;
        // Not written where it makes no difference: that would take the cache line from others.
        if left.saturating_sub(MAX_BUDGET) == 0 {
            self.set(left);
        }
    }

    /// The lock was given up while somebody was queuing up for it.
    pub(crate) fn earn_by_chance(&self) {
        match self.barred.load(Ordering::Relaxed) {
            0 => self.earn(CHANCE_GAIN),
            barred => self.barred.store(barred - 1, Ordering::Relaxed),
        }
    }

    /// Somebody went ahead, and that has cost a woken waiter its turn.
    pub(crate) fn bar(&self) {
        self.barred.store(CHANCES_BARRED, Ordering::Relaxed);
    }

    /// A woken waiter found the lock taken.
    pub(crate) fn end(&self) {
        self.set(0);
    }

    /// Whether an arrival may go ahead of somebody who was woken.
    pub(crate) fn spend_to_barge(&self) -> bool {
        let left = self.left();
        if left > 0 {
            self.set(left - 1);
        }
        left > 0
    }
}

/// The looks of one poll at a lock that is held.
#[derive(Default)]
pub(crate) struct Spin {
    looks: u32,
}

impl Spin {
    /// Waits for the next look. `false`: no more looks.
    #[inline]
    pub(crate) fn look_again(&mut self, budget: &SpinBudget) -> bool {
        budget.left() > 0 && self.pause(budget)
    }

    #[cold]
    fn pause(&mut self, budget: &SpinBudget) -> bool {
        if self.looks == MAX_SPINS {
            budget.set(budget.left().saturating_sub(SPIN_COST));
            return false;
        }
        for _ in 0..1_u32 << self.looks.min(MAX_PAUSES_LOG2) {
            hint::spin_loop();
        }
        self.looks += 1;
        true
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.looks > 0
    }

    /// The lock has been given up.
    pub(crate) fn earn(&self, budget: &SpinBudget) {
        if self.looks <= SHORT_SPIN {
            budget.earn(SPIN_GAIN);
        }
    }
}

#[cfg(all(test, feature = "std", not(any_rwlock_loom)))]
mod tests;
