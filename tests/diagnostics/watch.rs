//! What a watchdog tells, and when it stops.

use std::sync::mpsc::{channel, Receiver};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use any_rwlock::diagnostics::{self, Alert, Limits, LockName, Watch};
use any_rwlock::RwLock;

use crate::support::*;

const BRIEF: Duration = Duration::from_millis(1);

fn lock_of(alert: &Alert) -> &LockName {
    match alert {
        Alert::WaitExceeded { report, .. } | Alert::HoldExceeded { report, .. } => &report.lock,
        Alert::WaitEnded { lock, .. } | Alert::HoldEnded { lock, .. } => lock,
        Alert::Deadlock(deadlock) => &deadlock.steps[0].lock,
        _ => panic!("{alert:?}"),
    }
}

/// What is told of the lock of this name.
fn watch(wait: Duration, hold: Duration, name: &'static str) -> (Watch, Receiver<Alert>) {
    let (alerts, told) = channel();
    let watch = diagnostics::watch(Limits { wait, hold }, move |alert: &Alert| {
        if lock_of(alert).name == Some(name) {
            drop(alerts.send(alert.clone()));
        }
    });
    (watch, told)
}

#[test]
fn a_wait_is_told_once_and_at_its_end() {
    let name = "told: a wait";
    let lock = RwLock::named(name, 0);
    let (watch, told) = watch(BRIEF, Duration::MAX, name);
    let guard = lock.try_write().unwrap();
    let mut reader = Task::waiting(lock.read());
    match told.recv().unwrap() {
        Alert::WaitExceeded { waiter, report, .. } => {
            assert!(waiter.waiting_for >= BRIEF);
            assert_eq!((report.holders.len(), report.waiters.len()), (1, 1));
        }
        other => panic!("{other}"),
    }
    drop(guard);
    drop(reader.finishes());
    match told.recv().unwrap() {
        Alert::WaitEnded { acquired, lasted, waiter, .. } => {
            assert!(acquired && lasted >= waiter.waiting_for);
        }
        other => panic!("{other}"),
    }
    drop(watch);
    assert!(told.recv().is_err(), "nothing else, and the hook is gone");
}

#[test]
fn a_wait_that_is_given_up_is_told() {
    let name = "told: given up";
    let lock = RwLock::named(name, 0);
    let (watch, told) = watch(BRIEF, Duration::MAX, name);
    let guard = lock.try_write().unwrap();
    let reader = Task::waiting(lock.read());
    assert!(matches!(told.recv().unwrap(), Alert::WaitExceeded { .. }));
    drop(reader);
    assert!(matches!(told.recv().unwrap(), Alert::WaitEnded { acquired: false, .. }));
    drop((guard, watch));
}

#[test]
fn a_hold_is_told_once_and_at_its_end() {
    let name = "told: a hold";
    let lock = RwLock::named(name, 0);
    let (watch, told) = watch(Duration::MAX, BRIEF, name);
    let (guard, at) = (lock.try_write().unwrap(), line());
    let alert = told.recv().unwrap();
    match &alert {
        Alert::HoldExceeded { holder, .. } => assert_eq!(holder.location.line(), at),
        other => panic!("{other}"),
    }
    assert!(alert.to_string().contains("watch.rs"), "{alert}");
    drop(guard);
    assert!(matches!(told.recv().unwrap(), Alert::HoldEnded { .. }));
    drop(watch);
    assert!(told.recv().is_err());
}

#[test]
fn a_forgotten_guard_is_told_and_ends_with_its_lock() {
    let name = "told: forgotten";
    let (watch, told) = watch(Duration::MAX, BRIEF, name);
    let lock = RwLock::named(name, 0);
    std::mem::forget(lock.try_write().unwrap());
    assert!(matches!(told.recv().unwrap(), Alert::HoldExceeded { .. }));
    drop(lock);
    assert!(matches!(told.recv().unwrap(), Alert::HoldEnded { .. }));
    drop(watch);
}

#[test]
fn a_deadlock_is_told_once_with_its_waits() {
    let name = "told: a deadlock";
    let lock = RwLock::named(name, 0);
    let (watch, told) = watch(BRIEF, Duration::MAX, name);
    let task = Task::waiting(async { (lock.write().await, lock.read().await) });
    assert!(matches!(told.recv().unwrap(), Alert::WaitExceeded { .. }));
    match told.recv().unwrap() {
        Alert::Deadlock(deadlock) => assert_eq!(deadlock.steps.len(), 1),
        other => panic!("{other}"),
    }
    drop(task);
    assert!(matches!(told.recv().unwrap(), Alert::WaitEnded { .. }));
    drop(watch);
    assert!(told.recv().is_err());
}

#[test]
fn the_hook_may_use_the_lock_that_it_is_told_of() {
    let name = "told: used by the hook";
    let lock = Arc::new(RwLock::named(name, 0));
    let shared = Arc::clone(&lock);
    let (alerts, told) = channel();
    let limits = Limits { wait: Duration::MAX, hold: BRIEF };
    let watch = diagnostics::watch(limits, move |alert: &Alert| {
        if lock_of(alert).name == Some(name) && matches!(alert, Alert::HoldExceeded { .. }) {
            let report = shared.report();
            assert!(diagnostics::deadlocks().len() < usize::MAX);
            alerts.send((shared.try_write().is_some(), report.holders.len())).unwrap();
        }
    });
    let guard = lock.try_write().unwrap();
    assert_eq!(told.recv().unwrap(), (false, 1));
    drop(guard);
    drop(watch);
}

#[test]
fn a_hook_that_panics_is_called_again() {
    let name = "told: panics";
    let lock = RwLock::named(name, 0);
    let (alerts, told) = channel();
    let limits = Limits { wait: Duration::MAX, hold: BRIEF };
    let watch = diagnostics::watch(limits, move |alert: &Alert| {
        if lock_of(alert).name == Some(name) {
            alerts.send(matches!(alert, Alert::HoldExceeded { .. })).unwrap();
            panic!("on purpose");
        }
    });
    let guard = lock.try_write().unwrap();
    assert!(told.recv().unwrap());
    drop(guard);
    assert!(!told.recv().unwrap());
    drop(watch);
}

#[test]
fn a_watchdog_that_is_dropped_by_its_hook_stops() {
    let name = "told: dropped by its hook";
    let lock = RwLock::named(name, 0);
    let (give, given) = channel::<Watch>();
    let (alerts, told) = channel();
    let limits = Limits { wait: Duration::MAX, hold: BRIEF };
    let watch = diagnostics::watch(limits, move |alert: &Alert| {
        if lock_of(alert).name == Some(name) {
            drop(given.recv());
            alerts.send(()).unwrap();
        }
    });
    give.send(watch).ok().unwrap();
    let guard = lock.try_write().unwrap();
    told.recv().unwrap();
    drop(guard);
    assert!(told.recv().is_err(), "the hook is gone");
}

#[test]
fn two_watchdogs_are_told_each() {
    let name = "told: twice";
    let lock = RwLock::named(name, 0);
    let (one, told_one) = watch(Duration::MAX, BRIEF, name);
    let (other, told_other) = watch(Duration::MAX, 2 * BRIEF, name);
    let guard = lock.try_write().unwrap();
    for told in [&told_one, &told_other] {
        assert!(matches!(told.recv().unwrap(), Alert::HoldExceeded { .. }));
    }
    drop(guard);
    for told in [&told_one, &told_other] {
        assert!(matches!(told.recv().unwrap(), Alert::HoldEnded { .. }));
    }
    drop((one, other));
}

#[test]
fn a_limit_of_nothing_tells_of_everything_that_lasts() {
    let name = "told: no limit";
    let lock = RwLock::named(name, 0);
    let (watch, told) = watch(Duration::ZERO, Duration::ZERO, name);
    let guard = lock.try_write().unwrap();
    assert!(matches!(told.recv().unwrap(), Alert::HoldExceeded { .. }));
    drop(guard);
    drop(watch);
}

#[test]
fn without_a_limit_nothing_is_told() {
    let lock = RwLock::named("told: never", 0);
    let (watch, told) = watch(Duration::MAX, Duration::MAX, "told: never");
    let guard = lock.try_write().unwrap();
    thread::yield_now();
    drop((guard, watch));
    assert!(told.recv().is_err());
}
