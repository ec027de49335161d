//! How much memory the types take, on targets whose words have 64 bits.
#![cfg(all(target_pointer_width = "64", not(any_rwlock_loom), not(feature = "diagnostics")))]

use std::mem::{needs_drop, size_of, size_of_val};

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

/// With `std` its queues are on the heap, made when it is first waited for.
#[test]
#[cfg(feature = "std")]
fn a_lock_without_its_value_is_two_words() {
    assert_eq!(size_of::<RwLock<()>>(), 16);
    assert_eq!(size_of::<RwLock<u64>>(), 24);
    assert_eq!(size_of::<RwLock<[u8; 8]>>(), 24);
}

/// Without, they are in it, behind a spin lock unless there is a critical section.
#[test]
#[cfg(not(feature = "std"))]
fn a_lock_without_its_value_has_room_for_its_queues() {
    assert!(size_of::<RwLock<()>>() <= 88);
}

/// Otherwise a constant that drops one would compile without `std`, and no longer with it.
#[test]
fn a_lock_is_dropped_whatever_the_features() {
    assert!(needs_drop::<RwLock<()>>());
}

#[test]
fn a_guard_is_two_words() {
    assert_eq!(size_of::<RwLockReadGuard<'_, u8>>(), 16);
    assert_eq!(size_of::<RwLockUpgradableReadGuard<'_, u8>>(), 16);
    assert_eq!(size_of::<RwLockWriteGuard<'_, u8>>(), 16);
}

/// Beside its shards, which are on the heap.
#[test]
#[cfg(feature = "std")]
fn a_lock_with_shards_is_five_words_and_its_guards_are_three() {
    use any_rwlock::{ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockWriteGuard};

    assert_eq!(size_of::<ShardedRwLock<()>>(), 40);
    assert_eq!(size_of::<ShardedRwLockReadGuard<'_, u8>>(), 24);
    assert_eq!(size_of::<ShardedRwLockWriteGuard<'_, u8>>(), 24);
}

/// Where waiters wait within their futures, there is room in them for a waker and two neighbours.
const FUTURE: usize = if cfg!(any(feature = "intrusive", not(feature = "std"))) { 56 } else { 32 };

#[test]
fn a_future_is_four_words_or_seven_with_room_to_wait() {
    let lock = RwLock::new(0);
    assert!(size_of_val(&lock.read()) <= FUTURE);
    assert!(size_of_val(&lock.upgradable_read()) <= FUTURE);
    assert!(size_of_val(&lock.write()) <= FUTURE);
    let upgradable = lock.try_upgradable_read().unwrap();
    assert!(size_of_val(&RwLockUpgradableReadGuard::upgrade(upgradable)) <= FUTURE);
}

#[test]
#[cfg(feature = "alloc")]
fn a_future_by_an_arc_is_as_large() {
    let lock = std::sync::Arc::new(RwLock::new(0));
    assert!(size_of_val(&lock.read_arc()) <= FUTURE);
    assert!(size_of_val(&lock.upgradable_read_arc()) <= FUTURE);
    assert!(size_of_val(&lock.write_arc()) <= FUTURE);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).read_owned()) <= FUTURE);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).upgradable_read_owned()) <= FUTURE);
    assert!(size_of_val(&std::sync::Arc::clone(&lock).write_owned()) <= FUTURE);
}
