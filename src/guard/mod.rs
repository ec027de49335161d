//! The guards: an address and a permit each. None has a `Drop`; its permit has.
//!
//! Each guard's marker decides whether it is `Send` and `Sync`, and its variance:
//!
//! | guard | marker | `Send` and `Sync` if | in `T` |
//! |---|---|---|---|
//! | read | `&'a T` | `T: Sync` | covariant |
//! | upgradable read, write | `&'a RwLock<T>` | `T: Send + Sync` | invariant |
//! | read, on `Arc` | `Arc<T>` | `T: Send + Sync` | covariant |
//! | upgradable read, write, on `Arc` | `Arc<RwLock<T>>` | `T: Send + Sync` | invariant |
//!
//! A write guard asks for `T: Sync` too because it can be downgraded where it was sent, and then
//! be shared; the guards on `Arc` ask for `T: Send` because the value may be dropped there.

use core::ptr::NonNull;

mod read;
mod upgradable;
mod write;

pub use read::RwLockReadGuard;
pub use upgradable::RwLockUpgradableReadGuard;
pub use write::RwLockWriteGuard;

/// Where a value is. Covariant, and free to move between threads; what may be done with the value
/// there is decided by the marker of the guard that has the address.
pub(crate) struct Address<T: ?Sized>(NonNull<T>);

impl<T: ?Sized> Address<T> {
    pub(crate) fn new(value: NonNull<T>) -> Address<T> {
        Address(value)
    }

    pub(crate) fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// # Safety
    ///
    /// For as long as the reference lives, the value does, and nobody writes to it.
    #[inline]
    pub(crate) unsafe fn as_ref<'a>(self) -> &'a T {
        // SAFETY: by the caller's promise.
        unsafe { &*self.as_ptr() }
    }

    /// # Safety
    ///
    /// For as long as the reference lives, the value does, and nobody else has access to it.
    #[inline]
    pub(crate) unsafe fn as_mut<'a>(self) -> &'a mut T {
        // SAFETY: by the caller's promise.
        unsafe { &mut *self.as_ptr() }
    }
}

impl<T: ?Sized> Clone for Address<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Address<T> {}

impl<T: ?Sized> core::fmt::Debug for Address<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Pointer::fmt(&self.0, f)
    }
}

// SAFETY: an address gives no access. `as_ref` and `as_mut` leave the proof to their callers, the
// guards, and whether a guard may be on another thread is derived from its marker.
unsafe impl<T: ?Sized> Send for Address<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized> Sync for Address<T> {}

/// What every guard can do: be dereferenced and printed as its value, a `T`.
macro_rules! guard_reads {
    ($guard:ty) => {
        impl<T: ?Sized> core::ops::Deref for $guard {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                // SAFETY: the permit keeps the lock, and with it the value, alive and writers out;
                // the reference borrows the guard.
                unsafe { self.value.as_ref() }
            }
        }

        impl<T: ?Sized + core::fmt::Debug> core::fmt::Debug for $guard {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&**self, f)
            }
        }

        impl<T: ?Sized + core::fmt::Display> core::fmt::Display for $guard {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&**self, f)
            }
        }
    };
}

/// What a guard with exclusive access can do besides.
macro_rules! guard_writes {
    ($guard:ty) => {
        impl<T: ?Sized> core::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                // SAFETY: the permit is exclusive and keeps the lock, and with it the value, alive;
                // the reference borrows the guard mutably.
                unsafe { self.value.as_mut() }
            }
        }
    };
}

pub(crate) use {guard_reads, guard_writes};
