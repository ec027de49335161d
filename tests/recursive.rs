//! Reading again while reading. A test's name is the sentence it checks.
#![cfg(all(feature = "alloc", not(any_rwlock_loom)))]

use std::future::Future;
use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockMappedReadGuardArc, RwLockReadGuard, RwLockReadGuardArc,
    RwLockUpgradableReadGuard, RwLockWriteGuard,
};
use futures_lite::future::{block_on, poll_once};

/// Polls once; what came of it.
fn poll<F: Future + Unpin>(future: F) -> Option<F::Output> {
    block_on(poll_once(future))
}

#[test]
fn a_clone_passes_a_waiting_writer_and_keeps_it_out() {
    let lock = RwLock::new(1);
    let outer = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());
    assert!(poll(Box::pin(lock.read())).is_none());

    let inner = RwLockReadGuard::clone(&outer);
    assert_eq!(lock.reader_count(), 2);
    drop(outer);
    assert!(poll(&mut writer).is_none());
    assert_eq!(*inner, 1);
    drop(inner);
    assert!(poll(&mut writer).is_some());
}

#[test]
fn a_clone_of_a_mapped_guard_has_the_same_part() {
    let lock = RwLock::new([1, 2]);
    let outer = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair[1]);
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());
    let inner = RwLockMappedReadGuard::clone(&outer);
    assert!(std::ptr::eq(&*outer, &*inner));
    drop(outer);
    assert!(poll(&mut writer).is_none());
    drop(inner);
    assert!(poll(&mut writer).is_some());
}

#[test]
fn a_clone_on_an_arc_keeps_the_lock_alive() {
    let lock = Arc::new(RwLock::new([1, 2]));
    let outer = lock.try_read_arc().unwrap();
    let inner = RwLockReadGuardArc::clone(&outer);
    assert_eq!((Arc::strong_count(&lock), lock.reader_count()), (3, 2));
    let part = RwLockReadGuardArc::map(inner, |pair| &pair[1]);
    let again = RwLockMappedReadGuardArc::clone(&part);
    assert_eq!((Arc::strong_count(&lock), lock.reader_count()), (4, 3));

    let weak = Arc::downgrade(&lock);
    drop((lock, outer, part));
    assert_eq!(*again, 2);
    assert_eq!(weak.strong_count(), 1);
    drop(again);
    assert_eq!(weak.strong_count(), 0);
}

#[test]
fn the_clone_method_of_a_guard_clones_the_value() {
    let lock = RwLock::new(String::from("value"));
    let guard = lock.try_read().unwrap();
    let value: String = guard.clone();
    assert_eq!(value, "value");
    assert_eq!(lock.reader_count(), 1);
}

#[test]
fn a_recursive_read_passes_a_waiting_writer() {
    let lock = Arc::new(RwLock::new(1));
    let outer = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());

    assert!(lock.try_read().is_none());
    assert!(lock.try_read_arc().is_none());
    let tried = lock.try_read_recursive().unwrap();
    let tried_arc = lock.try_read_recursive_arc().unwrap();
    let polled = poll(Box::pin(lock.read_recursive())).unwrap();
    let polled_arc = poll(Box::pin(lock.read_recursive_arc())).unwrap();
    assert_eq!(lock.reader_count(), 5);

    drop((outer, tried, tried_arc, polled));
    assert!(poll(&mut writer).is_none());
    drop(polled_arc);
    assert!(poll(&mut writer).is_some());
}

#[test]
#[cfg(feature = "std")]
fn a_recursive_read_that_may_block_does_not_for_a_waiting_writer() {
    let lock = Arc::new(RwLock::new(1));
    let outer = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());

    let blocking = lock.read_recursive_blocking();
    let blocking_arc = lock.read_recursive_arc_blocking();
    assert_eq!(lock.reader_count(), 3);

    drop((outer, blocking));
    assert!(poll(&mut writer).is_none());
    drop(blocking_arc);
    assert!(poll(&mut writer).is_some());
}

#[test]
fn a_recursive_read_passes_a_waiting_upgrade() {
    let lock = RwLock::new(1);
    let outer = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    assert!(poll(&mut upgrade).is_none());
    assert!(lock.try_read().is_none());
    let inner = poll(Box::pin(lock.read_recursive())).unwrap();
    drop(outer);
    assert!(poll(&mut upgrade).is_none());
    drop(inner);
    assert!(poll(&mut upgrade).is_some());
}

#[test]
fn a_recursive_read_waits_for_a_writer_that_has_access() {
    let lock = RwLock::new(1);
    let writer = lock.try_write().unwrap();
    assert!(lock.try_read_recursive().is_none());
    let mut reader = Box::pin(lock.read_recursive());
    assert!(poll(&mut reader).is_none());
    assert!(lock.has_waiters());
    drop(writer);
    assert!(poll(&mut reader).is_some());
}

#[test]
fn a_recursive_read_is_woken_by_release_and_by_downgrade() {
    let lock = RwLock::new(1);
    for downgrade in [false, true] {
        let mut writer = Some(lock.try_write().unwrap());
        let mut downgraded = None;
        block_on(async {
            let read = async { *lock.read_recursive().await };
            let leave = async {
                let writer = writer.take().unwrap();
                if downgrade {
                    downgraded = Some(RwLockWriteGuard::downgrade(writer));
                }
            };
            assert_eq!(futures_lite::future::zip(read, leave).await, (1, ()));
        });
    }
}

#[test]
fn a_recursive_read_that_is_dropped_leaves_the_lock_as_it_was() {
    let lock = RwLock::new(1);
    drop(lock.read_recursive());
    let writer = lock.try_write().unwrap();
    let mut reader = Box::pin(lock.read_recursive());
    assert!(poll(&mut reader).is_none());
    drop(reader);
    drop(writer);
    assert!(!lock.is_locked());
    assert!(lock.try_write().is_some());

    let mut woken = Box::pin(lock.read_recursive());
    let writer = lock.try_write().unwrap();
    assert!(poll(&mut woken).is_none());
    drop(writer);
    drop(woken);
    assert!(poll(Box::pin(lock.write())).is_some());
}

#[test]
#[cfg(feature = "std")]
fn a_thread_that_reads_reads_again_beside_a_writer_that_waits_in_another_thread() {
    let lock = Arc::new(RwLock::new(1));
    let outer = lock.read_blocking();
    let writer = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.write_blocking() = 2
    });
    while !lock.has_waiting_writer() {
        std::thread::yield_now();
    }
    assert_eq!(*lock.read_recursive_blocking(), 1);
    assert_eq!(*RwLockReadGuard::clone(&outer), 1);
    drop(outer);
    writer.join().unwrap();
    assert_eq!(*lock.read_blocking(), 2);
}
