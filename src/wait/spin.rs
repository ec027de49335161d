//! Whether it pays to spin, and to barge past a woken waiter: what a lock has learnt about being used on several
//! processors at once.
//!
//! On one thread the lock cannot change hands while a task is polled: spinning is in vain, and a woken waiter
//! comes as soon as the others defer. On several threads, a section may be over in less time than it takes
//! to queue up, and a woken waiter may take a thousand times as long to come. So a waiter that sees, within
//! one poll, that another thread released the lock adds to a budget that all share. While there is a budget,
//! waiters spin for a while before they queue up, and arrivals may barge. Barging and spinning in vain spend
//! it; a woken waiter that finds the lock taken ends it.
//!
//! Adaptive mutexes (Solaris; `PTHREAD_MUTEX_ADAPTIVE_NP` of glibc) spin for as long as it has paid
//! lately, too.
#![forbid(unsafe_code)]

use core::hint;

#[cfg(not(any(feature = "std", any_rwlock_loom, any_rwlock_shuttle)))]
use crate::sync::zero::Count;
#[cfg(any(feature = "std", any_rwlock_loom, any_rwlock_shuttle))]
use crate::sync::AtomicUsize as Count;
use crate::sync::{constructor, Ordering};

/// How many arrivals may barge, at most, until a waiter sees again that the lock is used in parallel. None
/// without `std`: there, an interrupt would pass for another processor.
pub(crate) const MAX_BUDGET: usize = if IS_EARNED { 512 } else { 0 };

/// Whether there is a budget at all.
pub(crate) const IS_EARNED: bool = cfg!(any(feature = "std", any_rwlock_loom, any_rwlock_shuttle));

/// Earned by a waiter that saw the lock released while it was queuing up: enough for one spin.
const CHANCE_GAIN: usize = 4;

/// Earned by a waiter that saw the lock released while it was spinning. Where sections are short, fewer
/// arrivals barge meanwhile.
const SPIN_GAIN: usize = 32;

/// How many chances earn nothing once barging has cost a woken waiter a loss.
const CHANCES_BARRED: usize = 64;

/// What a spin in vain costs: nothing is left after one where sections are long.
const SPIN_COST: usize = 128;

/// How often one poll spins, at most: some 400 pauses in all.
const MAX_SPINS: u32 = if cfg!(any(any_rwlock_loom, any_rwlock_shuttle)) { 1 } else { 32 };

/// A lock that is released after more spins is held for too long for barging to pay.
const SHORT_SPIN: u32 = 6;

/// The first spin is one pause of the processor, each other one twice as many, up to `1 << 4`: looks in
/// quick succession take the lock's cache line from its holder.
const MAX_PAUSES_LOG2: u32 = 4;

/// Shared by all who want one lock. Advisory: it changes who goes first, and what a wait costs. So every access
/// is Relaxed, and what is spent twice does no harm.
#[derive(Debug)]
pub(crate) struct SpinBudget {
    left: Count,
    /// How many chances still earn nothing.
    barred: Count,
}

impl SpinBudget {
    constructor! {
        pub(crate) fn new() -> SpinBudget {
            SpinBudget { left: Count::new(0), barred: Count::new(0) }
        }
    }

    #[inline]
    pub(crate) fn left(&self) -> usize {
        match MAX_BUDGET {
            0 => 0,
            _ => self.left.load(Ordering::Relaxed),
        }
    }

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

    /// The lock was released while a waiter was queuing up for it.
    pub(crate) fn earn_by_chance(&self) {
        match self.barred.load(Ordering::Relaxed) {
            0 => self.earn(CHANCE_GAIN),
            barred => self.barred.store(barred - 1, Ordering::Relaxed),
        }
    }

    /// An arrival barged, and that has cost a woken waiter a loss.
    pub(crate) fn bar(&self) {
        self.barred.store(CHANCES_BARRED, Ordering::Relaxed);
    }

    /// A woken waiter found the lock taken.
    pub(crate) fn end(&self) {
        self.set(0);
    }

    /// Whether an arrival may barge past a waiter that was woken; that costs a part of the budget.
    pub(crate) fn spend_to_barge(&self) -> bool {
        let left = self.left();
        if left > 0 {
            self.set(left - 1);
        }
        left > 0
    }
}

/// The spins of one poll on a lock that is held.
#[derive(Default)]
pub(crate) struct Spin {
    spins: u32,
}

impl Spin {
    /// Spins once, before another look. Returns whether it may: the budget and the bound allow it.
    #[inline]
    pub(crate) fn spin(&mut self, budget: &SpinBudget) -> bool {
        budget.left() > 0 && self.pause(budget)
    }

    #[cold]
    fn pause(&mut self, budget: &SpinBudget) -> bool {
        if self.spins == MAX_SPINS {
            budget.set(budget.left().saturating_sub(SPIN_COST));
            return false;
        }
        for _ in 0..1_u32 << self.spins.min(MAX_PAUSES_LOG2) {
            hint::spin_loop();
        }
        self.spins += 1;
        true
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.spins > 0
    }

    /// The lock has been released.
    pub(crate) fn earn(&self, budget: &SpinBudget) {
        if self.spins <= SHORT_SPIN {
            budget.earn(SPIN_GAIN);
        }
    }
}

#[cfg(all(test, feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests;
