//! Models with loom of a crate that uses the lock: each type of access, by tasks and by threads.
//!
//! ```text
//! RUSTFLAGS="--cfg loom --cfg any_rwlock_loom" cargo test --release --features loom
//! ```
#![cfg(any_rwlock_loom)]

use std::sync::Arc;
use std::time::Duration;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuardArc};
use loom::future::block_on;
use loom::thread;

/// Explores with at most two preemptions, to end within a second.
fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(run);
}

#[test]
fn tasks_that_write_lose_nothing() {
    model(|| {
        let lock = Arc::new(RwLock::new(0));
        let other = Arc::clone(&lock);
        let thread = thread::spawn(move || block_on(async { *other.write().await += 1 }));
        block_on(async {
            let guard = lock.upgradable_read().await;
            *RwLockUpgradableReadGuard::upgrade(guard).await += 1;
        });
        thread.join().unwrap();
        assert_eq!(block_on(async { *lock.read().await }), 2);
    });
}

#[test]
fn threads_that_block_lose_nothing() {
    model(|| {
        let lock = Arc::new(RwLock::new(0));
        let other = Arc::clone(&lock);
        let thread = thread::spawn(move || *other.write_blocking() += 1);
        *lock.write_blocking() += 1;
        thread.join().unwrap();
        assert_eq!(*lock.read_blocking(), 2);
    });
}

#[test]
fn a_task_and_a_thread_that_blocks_share_a_lock() {
    model(|| {
        let lock = Arc::new(RwLock::new(0));
        let other = lock.write_arc_blocking();
        let thread = thread::spawn(move || *RwLockWriteGuardArc::downgrade(other));
        block_on(async { *lock.write().await += 1 });
        assert_eq!(thread.join().unwrap(), 0);
    });
}

#[test]
fn a_deadline_comes_at_once() {
    model(|| {
        let lock = RwLock::new(0);
        let guard = lock.try_write().unwrap();
        assert!(lock.try_read_for(Duration::from_secs(3600)).is_none());
        drop(guard);
        assert!(lock.try_read_for(Duration::ZERO).is_some());
    });
}
