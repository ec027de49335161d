//! What is told at which time, by a clock of ours.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::vec::Vec;

use futures_lite::future::{block_on, poll_once};

use super::*;
use crate::{RwLock, RwLockUpgradableReadGuard};

const HOUR: Duration = Duration::from_secs(3600);

/// A letter for each alert of the lock of this name.
fn told(watchdog: &mut Watchdog, now: Instant, name: &str) -> Vec<char> {
    let mut alerts = Vec::new();
    watchdog.look(now, &mut alerts);
    let letter = |alert: &Alert| {
        let (letter, lock) = match alert {
            Alert::WaitExceeded { report, .. } => ('w', &report.lock),
            Alert::HoldExceeded { report, .. } => ('h', &report.lock),
            Alert::Deadlock(deadlock) => ('d', &deadlock.steps[0].lock),
            Alert::WaitEnded { .. } | Alert::HoldEnded { .. } => unreachable!("nothing is over"),
        };
        Some(letter).filter(|_| lock.name == Some(name))
    };
    alerts.iter().filter_map(letter).collect()
}

#[test]
fn a_deadlock_is_told_when_its_waits_have_lasted_and_once() {
    let name = "lasts an hour";
    let lock = RwLock::named(name, 0);
    let mut task = Box::pin(async { (lock.write().await, lock.read().await) });
    assert!(block_on(poll_once(&mut task)).is_none());
    let now = Instant::now();
    let limits = Limits { wait: HOUR, hold: Duration::ZERO };
    let mut watchdog = Watchdog::new(limits, Arc::default());
    assert_eq!(told(&mut watchdog, now, name), ['h'], "it has not lasted");
    assert_eq!(told(&mut watchdog, now, name), []);
    assert_eq!(told(&mut watchdog, now + HOUR, name), ['w', 'd']);
    assert_eq!(told(&mut watchdog, now + 2 * HOUR, name), []);
}

#[test]
fn it_looks_again_when_the_next_is_due() {
    let lock = RwLock::named("due", 0);
    let guard = lock.try_write().unwrap();
    let now = Instant::now();
    let limits = Limits { wait: Duration::MAX, hold: Duration::from_secs(60) };
    let mut watchdog = Watchdog::new(limits, Arc::default());
    let mut alerts = Vec::new();
    let pause = watchdog.look(now + Duration::from_secs(50), &mut alerts);
    assert!(pause <= Duration::from_secs(10), "{pause:?}");
    assert!(watchdog.look(now, &mut alerts) <= Duration::from_secs(60));
    let never = Limits { wait: Duration::MAX, hold: Duration::MAX };
    assert_eq!(Watchdog::new(never, Arc::default()).look(now, &mut alerts), MAX_PAUSE);
    drop(guard);
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn the_end_of_a_forgotten_upgrade_is_told() {
    let name = "upgrade that is forgotten";
    let lock = RwLock::named(name, 0);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    assert!(block_on(poll_once(&mut upgrade)).is_none());
    core::mem::forget(upgrade);
    let limits = Limits { wait: Duration::ZERO, hold: Duration::MAX };
    let mut watchdog = Watchdog::new(limits, Arc::default());
    assert_eq!(told(&mut watchdog, Instant::now(), name), ['w']);
    drop((guard, reader));
    let notices = watchdog.mailbox.wait(Duration::ZERO).notices;
    let is_its = |alert| matches!(alert, Alert::WaitEnded { lock, acquired: false, .. } if lock.name == Some(name));
    assert!(notices.iter().filter_map(|notice| watchdog.end(notice)).any(is_its));
}
