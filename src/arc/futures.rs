//! The futures of the `_arc` and `_owned` methods, and of the guards on `Arc`.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::pin::Pin;

use super::{ArcHandle, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::futures::future;
use crate::guard::Claim;
use crate::permit::{Exclusive, Permit, Recursive, Shared, Upgradable};
use crate::wait::request::LockRequest;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::RwLock;

/// A wait for access by `E`.
type Wait<'a, T, E, K> = Claim<T, Acquire<LockRequest<&'a Arc<RwLock<T>>, E>>, K>;

/// A wait for access by `E` that keeps the lock alive.
type OwnedWait<T, E, K> = Claim<T, Acquire<LockRequest<ArcHandle<T>, E>>, K>;

/// Access of mode `M` that is released to waiters, and acquired again.
type Yield<T, M, K> = Claim<T, Yielding<ArcHandle<T>, M>, K>;

future! {
    /// The future of [`RwLock::read_arc`].
    ReadArc<'a, T>: Wait<'a, T, Shared, Arc<T>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::read_recursive_arc`].
    ReadRecursiveArc<'a, T>: Wait<'a, T, Recursive, Arc<T>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::upgradable_read_arc`].
    UpgradableReadArc<'a, T>:
        Wait<'a, T, Upgradable, Arc<RwLock<T>>> => RwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::write_arc`].
    WriteArc<'a, T>: Wait<'a, T, Exclusive, Arc<RwLock<T>>> => RwLockWriteGuardArc<T>
}

future! {
    /// The future of [`RwLock::read_owned`].
    ///
    /// Keeps the lock alive. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ReadOwned<T>: OwnedWait<T, Shared, Arc<T>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::read_recursive_owned`].
    ///
    /// Keeps the lock alive. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ReadRecursiveOwned<T>: OwnedWait<T, Recursive, Arc<T>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::upgradable_read_owned`].
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    UpgradableReadOwned<T>:
        OwnedWait<T, Upgradable, Arc<RwLock<T>>> => RwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::write_owned`].
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    WriteOwned<T>: OwnedWait<T, Exclusive, Arc<RwLock<T>>> => RwLockWriteGuardArc<T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuardArc::upgrade`].
    UpgradeArc<T>:
        Claim<T, Acquire<Permit<ArcHandle<T>, Upgradable>>, Arc<RwLock<T>>> => RwLockWriteGuardArc<T>
}

future! {
    /// The future of [`RwLockReadGuardArc::yield_to_waiters`].
    YieldReadArc<T>: Yield<T, Shared, Arc<T>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuardArc::yield_to_waiters`].
    YieldUpgradableReadArc<T>:
        Yield<T, Upgradable, Arc<RwLock<T>>> => RwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`RwLockWriteGuardArc::yield_to_waiters`].
    YieldWriteArc<T>: Yield<T, Exclusive, Arc<RwLock<T>>> => RwLockWriteGuardArc<T>
}

impl<T: ?Sized> UpgradeArc<T> {
    /// Gives up the upgrade and returns the upgradable guard, like
    /// [`Upgrade::cancel`](crate::futures::Upgrade::cancel).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use futures_lite::future::{block_on, poll_once};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_arc().unwrap();
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    /// assert!(block_on(poll_once(&mut upgrade)).is_none());
    /// let upgradable = upgrade.as_mut().cancel().unwrap();
    /// assert_eq!(*upgradable, *reader);
    /// ```
    pub fn cancel(self: Pin<&mut Self>) -> Option<RwLockUpgradableReadGuardArc<T>> {
        Some(RwLockUpgradableReadGuardArc { raw: self.project().raw.cancel()? })
    }
}
