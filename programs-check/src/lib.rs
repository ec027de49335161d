//! `async-lock`, but for its `RwLock`.
#![no_std]
#![forbid(unsafe_code)]

pub use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard,
    RwLockUpgradableReadGuardArc, RwLockWriteGuard, RwLockWriteGuardArc,
};
pub use theirs::*;

/// The futures of both.
pub mod futures {
    pub use any_rwlock::futures::{
        Read, ReadArc, UpgradableRead, UpgradableReadArc, Upgrade, UpgradeArc, Write, WriteArc,
    };
    pub use theirs::futures::*;
}
