//! The guards: an address and a permit each. None has a `Drop`; its permit has.
//!
//! Each guard's marker decides whether it is `Send` and `Sync`, and its variance:
//!
//! | guard | marker | `Send` and `Sync` if | in `T` |
//! |---|---|---|---|
//! | read | `&'a T` | `T: Sync` | covariant |
//! | upgradable read, write | `&'a RwLock<T>` | `T: Send + Sync` | invariant |
//! | upgraded by reference | `&'a mut T` | `T: Send`, `T: Sync` | invariant |
//! | mapped read | `&'a U` | `U: Sync` | covariant |
//! | mapped write | `&'a mut U` | `U: Send`, `U: Sync` | invariant |
//! | read, on `Arc` | `Arc<T>` | `T: Send + Sync` | covariant |
//! | upgradable read, write, on `Arc` | `Arc<RwLock<T>>` | `T: Send + Sync` | invariant |
//! | mapped read, on `Arc` | `Arc<T>`, `Arc<U>` | both: `Send + Sync` | covariant |
//! | mapped write, on `Arc` | `Arc<RwLock<T>>`, `Box<RwLock<U>>` | `T: Send + Sync`, `U: Send`; to share, `U: Sync` too | invariant |
//!
//! A write guard asks for `T: Sync` too because it can be downgraded where it was sent, and then
//! be shared; the guards on `Arc` ask for `T: Send` because the value may be dropped there.
//!
//! A mapped guard has the address of a part of the value. It gives access to that and releases it,
//! and that is all, for two reasons. Made from `&mut T`, the part may be one that readers of the
//! whole can change (the inside of a `Cell`), so a mapped write guard cannot be downgraded. And a
//! writer may remove the part, so no mapped guard can let go of its access and take it again, as
//! `yield_to_waiters` does: this is why a read guard is not mapped to a read guard.
//!
//! Covariant: a read guard of what lives longer is one of what lives shorter.
//!
//! ```
//! # use any_rwlock::RwLockReadGuard;
//! fn shorten<'a, 's>(
//!     guard: RwLockReadGuard<'a, &'static str>,
//!     _: &'s str,
//! ) -> RwLockReadGuard<'a, &'s str> {
//!     guard
//! }
//! ```
//!
//! ```
//! # use any_rwlock::RwLockReadGuardArc;
//! fn shorten<'s>(
//!     guard: RwLockReadGuardArc<&'static str>,
//!     _: &'s str,
//! ) -> RwLockReadGuardArc<&'s str> {
//!     guard
//! }
//! ```
//!
//! Invariant: a guard that can write is not, or the shorter could be left behind in the lock.
//!
//! ```compile_fail
//! # use any_rwlock::RwLockUpgradableReadGuard;
//! fn shorten<'a, 's>(
//!     guard: RwLockUpgradableReadGuard<'a, &'static str>,
//!     _: &'s str,
//! ) -> RwLockUpgradableReadGuard<'a, &'s str> {
//!     guard
//! }
//! ```
//!
//! ```compile_fail
//! # use any_rwlock::RwLockWriteGuard;
//! fn shorten<'a, 's>(
//!     guard: RwLockWriteGuard<'a, &'static str>,
//!     _: &'s str,
//! ) -> RwLockWriteGuard<'a, &'s str> {
//!     guard
//! }
//! ```
//!
//! ```compile_fail
//! # use any_rwlock::RwLockUpgradedGuard;
//! fn shorten<'a, 's>(
//!     guard: RwLockUpgradedGuard<'a, &'static str>,
//!     _: &'s str,
//! ) -> RwLockUpgradedGuard<'a, &'s str> {
//!     guard
//! }
//! ```
//!
//! ```compile_fail
//! # use any_rwlock::RwLockMappedWriteGuard;
//! fn shorten<'a, 's>(
//!     guard: RwLockMappedWriteGuard<'a, &'static str>,
//!     _: &'s str,
//! ) -> RwLockMappedWriteGuard<'a, &'s str> {
//!     guard
//! }
//! ```
//!
//! ```compile_fail
//! # use any_rwlock::RwLockUpgradableReadGuardArc;
//! fn shorten<'s>(
//!     guard: RwLockUpgradableReadGuardArc<&'static str>,
//!     _: &'s str,
//! ) -> RwLockUpgradableReadGuardArc<&'s str> {
//!     guard
//! }
//! ```
//!
//! ```compile_fail
//! # use any_rwlock::RwLockWriteGuardArc;
//! fn shorten<'s>(
//!     guard: RwLockWriteGuardArc<&'static str>,
//!     _: &'s str,
//! ) -> RwLockWriteGuardArc<&'s str> {
//!     guard
//! }
//! ```

use core::ptr::NonNull;

mod mapped;
mod read;
mod upgradable;
mod upgraded;
mod write;

pub use mapped::{RwLockMappedReadGuard, RwLockMappedWriteGuard};
pub use read::RwLockReadGuard;
pub use upgradable::RwLockUpgradableReadGuard;
pub use upgraded::RwLockUpgradedGuard;
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

/// What every guard can do: be dereferenced and printed as its value.
macro_rules! guard_reads {
    (<$($param:ident),+> $guard:ty => $value:ty) => {
        impl<$($param: ?Sized),+> core::ops::Deref for $guard {
            type Target = $value;

            #[inline]
            fn deref(&self) -> &$value {
                // SAFETY: the permit keeps the lock, and with it the value, alive and writers out;
                // the reference borrows the guard.
                unsafe { self.value.as_ref() }
            }
        }

        impl<$($param: ?Sized),+> core::fmt::Debug for $guard
        where
            $value: core::fmt::Debug,
        {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&**self, f)
            }
        }

        impl<$($param: ?Sized),+> core::fmt::Display for $guard
        where
            $value: core::fmt::Display,
        {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&**self, f)
            }
        }
    };
}

/// What a guard with exclusive access can do besides.
macro_rules! guard_writes {
    (<$($param:ident),+> $guard:ty => $value:ty) => {
        impl<$($param: ?Sized),+> core::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $value {
                // SAFETY: the permit is exclusive and keeps the lock, and with it the value, alive;
                // the reference borrows the guard mutably.
                unsafe { self.value.as_mut() }
            }
        }
    };
}

/// `map` and `filter_map`, from a `$value` to a part of it.
macro_rules! guard_maps {
    (
        ($($mutable:tt)?) $value:ident => $mapped:ty;
        $(#[$map:meta])* map;
        $(#[$filter_map:meta])* filter_map;
    ) => {
        $(#[$map])*
        pub fn map<U, F>($($mutable)? this: Self, part: F) -> $mapped
        where
            U: ?Sized,
            F: FnOnce(&$($mutable)? $value) -> &$($mutable)? U,
        {
            let part = Address::new(NonNull::from(part(&$($mutable)? *this)));
            <$mapped>::new(part, this.permit)
        }

        $(#[$filter_map])*
        pub fn filter_map<U, F>($($mutable)? this: Self, part: F) -> Result<$mapped, Self>
        where
            U: ?Sized,
            F: FnOnce(&$($mutable)? $value) -> Option<&$($mutable)? U>,
        {
            match part(&$($mutable)? *this).map(|part| Address::new(NonNull::from(part))) {
                Some(part) => Ok(<$mapped>::new(part, this.permit)),
                None => Err(this),
            }
        }
    };
}

/// `has_waiters`, where it says the same as elsewhere; `$get` is how the example gets its guard.
macro_rules! guard_has_waiters {
    ($guard:ident like $twin:ident: $($get:literal)+) => {
        #[doc = concat!("Like [`", stringify!($twin), "::has_waiters`](crate::",
            stringify!($twin), "::has_waiters).")]
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::*;
        /// use futures_lite::future::{block_on, poll_once};
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new(1));
        $(#[doc = $get])+
        #[doc = concat!("assert!(!", stringify!($guard), "::has_waiters(&guard));")]
        ///
        /// let mut writer = Box::pin(lock.write());
        /// assert!(block_on(poll_once(&mut writer)).is_none());
        #[doc = concat!("assert!(", stringify!($guard), "::has_waiters(&guard));")]
        /// ```
        pub fn has_waiters(this: &Self) -> bool {
            this.permit.is_contended()
        }
    };
}

/// `yield_to_waiters_blocking`; `$get` is how the example gets its guard.
macro_rules! guard_yields_blocking {
    ($guard:ident: $get:literal) => {
        /// [`yield_to_waiters`](Self::yield_to_waiters), blocking the thread instead of a task.
        ///
        /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
        ///
        /// # Examples
        ///
        /// ```
        #[doc = concat!("use any_rwlock::{RwLock, ", stringify!($guard), "};")]
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new(1));
        #[doc = $get]
        /// // Nobody waits, so the guard comes back at once.
        #[doc = concat!("let guard = ", stringify!($guard), "::yield_to_waiters_blocking(guard);")]
        /// assert_eq!(*guard, 1);
        /// ```
        #[cfg(all(feature = "std", not(target_family = "wasm")))]
        pub fn yield_to_waiters_blocking(this: Self) -> Self {
            Self::new(this.value, crate::wait::blocking::yield_to_waiters(this.permit))
        }
    };
}

pub(crate) use {guard_has_waiters, guard_maps, guard_reads, guard_writes, guard_yields_blocking};
