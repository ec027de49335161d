//! The suites of `RwLock`, run on `ShardedRwLock`: here it has the other's names.
#![cfg(all(feature = "std", not(any(any_rwlock_loom, target_family = "wasm"))))]
#![allow(clippy::duplicate_mod)] // Suites share what they are made of.

extern crate any_rwlock as real;
extern crate self as any_rwlock;

pub use real::{
    RwLockUpgradedGuard, ShardedRwLock as RwLock,
    ShardedRwLockMappedReadGuard as RwLockMappedReadGuard,
    ShardedRwLockMappedReadGuardArc as RwLockMappedReadGuardArc,
    ShardedRwLockMappedWriteGuard as RwLockMappedWriteGuard,
    ShardedRwLockMappedWriteGuardArc as RwLockMappedWriteGuardArc,
    ShardedRwLockReadGuard as RwLockReadGuard, ShardedRwLockReadGuardArc as RwLockReadGuardArc,
    ShardedRwLockUpgradableReadGuard as RwLockUpgradableReadGuard,
    ShardedRwLockUpgradableReadGuardArc as RwLockUpgradableReadGuardArc,
    ShardedRwLockWriteGuard as RwLockWriteGuard, ShardedRwLockWriteGuardArc as RwLockWriteGuardArc,
};

#[cfg(feature = "diagnostics")]
pub use real::diagnostics;

/// Its futures.
pub mod futures {
    pub use real::futures::{
        ShardedRead as Read, ShardedReadRecursive as ReadRecursive,
        ShardedUpgradableRead as UpgradableRead, ShardedUpgrade as Upgrade,
        ShardedUpgradeArc as UpgradeArc, ShardedUpgradeRef as UpgradeRef, ShardedWrite as Write,
    };
}

#[path = "shuttle.rs"]
mod crowds;
#[path = "executors.rs"]
mod executors;
#[path = "mapped.rs"]
mod mapped;
#[path = "recursive.rs"]
mod recursive;
#[path = "schedules/main.rs"]
mod schedules;
#[path = "threads.rs"]
mod threads;
#[path = "timed.rs"]
mod timed;
#[path = "upgraded.rs"]
mod upgraded;
