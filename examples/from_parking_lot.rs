//! A program of threads written for `parking_lot::RwLock`, ported by renaming:
//!
//! | there | here |
//! |---|---|
//! | `read()`, `write()`, `upgradable_read()` | `read_blocking()` and so on |
//! | `read_recursive()` | `read_recursive_blocking()` |
//! | `upgrade(guard)` | `upgrade_blocking(guard)` |
//! | `guard.with_upgraded(change)` | `change(&mut upgrade_ref_blocking(&mut guard))` |
//! | `bump(&mut guard)` | `guard = yield_to_waiters_blocking(guard)` |
//! | `try_map`, `MappedRwLockReadGuard` | `filter_map`, `RwLockMappedReadGuard` |
//! | `is_locked_exclusive()` | `is_write_locked()` |
//!
//! The gain: tasks can share the lock with these threads. It checks itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
};

type Words = RwLock<BTreeMap<String, u32>>;

/// Reads, also where a caller reads already.
fn count(words: &Words, word: &str) -> u32 {
    words.read_recursive_blocking().get(word).copied().unwrap_or(0)
}

fn recursive(words: &Arc<Words>) {
    let outer = words.read_blocking();
    let writing = thread::spawn({
        let words = Arc::clone(words);
        move || words.write_blocking().insert("two".into(), 2)
    });
    while !words.has_waiting_writer() {
        thread::yield_now();
    }
    assert_eq!(count(words, "one"), outer["one"]);
    drop(outer);
    assert_eq!(writing.join().unwrap(), None);
    assert_eq!(count(words, "two"), 2);
}

fn upgradable(words: &Words) {
    let mut guard = words.upgradable_read_blocking();
    if !guard.contains_key("three") {
        // There: guard.with_upgraded(|words| words.insert("three".into(), 3));
        RwLockUpgradableReadGuard::upgrade_ref_blocking(&mut guard).insert("three".into(), 3);
    }
    assert_eq!(count(words, "three"), guard["three"]);

    let mut guard = RwLockUpgradableReadGuard::upgrade_blocking(guard);
    *guard.get_mut("three").unwrap() += 30;
    assert!(words.is_locked() && words.is_write_locked());
    let guard = RwLockWriteGuard::downgrade_to_upgradable(guard);
    assert_eq!(RwLockUpgradableReadGuard::downgrade(guard)["three"], 33);
}

fn timed(words: &Words) {
    let brief = Duration::from_millis(1);
    let reader = words.read_blocking();
    assert!(words.try_write_for(brief).is_none());
    assert!(words.try_write_until(Instant::now() + brief).is_none());
    assert!(words.try_read_for(brief).is_some());

    let guard = words.try_upgradable_read_for(brief).unwrap();
    let guard = RwLockUpgradableReadGuard::try_upgrade_for(guard, brief).unwrap_err();
    drop(reader);
    RwLockUpgradableReadGuard::try_upgrade_for(guard, brief).unwrap().insert("four".into(), 4);
    assert!(words.try_write_for(brief).is_some());
}

/// A long piece of work that keeps nobody waiting for the whole of it.
fn bump(words: &Arc<Words>) {
    let mut guard = words.write_blocking();
    let reading = thread::spawn({
        let words = Arc::clone(words);
        move || words.read_blocking()["one"]
    });
    let mut step = 1;
    while !reading.is_finished() {
        step += 1;
        *guard.get_mut("one").unwrap() = step;
        // There: RwLockWriteGuard::bump(&mut guard);
        guard = RwLockWriteGuard::yield_to_waiters_blocking(guard);
    }
    assert!(reading.join().unwrap() <= step);
}

fn mapped(words: &Words) -> Option<RwLockMappedReadGuard<'_, u32>> {
    RwLockReadGuard::filter_map(words.read_blocking(), |words| words.get("four")).ok()
}

fn main() {
    let words = Arc::new(Words::default());
    words.write_blocking().insert("one".into(), 1);
    recursive(&words);
    upgradable(&words);
    timed(&words);
    bump(&words);
    assert_eq!(mapped(&words).map(|four| *four), Some(4));
    assert_eq!(futures_lite::future::block_on(words.read()).len(), 4);
    println!("from_parking_lot: all as it was");
}
