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
pub(crate) const MAX_CREDIT: usize = if IS_EARNED { 512 } else { 0 };

/// Whether there is credit at all.
pub(crate) const IS_EARNED: bool = cfg!(any(feature = "std", any_rwlock_loom, any_rwlock_shuttle));

/// Earned by somebody who saw the lock given up while it was queuing up: enough for one spin.
const FOR_A_CHANCE: usize = 4;

/// Earned by somebody who saw the lock given up while it was spinning: pays for more than others go
/// ahead meanwhile, where sections are short.
const FOR_A_SPIN: usize = 32;

/// How many chances earn nothing once going ahead has cost a woken waiter its turn.
const CHANCES_BARRED: usize = 64;

/// What a spin in vain costs: nothing is left after one where sections are long.
const SPIN_COST: usize = 128;

/// How often one poll looks again, at most: some 400 pauses in all.
const MAX_LOOKS: u32 = if cfg!(any(any_rwlock_loom, any_rwlock_shuttle)) { 1 } else { 32 };

/// A lock that is given up after more looks is held for too long for it to pay that others go ahead.
const SHORT_SPIN: u32 = 6;

/// Before the first look one pause of the processor, before each other one twice as many, up to
/// `1 << 4`: looks in quick succession take the lock's cache line from its holder.
const MAX_PAUSES_LOG2: u32 = 4;

/// Shared by all who want one lock. Advisory: it changes who goes first, and what a wait costs.
#[derive(Debug)]
pub(crate) struct Credit {
    left: AtomicUsize,
    /// How many chances still earn nothing.
    barred: AtomicUsize,
}

impl Credit {
    pub(crate) fn new() -> Credit {
        Credit { left: AtomicUsize::new(0), barred: AtomicUsize::new(0) }
    }

    #[inline]
    fn left(&self) -> usize {
        match MAX_CREDIT {
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
        if left.saturating_sub(MAX_CREDIT) == 0 {
            self.set(left);
        }
    }

    /// The lock was given up while somebody was queuing up for it.
    pub(crate) fn earn_by_chance(&self) {
        match self.barred.load(Ordering::Relaxed) {
            0 => self.earn(FOR_A_CHANCE),
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
    pub(crate) fn may_go_ahead(&self) -> bool {
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
    pub(crate) fn look_again(&mut self, credit: &Credit) -> bool {
        credit.left() > 0 && self.pause(credit)
    }

    #[cold]
    fn pause(&mut self, credit: &Credit) -> bool {
        if self.looks == MAX_LOOKS {
            credit.set(credit.left().saturating_sub(SPIN_COST));
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
    pub(crate) fn earn(&self, credit: &Credit) {
        if self.looks <= SHORT_SPIN {
            credit.earn(FOR_A_SPIN);
        }
    }
}

#[cfg(all(test, feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests {
    use std::boxed::Box;
    use std::format;
    use std::sync::Arc;

    use futures_lite::future::{block_on, poll_once, yield_now, zip};

    use super::*;
    use crate::queues::Queues;
    use crate::sync::interrupt;
    use crate::RwLock;

    fn going_ahead(credit: &Credit) -> usize {
        (0..2 * MAX_CREDIT).filter(|_| credit.may_go_ahead()).count()
    }

    fn looks(credit: &Credit) -> (Spin, u32) {
        let mut spin = Spin::default();
        let looks = (0..2 * MAX_LOOKS).filter(|_| spin.look_again(credit)).count();
        (spin, looks as u32)
    }

    #[test]
    fn without_credit_nobody_goes_ahead_and_nobody_looks_again() {
        let credit = Credit::new();
        assert!(!credit.may_go_ahead());
        assert_eq!(looks(&credit).1, 0);
    }

    #[test]
    fn tasks_on_one_thread_earn_nothing() {
        let lock = RwLock::new(0);
        let write = || async {
            for _ in 0..100 {
                let mut guard = lock.write().await;
                yield_now().await;
                *guard += 1;
            }
        };
        block_on(zip(write(), zip(write(), write())));
        assert_eq!(lock.raw.queues().credit().left(), 0);
    }

    #[test]
    fn credit_has_a_bound_and_is_used_up_by_going_ahead() {
        let credit = Credit::new();
        credit.earn_by_chance();
        assert_eq!(going_ahead(&credit), FOR_A_CHANCE);
        let spin = Spin::default();
        (0..MAX_CREDIT).for_each(|_| spin.earn(&credit));
        (0..MAX_CREDIT).for_each(|_| credit.earn_by_chance());
        assert_eq!(going_ahead(&credit), MAX_CREDIT);
    }

    #[test]
    fn a_spin_ends_and_one_in_vain_costs_more_than_one_that_pays_earns() {
        let credit = Credit::new();
        let spin = Spin::default();
        (0..3).for_each(|_| spin.earn(&credit));
        assert_eq!(looks(&credit).1, MAX_LOOKS);
        assert_eq!(looks(&credit).1, 0);
    }

    #[test]
    fn with_credit_an_arrival_goes_ahead_of_a_woken_waiter() {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut woken = Box::pin(lock.write());
        assert!(block_on(poll_once(&mut woken)).is_none());
        drop(held);
        assert!(block_on(poll_once(lock.write())).is_none());
        lock.raw.queues().credit().earn_by_chance();
        assert!(block_on(poll_once(lock.write())).is_some());
        assert_eq!(lock.raw.queues().credit().left(), FOR_A_CHANCE - 1);
    }

    /// Whether a reader gets in at its first poll, and what credit is left, if the writer leaves before
    /// that operation of the reader's.
    fn read_while_a_writer_leaves(before: usize, credit: usize) -> (bool, usize) {
        let lock = Arc::new(RwLock::new(0));
        let mut held = lock.try_write_arc();
        lock.raw.queues().credit().set(credit);
        let mut operation = 0;
        let leave = move || {
            operation += 1;
            if operation == before {
                drop(held.take());
            }
        };
        interrupt::before_each_operation(leave, 1_000);
        let is_in = block_on(poll_once(lock.read())).is_some();
        interrupt::stop();
        (is_in, lock.raw.queues().credit().left())
    }

    #[test]
    fn who_sees_the_lock_given_up_earns_credit_and_with_credit_looks_again() {
        let reads = |credit| (1..100).map(move |before| read_while_a_writer_leaves(before, credit));
        assert!(reads(0).any(|read| read == (true, FOR_A_CHANCE)));
        assert!(reads(1).any(|read| read == (true, 1 + FOR_A_SPIN)));
    }

    #[test]
    fn the_documentation_of_the_lock_states_the_bounds() {
        let text = include_str!("rwlock.rs").replace("\n///", "");
        for bound in [
            format!("at most {MAX_CREDIT} of them"),
            format!("looks again up to {MAX_LOOKS} times"),
            format!("the next {CHANCES_BARRED} sights of a lock that is given up earn nothing"),
        ] {
            assert!(text.contains(&bound), "{bound}");
        }
    }

    #[test]
    fn going_ahead_that_costs_a_waiter_its_turn_bars_the_chances_that_follow() {
        let lock = RwLock::new(0);
        let queues = lock.raw.queues();
        let held = lock.try_write().unwrap();
        let mut woken = Box::pin(lock.write());
        assert!(block_on(poll_once(&mut woken)).is_none());
        drop(held);
        queues.credit().earn_by_chance();
        let ahead = block_on(poll_once(lock.write())).unwrap();
        assert!(block_on(poll_once(&mut woken)).is_none());
        assert_eq!(queues.credit().left(), 0);
        (0..CHANCES_BARRED).for_each(|_| queues.credit().earn_by_chance());
        assert_eq!(queues.credit().left(), 0);
        queues.credit().earn_by_chance();
        assert_eq!(queues.credit().left(), FOR_A_CHANCE);
        // Nobody goes ahead of a waiter that has been overtaken.
        drop(ahead);
        assert!(block_on(poll_once(lock.write())).is_none());
        assert!(block_on(poll_once(&mut woken)).is_some());
    }

    #[test]
    fn a_spin_that_lasts_long_teaches_nothing() {
        let credit = Credit::new();
        Spin { looks: SHORT_SPIN + 1 }.earn(&credit);
        assert_eq!(credit.left(), 0);
        Spin { looks: SHORT_SPIN }.earn(&credit);
        assert_eq!(credit.left(), FOR_A_SPIN);
    }

    #[test]
    fn a_woken_waiter_that_is_overtaken_ends_the_credit() {
        let queues = Queues::new();
        Spin::default().earn(queues.credit());
        queues.was_overtaken();
        assert_eq!(going_ahead(queues.credit()), 0);
    }
}
