//! The futures of a sharded lock.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::pin::Pin;

use super::handle::{ShardedArcHandle, ShardedHandle};
use super::{
    ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockReadGuardArc,
    ShardedRwLockUpgradableReadGuard, ShardedRwLockUpgradableReadGuardArc, ShardedRwLockWriteGuard,
    ShardedRwLockWriteGuardArc,
};
use crate::futures::future;
use crate::guard::Claim;
use crate::permit::{Exclusive, Permit, Recursive, Shared, Upgradable, UpgradeRequest};
use crate::raw::sharded::RawShardedRwLock;
use crate::wait::request::LockRequest;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::RwLockUpgradedGuard;

/// A wait for access by `E`.
type Wait<'a, T, E, K> = Claim<T, Acquire<LockRequest<ShardedHandle<'a>, E>>, K>;

/// A wait for access by `E` that keeps the lock alive.
type OwnedWait<T, E> =
    Claim<T, Acquire<LockRequest<ShardedArcHandle<T>, E>>, Arc<ShardedRwLock<T>>>;

/// Access of mode `M` that is released to waiters, and acquired again.
type Yield<'a, T, M, K> = Claim<T, Yielding<ShardedHandle<'a>, M>, K>;

/// The same, keeping the lock alive.
type OwnedYield<T, M> = Claim<T, Yielding<ShardedArcHandle<T>, M>, Arc<ShardedRwLock<T>>>;

future! {
    /// The future of [`ShardedRwLock::read`].
    ShardedRead<'a, T>: Wait<'a, T, Shared, &'a T> => ShardedRwLockReadGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLock::write`].
    ShardedWrite<'a, T>:
        Wait<'a, T, Exclusive, &'a ShardedRwLock<T>> => ShardedRwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLock::read_arc`] and [`read_owned`](ShardedRwLock::read_owned).
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ShardedReadArc<T>: OwnedWait<T, Shared> => ShardedRwLockReadGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLock::write_arc`] and [`write_owned`](ShardedRwLock::write_owned).
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ShardedWriteArc<T>: OwnedWait<T, Exclusive> => ShardedRwLockWriteGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLock::read_recursive`].
    ShardedReadRecursive<'a, T>: Wait<'a, T, Recursive, &'a T> => ShardedRwLockReadGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLock::read_recursive_arc`] and [`read_recursive_owned`](ShardedRwLock::read_recursive_owned).
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ShardedReadRecursiveArc<T>: OwnedWait<T, Recursive> => ShardedRwLockReadGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLock::upgradable_read`].
    ShardedUpgradableRead<'a, T>:
        Wait<'a, T, Upgradable, &'a ShardedRwLock<T>> => ShardedRwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLock::upgradable_read_arc`] and [`upgradable_read_owned`](ShardedRwLock::upgradable_read_owned).
    ///
    /// Keeps the lock alive. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
    ShardedUpgradableReadArc<T>: OwnedWait<T, Upgradable> => ShardedRwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLockUpgradableReadGuard::upgrade`].
    ShardedUpgrade<'a, T>:
        Claim<T, Acquire<Permit<ShardedHandle<'a>, Upgradable>>, &'a ShardedRwLock<T>> => ShardedRwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLockUpgradableReadGuardArc::upgrade`].
    ShardedUpgradeArc<T>:
        Claim<T, Acquire<Permit<ShardedArcHandle<T>, Upgradable>>, Arc<ShardedRwLock<T>>> => ShardedRwLockWriteGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLockUpgradableReadGuard::upgrade_ref`], also for the guard that keeps its lock alive.
    ShardedUpgradeRef<'a, T>:
        Claim<T, Acquire<UpgradeRequest<'a, RawShardedRwLock>>, &'a mut T> => RwLockUpgradedGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLockReadGuard::yield_to_waiters`].
    ShardedYieldRead<'a, T>: Yield<'a, T, Shared, &'a T> => ShardedRwLockReadGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLockReadGuardArc::yield_to_waiters`].
    ShardedYieldReadArc<T>: OwnedYield<T, Shared> => ShardedRwLockReadGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLockUpgradableReadGuard::yield_to_waiters`].
    ShardedYieldUpgradableRead<'a, T>:
        Yield<'a, T, Upgradable, &'a ShardedRwLock<T>> => ShardedRwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLockUpgradableReadGuardArc::yield_to_waiters`].
    ShardedYieldUpgradableReadArc<T>:
        OwnedYield<T, Upgradable> => ShardedRwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`ShardedRwLockWriteGuard::yield_to_waiters`].
    ShardedYieldWrite<'a, T>:
        Yield<'a, T, Exclusive, &'a ShardedRwLock<T>> => ShardedRwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`ShardedRwLockWriteGuardArc::yield_to_waiters`].
    ShardedYieldWriteArc<T>: OwnedYield<T, Exclusive> => ShardedRwLockWriteGuardArc<T>
}

/// `cancel` of an upgrade. `$get` is how the example gets its guard.
macro_rules! upgrade_cancels {
    (<$($lifetime:lifetime,)? T> $upgrade:ident, $guard:ident: $get:literal) => {
        impl<$($lifetime,)? T: ?Sized> $upgrade<$($lifetime,)? T> {
            /// Gives up the upgrade and returns the upgradable guard, like
            /// [`Upgrade::cancel`](crate::futures::Upgrade::cancel).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use futures_lite::future::{block_on, poll_once};
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            /// let reader = lock.try_read().unwrap();
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let mut upgrade = Box::pin(", stringify!($guard), "::upgrade(guard));")]
            /// assert!(block_on(poll_once(&mut upgrade)).is_none());
            /// let upgradable = upgrade.as_mut().cancel().unwrap();
            /// assert_eq!(*upgradable, *reader);
            /// ```
            pub fn cancel(self: Pin<&mut Self>) -> Option<$guard<$($lifetime,)? T>> {
                Some($guard { raw: self.project().raw.cancel()? })
            }
        }
    };
}

upgrade_cancels! {
    <'a, T> ShardedUpgrade, ShardedRwLockUpgradableReadGuard: "lock.try_upgradable_read().unwrap()"
}
upgrade_cancels! {
    <T> ShardedUpgradeArc, ShardedRwLockUpgradableReadGuardArc:
    "lock.try_upgradable_read_arc().unwrap()"
}
