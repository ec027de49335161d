//! What is asked for, and what is made of it.

use core::marker::PhantomData;

use crate::permit::{Entry, Exclusive, Handle, Loan, Permit, Upgradable, Upgraded};
use crate::raw::RawRwLock;
use crate::state::{Access, Right, Standing};

/// What an [`Acquire`](crate::acquire::Acquire) asks for, and what it makes of it.
pub(crate) trait Request: Sized {
    const ACCESS: Access;
    type Permit;

    fn raw(&self) -> &RawRwLock;

    /// Takes the access if that takes one read-modify-write and concerns nobody else.
    fn take_at_once(&self) -> bool;

    /// # Safety
    ///
    /// [`Self::ACCESS`] was taken of this lock, for this request.
    unsafe fn grant(self) -> Self::Permit;

    /// Grants the request if that takes one read-modify-write and concerns nobody else.
    #[inline]
    fn grant_at_once(self) -> Result<Self::Permit, Self> {
        if self.take_at_once() {
            // SAFETY: the access was taken just now, and the request is moved.
            Ok(unsafe { self.grant() })
        } else {
            Err(self)
        }
    }

    /// Grants the request now, or returns it. Takes what is free, whoever's turn it is.
    #[inline]
    fn try_grant(self) -> Result<Self::Permit, Self> {
        let request = match self.grant_at_once() {
            Err(request) => request,
            granted => return granted,
        };
        if request.raw().take(Self::ACCESS, Right::Patient, Standing::New).is_ok() {
            // SAFETY: as above.
            Ok(unsafe { request.grant() })
        } else {
            Err(request)
        }
    }
}

/// Asks to come in by `E`, into the lock at the other end of `H`.
#[derive(Debug)]
pub(crate) struct Ask<H, E>(H, PhantomData<E>);

impl<H, E> Ask<H, E> {
    pub(crate) fn new(handle: H) -> Ask<H, E> {
        Ask(handle, PhantomData)
    }

    #[cfg(target_has_atomic = "ptr")]
    pub(crate) fn handle(&self) -> &H {
        &self.0
    }
}

impl<H: Handle, E: Entry> Request for Ask<H, E> {
    const ACCESS: Access = E::ACCESS;
    type Permit = Permit<H, E::Mode>;

    fn raw(&self) -> &RawRwLock {
        self.0.raw()
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        E::take_at_once(self.0.raw())
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
    fn take_at_once(&self) -> bool {
        Permit::raw(self).take(Access::Upgrade, Right::Arrival, Standing::New).is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}

/// A borrowed upgradable permit asks for exclusive access while it is borrowed.
impl<'a> Request for Loan<'a> {
    const ACCESS: Access = Access::Upgrade;
    type Permit = Permit<&'a RawRwLock, Upgraded>;

    fn raw(&self) -> &RawRwLock {
        Loan::raw(self)
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        Loan::raw(self).take(Access::Upgrade, Right::Arrival, Standing::New).is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}
