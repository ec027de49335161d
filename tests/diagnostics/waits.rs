//! Who waits for a lock, and what has happened to them.

use std::future::Future;
use std::thread;
use std::time::{Duration, Instant};

use any_rwlock::diagnostics::Access;
use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard};

use crate::support::*;

#[test]
fn every_waiter_stands_with_the_line_where_it_asked() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let (read, at_read) = (Task::waiting(lock.read()), line());
    let (recursive, at_recursive) = (Task::waiting(lock.read_recursive()), line());
    let (upgradable, at_upgradable) = (Task::waiting(lock.upgradable_read()), line());
    let (write, at_write) = (Task::waiting(lock.write()), line());
    let waiters = lock.report().waiters;
    let found: Vec<_> = waiters.iter().map(|it| (it.access, it.location.line())).collect();
    let expected = [
        (Access::Read, at_read),
        (Access::RecursiveRead, at_recursive),
        (Access::UpgradableRead, at_upgradable),
        (Access::Write, at_write),
    ];
    assert_eq!(found, expected);
    assert!(waiters.iter().all(|it| it.by.task.is_some() && it.woken_ago.is_none()));
    drop((read, recursive, upgradable, write, guard));
    assert!(lock.report().waiters.is_empty());
    let counts = lock.report().counts;
    assert_eq!((counts.waits, counts.reads), (4, 0));
}

#[test]
fn an_upgrade_and_a_yield_wait_where_they_were_called() {
    let lock = RwLock::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let (upgrade, at) = (Task::waiting(RwLockUpgradableReadGuard::upgrade(upgradable)), line());
    let waiter = waiter(&lock);
    assert_eq!((waiter.access, waiter.location.line()), (Access::Upgrade, at));
    drop(upgrade);
    let writer = Task::waiting(lock.write());
    let (yielding, at) = (Task::waiting(RwLockReadGuard::yield_to_waiters(reader)), line());
    let waiters = lock.report().waiters;
    assert_eq!((waiters[1].access, waiters[1].location.line()), (Access::Read, at));
    drop((writer, yielding));
    assert!(lock.report().waiters.is_empty() && lock.report().holders.is_empty());
}

#[test]
fn a_future_stands_in_no_report_before_its_first_poll_nor_after_its_last() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut read = Task::new(lock.read());
    assert!(lock.report().waiters.is_empty());
    read.waits();
    assert_eq!(lock.report().waiters.len(), 1);
    drop(guard);
    let guard = read.finishes();
    let report = lock.report();
    assert_eq!((report.waiters.len(), report.holders.len()), (0, 1));
    assert_eq!(report.holders[0].location.line(), lock.report().holders[0].location.line());
    drop((guard, read));
}

#[test]
fn a_wake_up_is_counted_and_shown_until_the_waiter_is_polled() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut write = Task::waiting(lock.write());
    drop(guard);
    let woken = waiter(&lock);
    assert_eq!((woken.woken, write.wakes()), (1, 1));
    assert!(woken.woken_ago.is_some());
    assert!(lock.report().to_string().contains("ago, and not polled since"));
    drop(write.finishes());
}

#[test]
fn losses_and_turns_of_stepping_aside_are_counted() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut woken = Task::waiting(lock.write());
    drop(guard);
    let mut arrival = Task::waiting(lock.write());
    let of = |at: usize| lock.report().waiters[at].clone();
    assert_eq!((of(1).stepped_aside, of(1).woken, of(1).polled_unasked), (1, 0, 0));
    let overtaker = lock.try_write().unwrap();
    woken.waits();
    assert_eq!((of(0).overtaken, of(0).woken, of(0).stepped_aside), (1, 1, 0));
    arrival.waits();
    assert_eq!(of(1).polled_unasked, 0, "it has woken itself");
    drop((overtaker, woken, arrival));
}

#[test]
fn a_poll_that_the_lock_has_not_asked_for_is_counted() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut read = Task::waiting(lock.read());
    assert_eq!(waiter(&lock).polled_unasked, 0);
    read.waits();
    assert_eq!(waiter(&lock).polled_unasked, 1);
    drop((guard, read));
}

#[test]
fn a_waiter_is_the_task_that_was_polled_last_for_it() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let mut read = Task::waiting(lock.read());
    let other = Task::waiting(lock.read());
    let are_same = || {
        let waiters = lock.report().waiters;
        waiters[0].by.task == waiters[1].by.task
    };
    assert!(!are_same());
    assert!(read.poll_with(&other.waker()).is_none());
    assert!(are_same());
    assert_eq!((read.clones(), other.clones() > 0), (0, true));
    drop((guard, read, other));
}

#[test]
fn a_thread_that_blocks_is_a_waiter_without_a_task() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    thread::scope(|scope| {
        let thread = scope.spawn(|| drop(lock.read_blocking()));
        while lock.report().waiters.is_empty() {
            thread::yield_now();
        }
        let by = waiter(&lock).by;
        assert_eq!((by.task, by.thread), (None, Some(thread.thread().id())));
        drop(guard);
    });
    assert!(lock.report().waiters.is_empty());
    assert_eq!(lock.report().counts.waits, 1);
}

#[test]
fn a_wait_with_a_deadline_ends_with_it() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    assert!(lock.try_read_until(Instant::now()).is_none());
    assert!(lock.try_write_for(Duration::from_millis(1)).is_none());
    assert!(lock.report().waiters.is_empty());
    drop(guard);
    let counts = lock.report().counts;
    assert!(counts.longest_wait >= Duration::from_millis(1), "{counts:?}");
    assert!(counts.longest_hold >= counts.longest_wait);
}

/// Polled by hand, behind a guard.
fn cancelled<F: Future>(lock: &RwLock<u32>, future: F, polls: usize) {
    let mut task = Task::new(future);
    for _ in 0..polls {
        drop(task.poll());
    }
    drop(task);
    assert!(lock.report().waiters.is_empty());
}

#[test]
fn a_future_that_is_dropped_after_any_number_of_polls_leaves_nothing() {
    let lock = RwLock::new(0);
    for polls in 0..3 {
        let guard = lock.try_write().unwrap();
        cancelled(&lock, lock.read(), polls);
        cancelled(&lock, lock.write(), polls);
        cancelled(&lock, lock.upgradable_read(), polls);
        drop(guard);
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        cancelled(&lock, RwLockUpgradableReadGuard::upgrade(upgradable), polls);
        drop(reader);
        assert!(lock.report().holders.is_empty());
    }
}
