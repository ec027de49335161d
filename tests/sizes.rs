//! How much memory the types take, on targets whose words have 64 bits.
#![cfg(all(target_pointer_width = "64", not(any_rwlock_loom)))]

use std::mem::{size_of, size_of_val};

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

#[test]
fn a_lock_without_its_value_is_two_words() {
    assert_eq!(size_of::<RwLock<()>>(), 16);
    assert_eq!(size_of::<RwLock<u64>>(), 24);
    assert_eq!(size_of::<RwLock<[u8; 8]>>(), 24);
}

#[test]
fn a_guard_is_two_words() {
    assert_eq!(size_of::<RwLockReadGuard<'_, u8>>(), 16);
    assert_eq!(size_of::<RwLockUpgradableReadGuard<'_, u8>>(), 16);
    assert_eq!(size_of::<RwLockWriteGuard<'_, u8>>(), 16);
}

#[test]
fn a_future_is_six_words_at_most() {
    let lock = std::sync::Arc::new(RwLock::new(0));
    assert!(size_of_val(&lock.read()) <= 48);
    assert!(size_of_val(&lock.upgradable_read()) <= 48);
    assert!(size_of_val(&lock.write()) <= 48);
    assert!(size_of_val(&lock.read_arc()) <= 48);
    assert!(size_of_val(&lock.upgradable_read_arc()) <= 48);
    assert!(size_of_val(&lock.write_arc()) <= 48);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).read_owned()) <= 48);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).upgradable_read_owned()) <= 48);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).write_owned()) <= 48);
    let upgradable = lock.try_upgradable_read().unwrap();
    assert!(size_of_val(&RwLockUpgradableReadGuard::upgrade(upgradable)) <= 48);
}
