//! Threads that block and tasks that wait, on one lock; executors of different kinds.

use std::sync::mpsc::channel;
use std::sync::Arc;
use std::thread;

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc,
    RwLockWriteGuard,
};
use futures_lite::future::{block_on, yield_now};

use crate::support::*;

fn blocking(kind: Kind, lock: &RwLock<u64>) -> Guard<'_> {
    match kind {
        Kind::Read => Guard::Read(lock.read_blocking()),
        Kind::UpgradableRead => Guard::UpgradableRead(lock.upgradable_read_blocking()),
        Kind::Write => Guard::Write(lock.write_blocking()),
    }
}

/// Until a writer or an upgrade waits on another thread, which closes the lock to new readers.
fn until_a_writer_waits(lock: &RwLock<u64>) {
    while lock.try_read().is_some() {
        thread::yield_now();
    }
}

#[test]
fn a_free_lock_is_taken_without_blocking() {
    let lock = RwLock::new(0);
    for kind in KINDS {
        assert_eq!(blocking(kind, &lock).kind(), kind);
        assert_free(&lock);
    }
    let upgradable = lock.upgradable_read_blocking();
    *RwLockUpgradableReadGuard::upgrade_blocking(upgradable) = 1;
    let lock = Arc::new(lock);
    let upgradable = lock.upgradable_read_arc_blocking();
    *RwLockUpgradableReadGuardArc::upgrade_blocking(upgradable) += 1;
    *lock.write_arc_blocking() += 1;
    assert_eq!(*lock.read_arc_blocking(), 3);
}

#[test]
fn a_task_that_leaves_lets_in_the_thread_that_blocks() {
    for holder in KINDS {
        for waiter in KINDS {
            let lock = RwLock::new(0);
            let (send, receive) = channel();
            thread::scope(|scope| {
                let held = block_on(holder.acquire(&lock));
                scope.spawn(|| {
                    send.send(()).unwrap();
                    assert_eq!(blocking(waiter, &lock).kind(), waiter);
                });
                receive.recv().unwrap();
                if waiter == Kind::Write {
                    until_a_writer_waits(&lock);
                }
                drop(held);
            });
            assert_free(&lock);
        }
    }
}

#[test]
fn a_thread_that_leaves_lets_in_the_task_that_waits() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let (taken, is_taken) = channel();
        let (leave, may_leave) = channel::<()>();
        thread::scope(|scope| {
            let lock = &lock;
            scope.spawn(move || {
                let held = blocking(Kind::Write, lock);
                taken.send(()).unwrap();
                may_leave.recv().unwrap();
                drop(held);
            });
            is_taken.recv().unwrap();
            let mut waiting = Box::pin(kind.acquire(lock));
            assert!(poll_with(&mut waiting, &Wakes::new()).is_none());
            leave.send(()).unwrap();
            assert_eq!(block_on(waiting).kind(), kind);
        });
        assert_free(&lock);
    }
}

#[test]
fn a_thread_that_blocks_in_an_upgrade_waits_for_the_tasks_that_read() {
    let lock = RwLock::new(0);
    thread::scope(|scope| {
        let reader = block_on(lock.read());
        scope.spawn(|| {
            let upgradable = lock.upgradable_read_blocking();
            *RwLockUpgradableReadGuard::upgrade_blocking(upgradable) += 1;
        });
        until_a_writer_waits(&lock);
        assert_eq!(*reader, 0);
        drop(reader);
        assert_eq!(*block_on(until_written(&lock)), 1);
    });
    assert_free(&lock);
}

async fn until_written(lock: &RwLock<u64>) -> RwLockReadGuard<'_, u64> {
    loop {
        let guard = lock.read().await;
        if *guard > 0 {
            return guard;
        }
        drop(guard);
        yield_now().await;
    }
}

const ROUNDS: u64 = if cfg!(miri) { 10 } else { 500 };

/// Writes twice a round, reads what it wrote, and holds guards across turns of its executor.
async fn work(lock: &RwLock<u64>) {
    for round in 0..ROUNDS {
        let mut writer = lock.write().await;
        *writer += 1;
        let written = *writer;
        let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
        if round % 4 == 0 {
            yield_now().await;
        }
        assert_eq!(*upgradable, written);
        *RwLockUpgradableReadGuard::upgrade(upgradable).await += 1;
        assert!(*lock.read().await > written);
    }
}

fn work_blocking(lock: &RwLock<u64>) {
    for _ in 0..ROUNDS {
        *lock.write_blocking() += 1;
        let upgradable = lock.upgradable_read_blocking();
        let read = *upgradable;
        let mut writer = RwLockUpgradableReadGuard::upgrade_blocking(upgradable);
        assert_eq!(*writer, read);
        *writer += 1;
        drop(writer);
        assert!(*lock.read_blocking() > read);
    }
}

#[test]
fn two_executors_of_different_kinds_and_a_blocking_thread_share_one_lock() {
    let lock = RwLock::new(0);
    thread::scope(|scope| {
        scope.spawn(|| block_on(work(&lock)));
        scope.spawn(|| {
            let mut executor = Fifo::default();
            for _ in 0..3 {
                executor.spawn(work(&lock));
            }
            executor.run_to_the_end();
        });
        scope.spawn(|| work_blocking(&lock));
    });
    assert_free(&lock);
    assert_eq!(lock.into_inner(), 5 * 2 * ROUNDS);
}

#[test]
fn a_future_that_is_polled_by_one_executor_can_be_finished_by_another() {
    for kind in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut future = Box::pin(kind.acquire(&lock));
        let first = Wakes::new();
        assert!(poll_with(&mut future, &first).is_none());
        let kind_taken = thread::scope(|scope| {
            let finisher = scope.spawn(|| block_on(future).kind());
            drop(held);
            finisher.join().unwrap()
        });
        assert_eq!(kind_taken, kind);
        assert!(first.count() <= 1);
        assert_free(&lock);
    }
}
