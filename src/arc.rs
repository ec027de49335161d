//! All that needs `Arc`: guards and futures that keep the lock alive, and the methods that make them.

use alloc::sync::Arc;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::guard::Address;
use crate::permit::{Acquirable, Handle, Permit};
use crate::raw::RawRwLock;
use crate::wait::request::{LockRequest, Request, Target};
use crate::RwLock;

pub(crate) mod futures;
mod guards;
mod mapped;
mod methods;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod timed;

pub use guards::{RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
pub use mapped::{RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc};

/// One count of an `Arc<RwLock<T>>`, covariant in `T` and free to move between threads: as with an
/// [`Address`], the marker of the guard that has it decides about both.
#[derive(Debug)]
pub(crate) struct ArcHandle<T: ?Sized> {
    /// The address of the `RwLock<T>`, from `Arc::into_raw`, in the guise of an address of a `T`:
    /// a pointer to `RwLock<T>` would be invariant. Never dereferenced as a `T`.
    lock: Address<T>,
}

impl<T: ?Sized> ArcHandle<T> {
    fn new(lock: Arc<RwLock<T>>) -> ArcHandle<T> {
        let lock = Arc::into_raw(lock) as *mut T;
        // SAFETY: `Arc::into_raw` never returns null.
        ArcHandle { lock: Address::new(unsafe { NonNull::new_unchecked(lock) }) }
    }

    /// # Safety
    ///
    /// The lock was made as an `RwLock<T>`: `T` has not been narrowed by covariance since.
    unsafe fn to_arc(&self) -> Arc<RwLock<T>> {
        // SAFETY: from `Arc::into_raw`, of this very type; the count that is given to the new `Arc`
        // is the clone's.
        unsafe { Arc::from_raw(self.clone().into_ptr()) }
    }

    fn into_ptr(self) -> *const RwLock<T> {
        ManuallyDrop::new(self).as_ptr()
    }

    fn as_ptr(&self) -> *const RwLock<T> {
        self.lock.as_ptr() as *const RwLock<T>
    }

    fn lock(&self) -> &RwLock<T> {
        // SAFETY: from `Arc::into_raw`, and this handle's count keeps the lock alive.
        unsafe { &*self.as_ptr() }
    }
}

impl<T: ?Sized> Clone for ArcHandle<T> {
    fn clone(&self) -> ArcHandle<T> {
        // SAFETY: from `Arc::into_raw`, and this handle's count keeps the lock alive. The clone has
        // the new count.
        unsafe { Arc::increment_strong_count(self.as_ptr()) };
        ArcHandle { lock: self.lock }
    }
}

impl<T: ?Sized> Handle for ArcHandle<T> {
    #[inline]
    fn raw(&self) -> &RawRwLock {
        &self.lock().raw
    }
}

impl<T: ?Sized> Drop for ArcHandle<T> {
    fn drop(&mut self) {
        // SAFETY: from `Arc::into_raw`, and this handle's count is given back once, here.
        drop(unsafe { Arc::from_raw(self.as_ptr()) });
    }
}

impl<T: ?Sized, A: Acquirable> Request for LockRequest<&Arc<RwLock<T>>, A> {
    type Permit = Permit<ArcHandle<T>, A::Mode>;

    #[inline]
    fn target(&self) -> Target<'_> {
        Target::new(&self.handle().raw, A::ACCESS)
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise an access of `A`'s mode was acquired; a request is granted once.
        unsafe { Permit::new(ArcHandle::new(Arc::clone(self.handle()))) }
    }
}

fn ask<T: ?Sized, E: Acquirable>(lock: &Arc<RwLock<T>>) -> LockRequest<&Arc<RwLock<T>>, E> {
    LockRequest::new(lock)
}
