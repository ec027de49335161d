//! What happens at the limits. The word is set: nobody holds so many guards.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::format;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::prelude::v1::*;

use futures_lite::future::{block_on, poll_once};

use super::super::*;
use crate::sync::Word;
use crate::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard};

fn set(lock: &RwLock<u8>, word: Word) {
    lock.raw.word.store(word, Ordering::Relaxed);
}

/// Asserts that this panics with a message that contains this, and changes nothing.
fn assert_refuses(lock: &RwLock<u8>, message: &str, attempt: &mut dyn FnMut()) {
    let before = lock.raw.snapshot();
    let panic = catch_unwind(AssertUnwindSafe(attempt)).expect_err("one too many");
    let found = panic.downcast_ref::<String>().expect("a message");
    assert!(found.contains(message), "{found}");
    assert_eq!(lock.raw.snapshot(), before);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn one_reader_too_many_panics_and_leaves_the_lock_as_it_was() {
    let lock = RwLock::new(0);
    let guard = lock.try_read().unwrap();
    let last_but_one = State::READER.word() * (MAX_READERS as Word - 1);
    set(&lock, last_but_one);
    let last = lock.try_read().expect("there is room for one");
    let attempts: [&mut dyn FnMut(); 6] = [
        &mut || drop(lock.try_upgradable_read()),
        &mut || drop(block_on(lock.upgradable_read())),
        &mut || drop(lock.try_read()),
        &mut || drop(block_on(lock.read())),
        &mut || drop(block_on(lock.read_recursive())),
        &mut || drop(RwLockReadGuard::clone(&guard)),
    ];
    for attempt in attempts {
        assert_refuses(&lock, "readers hold one RwLock", attempt);
    }
    assert!(format!("{lock:?}").starts_with("RwLock { value: <locked>, readers: "));
    drop(last);
    assert_eq!(lock.raw.snapshot().word(), last_but_one);
    assert!(lock.try_read().is_some() && lock.try_write().is_none());

    set(&lock, State::READER.word());
    drop(guard);
    assert!(lock.try_write().is_some());
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn an_upgradable_reader_may_become_a_plain_one_where_there_is_no_room_and_is_the_last_to_do_so() {
    let lock = RwLock::new(0);
    set(&lock, State::READER.word() * (MAX_READERS as Word - 1));
    let upgradable = lock.try_upgradable_read().expect("there is room for one");
    let last = lock.try_read().expect("there is room for one");
    let one_more = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!(lock.reader_count(), MAX_READERS + 1);
    for _ in 0..2 {
        assert_refuses(&lock, "readers hold one RwLock", &mut || drop(lock.try_upgradable_read()));
    }
    drop((last, one_more));
    assert!(lock.try_upgradable_read().is_some());
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn one_reader_too_many_that_has_waited_panics_and_leaves_the_lock_as_it_was() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let waiting = RefCell::new(Box::pin(lock.read()));
    assert!(block_on(poll_once(&mut *waiting.borrow_mut())).is_none());
    set(&lock, State::READER.word() * MAX_READERS as Word);
    assert_refuses(&lock, "readers hold one RwLock", &mut || {
        block_on(poll_once(&mut *waiting.borrow_mut()));
    });
    set(&lock, State::WRITING.word());
    drop(guard);
    assert_eq!(*block_on(waiting.into_inner()), 0);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn one_waiting_writer_too_many_panics_and_leaves_the_lock_as_it_was() {
    let lock = RwLock::new(0);
    let guard = lock.try_write().unwrap();
    let one =
        State::FREE.register(Access::Write, Priority::Arriving, Registration::New).unwrap().word();
    set(&lock, State::WRITING.word() + one * MAX_WAITING_WRITERS as Word);
    let mut write = Box::pin(lock.write());
    // Polled again, it would wait off the record if it did not ask for one once more.
    for _ in 0..2 {
        assert_refuses(&lock, "writers wait for one RwLock", &mut || {
            block_on(poll_once(&mut write));
        });
    }
    set(&lock, State::WRITING.word());
    drop(guard);
    assert!(lock.try_write().is_some());
}
