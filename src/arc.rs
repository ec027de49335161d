//! All that needs `Arc`: guards and futures that keep the lock alive, and the methods that make them.
//!
//! Each file is the twin of the one that has its name under `guard` or `rwlock`. The methods of a lock
//! stand with the guard that they return.

pub(crate) mod futures;
mod handle;
mod mapped;

// In the order in which the documentation lists the methods of a lock.
mod read;
mod upgradable;
mod write;
// Access for threads.
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking;

use handle::ArcHandle;

pub use mapped::{RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc};
pub use read::RwLockReadGuardArc;
pub use upgradable::RwLockUpgradableReadGuardArc;
pub use write::RwLockWriteGuardArc;
