//! The futures of this crate's methods, for code that has to name them.
//!
//! None does anything before its first poll. Dropping one at any moment leaves the lock as if the method
//! had not been called. All are `!Unpin`, and panic when polled after completion.
#![forbid(unsafe_code)]

use core::pin::Pin;

use crate::guard::Claim;
use crate::permit::{Exclusive, Permit, Recursive, Shared, Upgradable, UpgradeRequest};
use crate::raw::RawRwLock;
use crate::wait::request::LockRequest;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradedGuard, RwLockWriteGuard,
};

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use crate::arc::futures::{
    ReadArc, ReadOwned, ReadRecursiveArc, ReadRecursiveOwned, UpgradableReadArc,
    UpgradableReadOwned, UpgradeArc, WriteArc, WriteOwned, YieldReadArc, YieldUpgradableReadArc,
    YieldWriteArc,
};

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use crate::sharded::futures::{
    ShardedRead, ShardedReadArc, ShardedReadRecursive, ShardedReadRecursiveArc,
    ShardedUpgradableRead, ShardedUpgradableReadArc, ShardedUpgrade, ShardedUpgradeArc,
    ShardedUpgradeRef, ShardedWrite, ShardedWriteArc, ShardedYieldRead, ShardedYieldReadArc,
    ShardedYieldUpgradableRead, ShardedYieldUpgradableReadArc, ShardedYieldWrite,
    ShardedYieldWriteArc,
};

/// A future: the claim that waits, and the guard that it becomes.
macro_rules! future {
    (
        $(#[$attribute:meta])*
        $future:ident<$($lifetime:lifetime,)? T>: $claim:ty => $guard:ident<$($param:tt),+>
    ) => {
        pin_project_lite::pin_project! {
            $(#[$attribute])*
            #[must_use = "a future does nothing unless it is awaited"]
            #[project(!Unpin)]
            pub struct $future<$($lifetime,)? T: ?Sized> {
                #[pin]
                pub(crate) raw: $claim,
            }
        }

        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> core::future::Future for $future<$($lifetime,)? T> {
            type Output = $guard<$($param),+>;

            #[inline]
            fn poll(
                self: core::pin::Pin<&mut Self>,
                cx: &mut core::task::Context<'_>,
            ) -> core::task::Poll<Self::Output> {
                self.project().raw.poll(cx).map(|raw| $guard { raw })
            }
        }

        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> core::fmt::Debug for $future<$($lifetime,)? T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($future)).finish_non_exhaustive()
            }
        }
    };
}

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use future;

/// A wait for access by `E`.
type Wait<'a, T, E, K> = Claim<T, Acquire<LockRequest<&'a RawRwLock, E>>, K>;

/// Access of mode `M` that is released to waiters, and acquired again.
type Yield<'a, T, M, K> = Claim<T, Yielding<&'a RawRwLock, M>, K>;

future! {
    /// The future of [`RwLock::read`].
    Read<'a, T>: Wait<'a, T, Shared, &'a T> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::read_recursive`].
    ReadRecursive<'a, T>: Wait<'a, T, Recursive, &'a T> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::upgradable_read`].
    UpgradableRead<'a, T>:
        Wait<'a, T, Upgradable, &'a RwLock<T>> => RwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::write`].
    Write<'a, T>: Wait<'a, T, Exclusive, &'a RwLock<T>> => RwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::upgrade`].
    Upgrade<'a, T>:
        Claim<T, Acquire<Permit<&'a RawRwLock, Upgradable>>, &'a RwLock<T>> => RwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::upgrade_ref`].
    UpgradeRef<'a, T>:
        Claim<T, Acquire<UpgradeRequest<'a, RawRwLock>>, &'a mut T> => RwLockUpgradedGuard<'a, T>
}

future! {
    /// The future of [`RwLockReadGuard::yield_to_waiters`].
    YieldRead<'a, T>: Yield<'a, T, Shared, &'a T> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::yield_to_waiters`].
    YieldUpgradableRead<'a, T>:
        Yield<'a, T, Upgradable, &'a RwLock<T>> => RwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`RwLockWriteGuard::yield_to_waiters`].
    YieldWrite<'a, T>: Yield<'a, T, Exclusive, &'a RwLock<T>> => RwLockWriteGuard<'a, T>
}

impl<'a, T: ?Sized> Upgrade<'a, T> {
    /// Gives up the upgrade and returns the upgradable guard, or `None` once the upgrade is done.
    ///
    /// Never waits. There was no write in between, and the readers that the upgrade kept waiting are
    /// let in, unless a writer waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let reader = lock.read().await;
    /// let upgradable = lock.upgradable_read().await;
    ///
    /// let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    /// assert!(poll_once(&mut upgrade).await.is_none());
    /// assert!(lock.try_read().is_none());
    ///
    /// let upgradable = upgrade.as_mut().cancel().unwrap();
    /// assert!(lock.try_read().is_some());
    /// assert_eq!(*upgradable, *reader);
    /// # });
    /// ```
    pub fn cancel(self: Pin<&mut Self>) -> Option<RwLockUpgradableReadGuard<'a, T>> {
        Some(RwLockUpgradableReadGuard { raw: self.project().raw.cancel()? })
    }
}
