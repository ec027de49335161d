//! Models with shuttle of a crate that uses the lock.
//!
//! ```text
//! RUSTFLAGS="--cfg any_rwlock_shuttle" cargo test --features shuttle
//! ```
#![cfg(any_rwlock_shuttle)]

use std::sync::Arc;
use std::time::Duration;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use shuttle::future::block_on;
use shuttle::{check_random, thread};

const SCHEDULES: usize = 500;

/// Two tasks add one each, and then there are two.
fn two_tasks_add(one: impl AsyncFn(&RwLock<u32>) + Copy + Send + Sync + 'static) {
    let adds = move || {
        let lock = Arc::new(RwLock::new(0));
        let other = Arc::clone(&lock);
        let thread = thread::spawn(move || block_on(one(&other)));
        block_on(one(&lock));
        thread.join().unwrap();
        assert_eq!(block_on(async { *lock.read().await }), 2, "an addition is lost");
    };
    check_random(adds, SCHEDULES);
}

#[test]
fn tasks_that_write_lose_nothing() {
    two_tasks_add(async |lock| *lock.write().await += 1);
    two_tasks_add(async |lock| {
        let guard = lock.upgradable_read().await;
        *RwLockUpgradableReadGuard::upgrade(guard).await += 1;
    });
}

#[test]
#[should_panic(expected = "an addition is lost")]
fn who_gives_up_access_between_reading_and_writing_is_found() {
    two_tasks_add(async |lock| {
        let number = *lock.read().await;
        *lock.write().await = number + 1;
    });
}

#[test]
#[should_panic(expected = "deadlock")]
fn who_waits_for_itself_is_found() {
    check_random(
        || {
            let lock = RwLock::new(0);
            let _guard = lock.try_read();
            block_on(async { *lock.write().await += 1 });
        },
        SCHEDULES,
    );
}

#[test]
fn a_thread_that_need_not_wait_may_block() {
    check_random(
        || {
            let lock = RwLock::new(0);
            *lock.write_blocking() += 1;
            assert_eq!(*lock.read_blocking(), 1);
        },
        SCHEDULES,
    );
}

#[test]
#[should_panic(expected = "a thread would have to block for a lock of `any-rwlock`")]
fn a_thread_that_would_have_to_block_is_told() {
    check_random(
        || {
            let lock = RwLock::new(0);
            let _guard = lock.try_write();
            drop(lock.read_blocking());
        },
        SCHEDULES,
    );
}

#[test]
fn a_deadline_comes_at_once() {
    check_random(
        || {
            let lock = RwLock::new(0);
            let guard = lock.try_write().unwrap();
            assert!(lock.try_read_for(Duration::from_secs(3600)).is_none());
            drop(guard);
            assert!(lock.try_read_for(Duration::ZERO).is_some());
        },
        SCHEDULES,
    );
}

#[test]
fn outside_of_a_model_threads_block() {
    static LOCK: RwLock<u32> = RwLock::new(0);
    let guard = LOCK.write_blocking();
    let others: Vec<_> =
        (0..2).map(|_| std::thread::spawn(|| *LOCK.write_blocking() += 1)).collect();
    std::thread::sleep(Duration::from_millis(20));
    drop(guard);
    others.into_iter().for_each(|other| other.join().unwrap());
    assert_eq!(*LOCK.read_blocking(), 2);
}
