//! The futures of this crate's methods, for those who have to name them.
//!
//! None does anything before its first poll; dropping one at any moment leaves the lock as if the
//! method had not been called. All are `!Unpin`, and panic when polled after completion.
#![forbid(unsafe_code)]

use core::pin::Pin;

use crate::permit::{Exclusive, Permit, Recursive, Shared, Upgradable, UpgradeRequest};
use crate::raw::RawRwLock;
use crate::wait::request::LockRequest;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::{RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradedGuard, RwLockWriteGuard};

#[cfg(target_has_atomic = "ptr")]
pub use crate::arc::futures::{
    ReadArc, ReadRecursiveArc, UpgradableReadArc, UpgradeArc, WriteArc, YieldReadArc,
    YieldUpgradableReadArc, YieldWriteArc,
};

/// A future: the address of a value, what waits for the permit, and the guard that they become.
macro_rules! future {
    ($(#[$attribute:meta])* $future:ident<$($lifetime:lifetime,)? T>: $wait:ty => $guard:ty) => {
        pin_project_lite::pin_project! {
            $(#[$attribute])*
            #[must_use = "a future does nothing unless it is awaited"]
            pub struct $future<$($lifetime,)? T: ?Sized> {
                value: $crate::guard::Address<T>,
                #[pin]
                wait: $wait,
                marker: core::marker::PhantomData<$guard>,
            }
        }

        impl<$($lifetime,)? T: ?Sized> $future<$($lifetime,)? T> {
            #[inline]
            pub(crate) fn new(value: $crate::guard::Address<T>, wait: $wait) -> Self {
                Self { value, wait, marker: core::marker::PhantomData }
            }
        }

        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> core::future::Future for $future<$($lifetime,)? T> {
            type Output = $guard;

            #[inline]
            fn poll(
                self: core::pin::Pin<&mut Self>,
                cx: &mut core::task::Context<'_>,
            ) -> core::task::Poll<Self::Output> {
                let this = self.project();
                this.wait.poll(cx).map(|permit| <$guard>::new(*this.value, permit))
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

#[cfg(target_has_atomic = "ptr")]
pub(crate) use future;

future! {
    /// The future of [`RwLock::read`](crate::RwLock::read).
    Read<'a, T>: Acquire<LockRequest<&'a RawRwLock, Shared>> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::read_recursive`](crate::RwLock::read_recursive).
    ReadRecursive<'a, T>: Acquire<LockRequest<&'a RawRwLock, Recursive>> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::upgradable_read`](crate::RwLock::upgradable_read).
    UpgradableRead<'a, T>:
        Acquire<LockRequest<&'a RawRwLock, Upgradable>> => RwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`RwLock::write`](crate::RwLock::write).
    Write<'a, T>: Acquire<LockRequest<&'a RawRwLock, Exclusive>> => RwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::upgrade`].
    Upgrade<'a, T>: Acquire<Permit<&'a RawRwLock, Upgradable>> => RwLockWriteGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::upgrade_ref`].
    UpgradeRef<'a, T>: Acquire<UpgradeRequest<'a>> => RwLockUpgradedGuard<'a, T>
}

future! {
    /// The future of [`RwLockReadGuard::yield_to_waiters`].
    YieldRead<'a, T>: Yielding<&'a RawRwLock, Shared> => RwLockReadGuard<'a, T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuard::yield_to_waiters`].
    YieldUpgradableRead<'a, T>:
        Yielding<&'a RawRwLock, Upgradable> => RwLockUpgradableReadGuard<'a, T>
}

future! {
    /// The future of [`RwLockWriteGuard::yield_to_waiters`].
    YieldWrite<'a, T>: Yielding<&'a RawRwLock, Exclusive> => RwLockWriteGuard<'a, T>
}

impl<'a, T: ?Sized> Upgrade<'a, T> {
    /// Gives the upgrade up and returns the upgradable guard, or `None` once the upgrade is done.
    ///
    /// Never waits. Nobody has written in between, and the readers that the upgrade kept waiting
    /// are let in.
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
        let this = self.project();
        let permit = this.wait.cancel()?;
        Some(RwLockUpgradableReadGuard::new(*this.value, permit))
    }
}
