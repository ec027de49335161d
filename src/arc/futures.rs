//! The futures of the `_arc` methods, and of the guards on `Arc`.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::pin::Pin;

use super::{ArcHandle, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::futures::future;
use crate::permit::{Exclusive, Permit, Recursive, Shared, Upgradable};
use crate::wait::request::LockRequest;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::RwLock;

future! {
    /// The future of [`RwLock::read_arc`].
    ReadArc<'a, T>: Acquire<LockRequest<&'a Arc<RwLock<T>>, Shared>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::read_recursive_arc`].
    ReadRecursiveArc<'a, T>: Acquire<LockRequest<&'a Arc<RwLock<T>>, Recursive>> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::upgradable_read_arc`].
    UpgradableReadArc<'a, T>:
        Acquire<LockRequest<&'a Arc<RwLock<T>>, Upgradable>> => RwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`RwLock::write_arc`].
    WriteArc<'a, T>: Acquire<LockRequest<&'a Arc<RwLock<T>>, Exclusive>> => RwLockWriteGuardArc<T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuardArc::upgrade`].
    UpgradeArc<T>: Acquire<Permit<ArcHandle<T>, Upgradable>> => RwLockWriteGuardArc<T>
}

future! {
    /// The future of [`RwLockReadGuardArc::yield_to_waiters`].
    YieldReadArc<T>: Yielding<ArcHandle<T>, Shared> => RwLockReadGuardArc<T>
}

future! {
    /// The future of [`RwLockUpgradableReadGuardArc::yield_to_waiters`].
    YieldUpgradableReadArc<T>:
        Yielding<ArcHandle<T>, Upgradable> => RwLockUpgradableReadGuardArc<T>
}

future! {
    /// The future of [`RwLockWriteGuardArc::yield_to_waiters`].
    YieldWriteArc<T>: Yielding<ArcHandle<T>, Exclusive> => RwLockWriteGuardArc<T>
}

impl<T: ?Sized> UpgradeArc<T> {
    /// Like [`Upgrade::cancel`](crate::futures::Upgrade::cancel).
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
        let this = self.project();
        let permit = this.wait.cancel()?;
        Some(RwLockUpgradableReadGuardArc::new(*this.value, permit))
    }
}
