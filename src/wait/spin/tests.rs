#![forbid(unsafe_code)]

use std::boxed::Box;
use std::format;
use std::sync::Arc;

use futures_lite::future::{block_on, poll_once, yield_now, zip};

use super::*;
use crate::sync::tests::interrupt;
use crate::wait::queue::Queues;
use crate::RwLock;

fn going_ahead(budget: &SpinBudget) -> usize {
    (0..2 * MAX_BUDGET).filter(|_| budget.spend_to_barge()).count()
}

fn looks(budget: &SpinBudget) -> (Spin, u32) {
    let mut spin = Spin::default();
    let looks = (0..2 * MAX_SPINS).filter(|_| spin.look_again(budget)).count();
    (spin, looks as u32)
}

#[test]
fn without_credit_nobody_goes_ahead_and_nobody_looks_again() {
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
    assert_eq!(lock.raw.queues().spin_budget().left(), 0);
}

#[test]
fn credit_has_a_bound_and_is_used_up_by_going_ahead() {
    let budget = SpinBudget::new();
    budget.earn_by_chance();
    assert_eq!(going_ahead(&budget), CHANCE_GAIN);
    let spin = Spin::default();
    (0..MAX_BUDGET).for_each(|_| spin.earn(&budget));
    (0..MAX_BUDGET).for_each(|_| budget.earn_by_chance());
    assert_eq!(going_ahead(&budget), MAX_BUDGET);
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
fn with_credit_an_arrival_goes_ahead_of_a_woken_waiter() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut woken = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut woken)).is_none());
    drop(held);
    assert!(block_on(poll_once(lock.write())).is_none());
    lock.raw.queues().spin_budget().earn_by_chance();
    assert!(block_on(poll_once(lock.write())).is_some());
    assert_eq!(lock.raw.queues().spin_budget().left(), CHANCE_GAIN - 1);
}

/// Whether a reader gets in at its first poll, and what credit is left, if the writer leaves before
/// that operation of the reader's.
fn read_while_a_writer_leaves(before: usize, budget: usize) -> (bool, usize) {
    let lock = Arc::new(RwLock::new(0));
    let mut held = lock.try_write_arc();
    lock.raw.queues().spin_budget().set(budget);
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
    (is_in, lock.raw.queues().spin_budget().left())
}

#[test]
fn who_sees_the_lock_given_up_earns_credit_and_with_credit_looks_again() {
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
fn going_ahead_that_costs_a_waiter_its_turn_bars_the_chances_that_follow() {
    let lock = RwLock::new(0);
    let queues = lock.raw.queues();
    let held = lock.try_write().unwrap();
    let mut woken = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut woken)).is_none());
    drop(held);
    queues.spin_budget().earn_by_chance();
    let ahead = block_on(poll_once(lock.write())).unwrap();
    assert!(block_on(poll_once(&mut woken)).is_none());
    assert_eq!(queues.spin_budget().left(), 0);
    (0..CHANCES_BARRED).for_each(|_| queues.spin_budget().earn_by_chance());
    assert_eq!(queues.spin_budget().left(), 0);
    queues.spin_budget().earn_by_chance();
    assert_eq!(queues.spin_budget().left(), CHANCE_GAIN);
    // Nobody goes ahead of a waiter that has been overtaken.
    drop(ahead);
    assert!(block_on(poll_once(lock.write())).is_none());
    assert!(block_on(poll_once(&mut woken)).is_some());
}

#[test]
fn a_spin_that_lasts_long_teaches_nothing() {
    let budget = SpinBudget::new();
    Spin { looks: SHORT_SPIN + 1 }.earn(&budget);
    assert_eq!(budget.left(), 0);
    Spin { looks: SHORT_SPIN }.earn(&budget);
    assert_eq!(budget.left(), SPIN_GAIN);
}

#[test]
fn a_woken_waiter_that_is_overtaken_ends_the_credit() {
    let queues = Queues::new();
    Spin::default().earn(queues.spin_budget());
    queues.record_loss();
    assert_eq!(going_ahead(queues.spin_budget()), 0);
}
