//! An async read-write lock that belongs to no runtime.
#![no_std]
#![doc(html_no_source)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod acquire;
#[cfg(target_has_atomic = "ptr")]
mod arc;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking;
pub mod futures;
mod guard;
mod permit;
mod queues;
mod raw;
mod rwlock;
mod state;
mod sync;

#[cfg(target_has_atomic = "ptr")]
pub use arc::{RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
pub use guard::{RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
pub use rwlock::RwLock;
