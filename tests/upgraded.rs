//! Upgrades that lose nothing. A test's name is the sentence it checks.
#![cfg(all(feature = "alloc", not(any_rwlock_loom)))]

use std::future::Future;
use std::mem;
use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc, RwLockUpgradedGuard,
};
use futures_lite::future::{block_on, poll_once};

/// Polls once; what came of it.
fn poll<F: Future + Unpin>(future: F) -> Option<F::Output> {
    block_on(poll_once(future))
}

#[test]
fn an_upgrade_by_reference_ends_with_its_guard() {
    let lock = RwLock::new(1);
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut upgraded = poll(Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut guard))).unwrap();
    *upgraded += 1;
    assert_eq!(format!("{upgraded:?} {upgraded}"), "2 2");
    assert!(lock.is_write_locked());
    assert!(!RwLockUpgradedGuard::has_waiters(&upgraded));
    drop(upgraded);
    assert!(lock.is_upgradable_locked() && !lock.is_write_locked());
    assert_eq!(*guard, *lock.try_read().unwrap());
    drop(guard);
    assert!(!lock.is_locked());
}

#[test]
fn an_upgrade_by_reference_does_nothing_before_its_first_poll() {
    let lock = RwLock::new(1);
    let mut guard = lock.try_upgradable_read().unwrap();
    let upgrade = RwLockUpgradableReadGuard::upgrade_ref(&mut guard);
    assert!(!lock.is_write_locked() && !lock.has_waiters());
    drop(upgrade);
}

#[test]
fn an_upgrade_by_reference_that_is_dropped_loses_nothing_and_admits_readers() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut writer = Box::pin(lock.write());

    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(&mut guard));
    assert!(poll(&mut upgrade).is_none());
    assert!(lock.has_waiting_writer());
    let mut behind = Box::pin(lock.read());
    assert!(poll(&mut behind).is_none());
    drop(upgrade);
    drop(poll(&mut behind).unwrap());
    assert!(!lock.has_waiting_writer());
    assert_eq!(*guard, 1);

    // Nobody writes in between.
    assert!(poll(&mut writer).is_none());
    assert_eq!(*guard, 1);
    drop((reader, guard));
    assert!(poll(&mut writer).is_some());
}

#[test]
fn the_end_of_an_upgrade_by_reference_admits_plain_readers_and_nobody_else() {
    let lock = RwLock::new(1);
    let mut guard = lock.try_upgradable_read().unwrap();
    let mut upgraded = RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap();
    let mut reader = Box::pin(lock.read());
    let mut upgradable = Box::pin(lock.upgradable_read());
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut reader).is_none());
    assert!(poll(&mut upgradable).is_none());
    assert!(poll(&mut writer).is_none());
    assert!(RwLockUpgradedGuard::has_waiters(&upgraded));
    *upgraded = 2;
    drop(upgraded);
    assert_eq!(*poll(&mut reader).unwrap(), 2);
    assert!(poll(&mut writer).is_none());
    assert!(poll(&mut upgradable).is_none());
    drop(guard);
    assert!(poll(&mut writer).is_some());
}

#[test]
fn a_reader_refuses_an_upgrade_by_reference_that_does_not_wait() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read_arc().unwrap();
    assert!(RwLockUpgradableReadGuardArc::try_upgrade_ref(&mut guard).is_none());
    assert!(!lock.has_waiters());
    drop(reader);
    *RwLockUpgradableReadGuardArc::try_upgrade_ref(&mut guard).unwrap() = 2;
    *block_on(RwLockUpgradableReadGuardArc::upgrade_ref(&mut guard)) += 1;
    assert_eq!(*guard, 3);
    #[cfg(feature = "std")]
    assert_eq!(*RwLockUpgradableReadGuardArc::upgrade_ref_blocking(&mut guard), 3);
    assert_eq!(Arc::strong_count(&lock), 2);
}

#[test]
#[cfg(feature = "std")]
fn an_upgrade_by_reference_blocks_until_readers_in_other_threads_have_left() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read_arc().unwrap();
    let upgrading = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || {
            let mut guard = lock.upgradable_read_blocking();
            *RwLockUpgradableReadGuard::upgrade_ref_blocking(&mut guard) += 1;
            *guard
        }
    });
    while !lock.has_waiting_writer() {
        std::thread::yield_now();
    }
    drop(reader);
    assert_eq!(upgrading.join().unwrap(), 2);
}

#[test]
fn an_upgrade_can_be_cancelled_on_an_arc_as_well() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let guard = lock.try_upgradable_read_arc().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(guard));
    assert!(poll(&mut upgrade).is_none());
    let guard = upgrade.as_mut().cancel().unwrap();
    assert!(upgrade.as_mut().cancel().is_none());
    assert!(!lock.has_waiters());
    drop(reader);
    assert!(RwLockUpgradableReadGuardArc::try_upgrade(guard).is_ok());
}

/// Behind a reader.
fn forget_a_waiting_upgrade(guard: &mut RwLockUpgradableReadGuard<'_, i32>) {
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade_ref(guard));
    assert!(poll(&mut upgrade).is_none());
    mem::forget(upgrade);
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_upgrade_by_reference_ends_with_the_guard_it_came_from() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    forget_a_waiting_upgrade(&mut guard);
    drop((guard, reader));
    assert!(!lock.is_locked() && !lock.has_waiting_writer());
    assert!(lock.try_write().is_some());
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_upgrade_by_reference_keeps_nobody_out_once_its_origin_is_downgraded() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    forget_a_waiting_upgrade(&mut guard);
    let downgraded = RwLockUpgradableReadGuard::downgrade(guard);
    assert!(!lock.has_waiting_writer() && lock.try_read().is_some());
    drop((downgraded, reader));
    assert!(lock.try_write().is_some());
}

#[test]
fn a_forgotten_upgraded_guard_leaves_the_lock_locked_and_its_origin_sound() {
    let lock = RwLock::new(1);
    let mut guard = lock.try_upgradable_read().unwrap();
    mem::forget(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    assert!(lock.is_write_locked());
    assert!(lock.try_read().is_none() && lock.try_upgradable_read().is_none());
    assert_eq!(*guard, 1);
    *RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap() = 2;
    assert_eq!(*lock.try_read().unwrap(), 2);

    mem::forget(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    let reader = RwLockUpgradableReadGuard::downgrade(guard);
    assert_eq!(*reader, 2);
    assert!(lock.try_read().is_none() && lock.try_write().is_none());
    drop(reader);
    assert!(lock.try_write().is_none());
}
