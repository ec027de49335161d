//! The futures of this crate's methods, for those who have to name them.
//!
//! None does anything before its first poll; dropping one at any moment leaves the lock as if the
//! method had not been called. All are `!Unpin`, and panic when polled after completion.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::acquire::{Acquire, Ask};
use crate::guard::Address;
use crate::permit::{Exclusive, Permit, Shared, Upgradable};
use crate::raw::RawRwLock;
use crate::{RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

#[cfg(target_has_atomic = "ptr")]
pub use crate::arc::futures::{ReadArc, UpgradableReadArc, UpgradeArc, WriteArc};

pin_project! {
    /// The future of [`RwLock::read`](crate::RwLock::read).
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct Read<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a RawRwLock, Shared>>,
        marker: PhantomData<RwLockReadGuard<'a, T>>,
    }
}

pin_project! {
    /// The future of [`RwLock::upgradable_read`](crate::RwLock::upgradable_read).
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct UpgradableRead<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a RawRwLock, Upgradable>>,
        marker: PhantomData<RwLockUpgradableReadGuard<'a, T>>,
    }
}

pin_project! {
    /// The future of [`RwLock::write`](crate::RwLock::write).
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct Write<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a RawRwLock, Exclusive>>,
        marker: PhantomData<RwLockWriteGuard<'a, T>>,
    }
}

pin_project! {
    /// The future of [`RwLockUpgradableReadGuard::upgrade`].
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct Upgrade<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Permit<&'a RawRwLock, Upgradable>>,
        marker: PhantomData<RwLockUpgradableReadGuard<'a, T>>,
    }
}

/// What every future shares: construction from its request, its poll, and its `Debug`.
macro_rules! future {
    ($future:ident<$($lifetime:lifetime,)? T>, $request:ty, $guard:ident<$($guard_lifetime:lifetime,)? T>) => {
        impl<$($lifetime,)? T: ?Sized> $future<$($lifetime,)? T> {
            #[inline]
            pub(crate) fn new(value: Address<T>, request: $request) -> Self {
                Self { value, acquire: Acquire::new(request), marker: PhantomData }
            }
        }

        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> Future for $future<$($lifetime,)? T> {
            type Output = $guard<$($guard_lifetime,)? T>;

            #[inline]
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = self.project();
                this.acquire.poll(cx).map(|permit| $guard::new(*this.value, permit))
            }
        }

        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> fmt::Debug for $future<$($lifetime,)? T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($future)).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use future;

future!(Read<'a, T>, Ask<&'a RawRwLock, Shared>, RwLockReadGuard<'a, T>);
future!(UpgradableRead<'a, T>, Ask<&'a RawRwLock, Upgradable>, RwLockUpgradableReadGuard<'a, T>);
future!(Write<'a, T>, Ask<&'a RawRwLock, Exclusive>, RwLockWriteGuard<'a, T>);
future!(Upgrade<'a, T>, Permit<&'a RawRwLock, Upgradable>, RwLockWriteGuard<'a, T>);

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
        let permit = this.acquire.give_up()?;
        Some(RwLockUpgradableReadGuard::new(*this.value, permit))
    }
}
