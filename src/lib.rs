//! An async read-write lock that belongs to no runtime.
#![no_std]
#![doc(html_no_source)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod acquire;
#[cfg(target_has_atomic = "ptr")]
mod arc;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking;
pub mod futures;
mod guard;
#[doc = include_str!("migration.md")]
pub mod migration {}
mod permit;
mod queues;
mod raw;
mod rwlock;
mod state;
mod sync;
mod yielding;

#[cfg(target_has_atomic = "ptr")]
pub use arc::{
    RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc, RwLockReadGuardArc,
    RwLockUpgradableReadGuardArc, RwLockWriteGuardArc,
};
pub use guard::{
    RwLockMappedReadGuard, RwLockMappedWriteGuard, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockUpgradedGuard, RwLockWriteGuard,
};
pub use rwlock::RwLock;
