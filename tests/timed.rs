//! Blocking a thread for a limited time. A test's name is the sentence it checks.
//!
//! Deadlines lie in the past or beyond the end of time, and threads tell one another where they are:
//! nothing depends on how fast this machine is.
#![cfg(all(not(any_rwlock_loom), feature = "std", not(target_family = "wasm")))]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc,
    RwLockWriteGuard,
};
use futures_lite::future::{block_on, poll_once};

const NOW: Duration = Duration::ZERO;
const FOR_EVER: Duration = Duration::MAX;

fn past() -> Instant {
    Instant::now()
}

fn got<G>(guard: Option<G>) -> bool {
    guard.is_some()
}

/// Every timed way to take this lock, with a deadline that has passed: whether it was taken.
fn attempts(lock: &Arc<RwLock<u32>>) -> Vec<(&'static str, bool)> {
    vec![
        ("read", got(lock.try_read_for(NOW))),
        ("read", got(lock.try_read_until(past()))),
        ("read", got(lock.try_read_arc_for(NOW))),
        ("read", got(lock.try_read_arc_until(past()))),
        ("recursive", got(lock.try_read_recursive_for(NOW))),
        ("recursive", got(lock.try_read_recursive_until(past()))),
        ("recursive", got(lock.try_read_recursive_arc_for(NOW))),
        ("recursive", got(lock.try_read_recursive_arc_until(past()))),
        ("upgradable", got(lock.try_upgradable_read_for(NOW))),
        ("upgradable", got(lock.try_upgradable_read_until(past()))),
        ("upgradable", got(lock.try_upgradable_read_arc_for(NOW))),
        ("upgradable", got(lock.try_upgradable_read_arc_until(past()))),
        ("write", got(lock.try_write_for(NOW))),
        ("write", got(lock.try_write_until(past()))),
        ("write", got(lock.try_write_arc_for(NOW))),
        ("write", got(lock.try_write_arc_until(past()))),
    ]
}

fn taken(lock: &Arc<RwLock<u32>>) -> Vec<&'static str> {
    let mut taken: Vec<_> =
        attempts(lock).into_iter().filter(|attempt| attempt.1).map(|attempt| attempt.0).collect();
    assert!(taken
        .chunks(4)
        .all(|same| same.len() == 4 && same.iter().all(|name| *name == same[0])));
    taken.dedup();
    taken
}

#[test]
fn what_is_free_is_taken_also_after_the_deadline() {
    let lock = Arc::new(RwLock::new(1));
    assert_eq!(taken(&lock), ["read", "recursive", "upgradable", "write"]);
    let reader = lock.try_read().unwrap();
    assert_eq!(taken(&lock), ["read", "recursive", "upgradable"]);
    let upgradable = lock.try_upgradable_read().unwrap();
    assert_eq!(taken(&lock), ["read", "recursive"]);
    drop((reader, upgradable));
    let writer = lock.try_write().unwrap();
    assert!(taken(&lock).is_empty());
    drop(writer);
}

#[test]
fn a_waiting_writer_keeps_all_but_recursive_readers_out_until_their_deadline() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut writer)).is_none());
    assert_eq!(taken(&lock), ["recursive"]);
    drop(reader);
}

#[test]
fn what_is_free_is_taken_past_a_woken_future_that_is_never_polled() {
    let lock = Arc::new(RwLock::new(1));
    let mut forgotten = Box::pin(lock.write());
    let reader = lock.try_read().unwrap();
    assert!(block_on(poll_once(&mut forgotten)).is_none());
    drop(reader);
    assert_eq!(taken(&lock), ["read", "recursive", "upgradable", "write"]);
}

#[test]
fn giving_up_leaves_the_lock_as_it_was() {
    let lock = Arc::new(RwLock::new(1));
    for _ in 0..3 {
        let writer = lock.try_write().unwrap();
        assert!(taken(&lock).is_empty());
        assert!(!lock.has_waiting_writer());
        drop(writer);
        assert!(!lock.is_locked() && !lock.has_waiters());

        let reader = lock.try_read().unwrap();
        assert!(lock.try_write_for(NOW).is_none());
        assert!(!lock.has_waiters());
        assert!(lock.try_read().is_some());
        drop(reader);
        assert_eq!(Arc::strong_count(&lock), 1);
    }
}

#[test]
fn a_writer_that_gives_up_lets_in_the_readers_behind_it() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let mut first = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut first)).is_none());
    let behind = thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.read_blocking()
    });
    assert!(lock.try_write_for(NOW).is_none());
    drop(first);
    assert_eq!(behind.join().unwrap(), 1);
    drop(reader);
}

#[test]
fn a_release_in_another_thread_comes_before_a_distant_deadline() {
    let lock = Arc::new(RwLock::new(0));
    let distant = Instant::now() + Duration::from_secs(1_000_000);
    let add: [fn(&RwLock<u32>, Instant); 4] = [
        |lock, _| *lock.try_write_for(FOR_EVER).unwrap() += 1,
        |lock, distant| *lock.try_write_until(distant).unwrap() += 1,
        |lock, _| {
            let guard = lock.try_upgradable_read_for(FOR_EVER).unwrap();
            *RwLockUpgradableReadGuard::try_upgrade_for(guard, FOR_EVER).unwrap() += 1;
        },
        |lock, distant| {
            let guard = lock.try_upgradable_read_until(distant).unwrap();
            *RwLockUpgradableReadGuard::try_upgrade_until(guard, distant).unwrap() += 1;
        },
    ];
    let writer = lock.try_write().unwrap();
    let threads = add.map(|add| {
        let lock = Arc::clone(&lock);
        thread::spawn(move || add(&lock, distant))
    });
    while !lock.has_waiting_writer() {
        thread::yield_now();
    }
    drop(writer);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(*lock.try_read_until(distant).unwrap(), 4);
}

#[test]
fn an_upgrade_that_gives_up_returns_its_guard_and_admits_readers() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();

    let guard = lock.try_upgradable_read().unwrap();
    let guard = RwLockUpgradableReadGuard::try_upgrade_for(guard, NOW).unwrap_err();
    let guard = RwLockUpgradableReadGuard::try_upgrade_until(guard, past()).unwrap_err();
    assert!(lock.is_upgradable_locked() && !lock.has_waiters());
    assert_eq!(lock.try_read().map(|reader| *reader), Some(*guard));
    drop(guard);

    let guard = lock.try_upgradable_read_arc().unwrap();
    let guard = RwLockUpgradableReadGuardArc::try_upgrade_for(guard, NOW).unwrap_err();
    let guard = RwLockUpgradableReadGuardArc::try_upgrade_until(guard, past()).unwrap_err();
    assert!(lock.is_upgradable_locked() && !lock.has_waiters());
    drop(reader);
    let mut writer = RwLockUpgradableReadGuardArc::try_upgrade_until(guard, past()).unwrap();
    *writer = 2;
    assert!(lock.is_write_locked());
    drop(writer);
    assert_eq!(*lock.try_read().unwrap(), 2);
}

#[test]
fn an_upgrade_is_let_in_by_the_last_reader_in_another_thread() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read_arc().unwrap();
    let upgrading = thread::spawn({
        let lock = Arc::clone(&lock);
        move || {
            let guard = lock.upgradable_read_blocking();
            *RwLockUpgradableReadGuard::try_upgrade_for(guard, FOR_EVER).unwrap() = 2;
        }
    });
    while !lock.has_waiting_writer() {
        thread::yield_now();
    }
    assert_eq!(*reader, 1);
    drop(reader);
    upgrading.join().unwrap();
    assert_eq!(*lock.try_read().unwrap(), 2);
}

#[test]
fn yielding_in_one_thread_lets_a_thread_in_that_waits() {
    let lock = Arc::new(RwLock::new(0));
    let mut writer = lock.try_write().unwrap();
    let reading = thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.read_blocking()
    });
    while !RwLockWriteGuard::has_waiters(&writer) {
        thread::yield_now();
    }
    *writer = 1;
    // A thread that is woken may be overtaken a few times, but not for ever.
    while !reading.is_finished() {
        writer = RwLockWriteGuard::yield_to_waiters_blocking(writer);
    }
    assert_eq!(reading.join().unwrap(), 1);
    drop(writer);

    let mut reader = lock.try_read().unwrap();
    let writing = thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.write_blocking() = 2
    });
    while *reader == 1 {
        reader = RwLockReadGuard::yield_to_waiters_blocking(reader);
    }
    writing.join().unwrap();
    assert_eq!(*reader, 2);
}
