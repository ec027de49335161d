#![forbid(unsafe_code)]

use std::boxed::Box;
use std::format;
use std::sync::Arc;

use futures_lite::future::{block_on, poll_once, yield_now, zip};

use super::*;
use crate::sync::tests::interrupt;
use crate::wait::fairness::Fairness;
use crate::RwLock;

fn barges(budget: &SpinBudget) -> usize {
    (0..2 * MAX_BUDGET).filter(|_| budget.spend_to_barge()).count()
}

fn looks(budget: &SpinBudget) -> (Spin, u32) {
    let mut spin = Spin::default();
    let looks = (0..2 * MAX_SPINS).filter(|_| spin.spin(budget)).count();
    (spin, looks as u32)
}

#[test]
fn without_a_budget_no_waiter_barges_or_spins() {
    let budget = SpinBudget::new();
    assert!(!budget.spend_to_barge());
    assert_eq!(looks(&budget).1, 0);
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
    assert_eq!(lock.raw.waiting().fairness.spin_budget().left(), 0);
}

#[test]
fn credit_has_a_bound_and_is_used_up_by_barges() {
    let budget = SpinBudget::new();
    budget.earn_by_chance();
    assert_eq!(barges(&budget), CHANCE_GAIN);
    let spin = Spin::default();
    (0..MAX_BUDGET).for_each(|_| spin.earn(&budget));
    (0..MAX_BUDGET).for_each(|_| budget.earn_by_chance());
    assert_eq!(barges(&budget), MAX_BUDGET);
}

#[test]
fn a_spin_ends_and_one_in_vain_costs_more_than_one_that_pays_earns() {
    let budget = SpinBudget::new();
    let spin = Spin::default();
    (0..3).for_each(|_| spin.earn(&budget));
    assert_eq!(looks(&budget).1, MAX_SPINS);
    assert_eq!(looks(&budget).1, 0);
}

#[test]
fn with_a_budget_an_arrival_barges_past_a_woken_waiter() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut woken = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut woken)).is_none());
    drop(held);
    assert!(block_on(poll_once(lock.write())).is_none());
    lock.raw.waiting().fairness.spin_budget().earn_by_chance();
    assert!(block_on(poll_once(lock.write())).is_some());
    assert_eq!(lock.raw.waiting().fairness.spin_budget().left(), CHANCE_GAIN - 1);
}

/// Whether a reader gets in at its first poll, and what credit is left, if the writer leaves before
/// that operation of the reader's.
fn read_while_a_writer_leaves(before: usize, budget: usize) -> (bool, usize) {
    let lock = Arc::new(RwLock::new(0));
    let mut held = lock.try_write_arc();
    lock.raw.waiting().fairness.spin_budget().set(budget);
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
    (is_in, lock.raw.waiting().fairness.spin_budget().left())
}

#[test]
fn who_sees_the_lock_released_earns_a_budget_and_with_a_budget_spins() {
    let reads = |budget| (1..100).map(move |before| read_while_a_writer_leaves(before, budget));
    assert!(reads(0).any(|read| read == (true, CHANCE_GAIN)));
    assert!(reads(1).any(|read| read == (true, 1 + SPIN_GAIN)));
}

#[test]
fn the_documentation_of_the_lock_states_the_bounds() {
    let text = include_str!("../../rwlock.rs").replace("\n///", "");
    for bound in [
        format!("at most {MAX_BUDGET} of them"),
        format!("looks again up to {MAX_SPINS} times"),
        format!("the next {CHANCES_BARRED} sights of a lock that is given up earn nothing"),
    ] {
        assert!(text.contains(&bound), "{bound}");
    }
}

#[test]
fn barging_that_costs_a_waiter_a_loss_bars_the_chances_that_follow() {
    let lock = RwLock::new(0);
    let budget = lock.raw.waiting().fairness.spin_budget();
    let held = lock.try_write().unwrap();
    let mut woken = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut woken)).is_none());
    drop(held);
    budget.earn_by_chance();
    let ahead = block_on(poll_once(lock.write())).unwrap();
    assert!(block_on(poll_once(&mut woken)).is_none());
    assert_eq!(budget.left(), 0);
    (0..CHANCES_BARRED).for_each(|_| budget.earn_by_chance());
    assert_eq!(budget.left(), 0);
    budget.earn_by_chance();
    assert_eq!(budget.left(), CHANCE_GAIN);
    // No arrival barges past a waiter that has been overtaken.
    drop(ahead);
    assert!(block_on(poll_once(lock.write())).is_none());
    assert!(block_on(poll_once(&mut woken)).is_some());
}

#[test]
fn a_spin_that_lasts_long_teaches_nothing() {
    let budget = SpinBudget::new();
    Spin { spins: SHORT_SPIN + 1 }.earn(&budget);
    assert_eq!(budget.left(), 0);
    Spin { spins: SHORT_SPIN }.earn(&budget);
    assert_eq!(budget.left(), SPIN_GAIN);
}

#[test]
fn a_woken_waiter_that_is_overtaken_ends_the_budget() {
    let fairness = Fairness::new();
    Spin::default().earn(fairness.spin_budget());
    fairness.record_loss();
    assert_eq!(barges(fairness.spin_budget()), 0);
    // Nobody has barged, so the next chance counts.
    fairness.spin_budget().earn_by_chance();
    assert_eq!(fairness.spin_budget().left(), CHANCE_GAIN);
}
