//! The futures of the `_arc` methods.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{ArcHandle, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::acquire::{Acquire, Ask};
use crate::guard::Address;
use crate::permit::{Exclusive, Permit, Shared, Upgradable};
use crate::RwLock;

pin_project! {
    /// The future of [`RwLock::read_arc`].
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct ReadArc<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a Arc<RwLock<T>>, Shared>>,
        marker: PhantomData<RwLockReadGuardArc<T>>,
    }
}

pin_project! {
    /// The future of [`RwLock::upgradable_read_arc`].
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct UpgradableReadArc<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a Arc<RwLock<T>>, Upgradable>>,
        marker: PhantomData<RwLockUpgradableReadGuardArc<T>>,
    }
}

pin_project! {
    /// The future of [`RwLock::write_arc`].
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct WriteArc<'a, T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Ask<&'a Arc<RwLock<T>>, Exclusive>>,
        marker: PhantomData<RwLockWriteGuardArc<T>>,
    }
}

pin_project! {
    /// The future of [`RwLockUpgradableReadGuardArc::upgrade`].
    #[must_use = "a future does nothing unless it is awaited"]
    #[project(!Unpin)]
    pub struct UpgradeArc<T: ?Sized> {
        value: Address<T>,
        acquire: Acquire<Permit<ArcHandle<T>, Upgradable>>,
        marker: PhantomData<RwLockUpgradableReadGuardArc<T>>,
    }
}

crate::futures::future!(ReadArc<'a, T>, Ask<&'a Arc<RwLock<T>>, Shared>, RwLockReadGuardArc<T>);
crate::futures::future!(
    UpgradableReadArc<'a, T>,
    Ask<&'a Arc<RwLock<T>>, Upgradable>,
    RwLockUpgradableReadGuardArc<T>
);
crate::futures::future!(
    WriteArc<'a, T>,
    Ask<&'a Arc<RwLock<T>>, Exclusive>,
    RwLockWriteGuardArc<T>
);
crate::futures::future!(UpgradeArc<T>, Permit<ArcHandle<T>, Upgradable>, RwLockWriteGuardArc<T>);

impl<T: ?Sized> UpgradeArc<T> {
    /// Like [`Upgrade::cancel`](crate::futures::Upgrade::cancel).
    pub fn cancel(self: Pin<&mut Self>) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let this = self.project();
        let permit = this.acquire.give_up()?;
        Some(RwLockUpgradableReadGuardArc::new(*this.value, permit))
    }
}
