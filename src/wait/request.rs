//! What is asked for, and what is made of it.

use core::marker::PhantomData;

use crate::permit::{Acquirable, Exclusive, Handle, Permit, Upgradable, UpgradeRequest, Upgraded};
use crate::raw::RawRwLock;
use crate::state::{Access, Priority, Registration};

/// What an [`Acquire`](crate::wait::Acquire) asks for, and what it makes of it.
pub(crate) trait Request: Sized {
    const ACCESS: Access;
    /// For the lock that was asked, which it keeps alive as the request did.
    type Permit;

    fn raw(&self) -> &RawRwLock;

    /// Takes the access if that takes one read-modify-write and concerns nobody else.
    fn acquire_fast(&self) -> bool;

    /// # Safety
    ///
    /// [`Self::ACCESS`] was taken of this lock, for this request.
    unsafe fn grant(self) -> Self::Permit;

    /// Grants the request if that takes one read-modify-write and concerns nobody else.
    #[inline]
    fn grant_fast(self) -> Result<Self::Permit, Self> {
        if self.acquire_fast() {
            // SAFETY: the access was taken just now, and the request is moved.
            Ok(unsafe { self.grant() })
        } else {
            Err(self)
        }
    }

    /// Grants the request now, or returns it. Takes what is free, whoever's turn it is.
    #[inline]
    fn try_grant(self) -> Result<Self::Permit, Self> {
        let request = match self.grant_fast() {
            Err(request) => request,
            granted => return granted,
        };
        if request.raw().acquire(Self::ACCESS, Priority::Barging, Registration::New).is_ok() {
            // SAFETY: as above.
            Ok(unsafe { request.grant() })
        } else {
            Err(request)
        }
    }
}

/// Asks to come in by `E`, into the lock at the other end of `H`.
#[derive(Debug)]
pub(crate) struct LockRequest<H, E>(H, PhantomData<E>);

impl<H, E> LockRequest<H, E> {
    pub(crate) fn new(handle: H) -> LockRequest<H, E> {
        LockRequest(handle, PhantomData)
    }

    #[cfg(target_has_atomic = "ptr")]
    pub(crate) fn handle(&self) -> &H {
        &self.0
    }
}

impl<H: Handle, E: Acquirable> Request for LockRequest<H, E> {
    const ACCESS: Access = E::ACCESS;
    type Permit = Permit<H, E::Mode>;

    fn raw(&self) -> &RawRwLock {
        self.0.raw()
    }

    #[inline]
    fn acquire_fast(&self) -> bool {
        E::acquire_fast(self.0.raw())
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise, and a request is granted once.
        unsafe { Permit::new(self.0) }
    }
}

/// An upgradable permit asks for exclusive access in exchange for itself.
impl<H: Handle> Request for Permit<H, Upgradable> {
    const ACCESS: Access = Access::Upgrade;
    type Permit = Permit<H, Exclusive>;

    fn raw(&self) -> &RawRwLock {
        Permit::raw(self)
    }

    #[inline]
    fn acquire_fast(&self) -> bool {
        Permit::raw(self).acquire(Access::Upgrade, Priority::Arriving, Registration::New).is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}

/// A borrowed upgradable permit asks for exclusive access while it is borrowed.
impl<'a> Request for UpgradeRequest<'a> {
    const ACCESS: Access = Access::Upgrade;
    type Permit = Permit<&'a RawRwLock, Upgraded>;

    fn raw(&self) -> &RawRwLock {
        UpgradeRequest::raw(self)
    }

    #[inline]
    fn acquire_fast(&self) -> bool {
        UpgradeRequest::raw(self)
            .acquire(Access::Upgrade, Priority::Arriving, Registration::New)
            .is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}
