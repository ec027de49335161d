//! The guards. Each is a [`RawGuard`]: the address of a value and a permit. None has a `Drop`; its permit
//! has.
//!
//! Only `claim` has unsafe code. There each marker is listed, with why it is sound; those of the guards on
//! `Arc` are in `arc/handle.rs`. The marker of a guard decides whether the guard is `Send` and `Sync`, and
//! its variance. (That of a mapped guard also names it a part.)
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
//! | mapped read, on `Arc` | `Arc<T>`, `Arc<U>`, `fn(*mut T)` | both: `Send + Sync` | invariant; covariant in `U` |
//! | mapped write, on `Arc` | `Arc<RwLock<T>>`, `Box<RwLock<U>>` | `T: Send + Sync`, `U: Send`; to share, `U: Sync` too | invariant |
//!
//! A write guard needs `T: Sync` too because it can be downgraded where it was sent, and then be
//! shared; the guards on `Arc` need `T: Send` because the value may be dropped there.
//!
//! A mapped guard has the address of a part of the value. It gives access to that part and releases
//! it, and has no other conversion, for two reasons. A part that was made from a `&mut T` may be one
//! that readers of the whole can change (the inside of a `Cell`), so a mapped write guard cannot be
//! downgraded. And a writer may remove the part, so no mapped guard can release its access and acquire
//! it again, as `yield_to_waiters` does: this is why a read guard is not mapped to a read guard.
//!
//! The closure that chooses a part may return something else, which it has captured and which lives as long as
//! the lifetimes in the types of value and part. A guard with a lifetime does not outlive those. One on `Arc` has
//! none, so its part is `'static`, and so is a part that is mapped again; and it is invariant in the value's type.
//!
//! Covariant: a read guard of a value that lives longer is also one of a value that lives shorter.
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
//! Invariant: a guard that can write is not, or a value that lives shorter could be left in the lock.
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

mod claim;

mod mapped;
mod read;
mod upgradable;
mod upgraded;
mod write;
// Last, so that the documentation of a guard shows first what needs no thread.
#[cfg(all(feature = "std", not(target_family = "wasm")))]
pub(crate) mod blocking;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use claim::PartOf;
pub(crate) use claim::{Claim, Marker, Part, RawGuard, Whole};
pub use mapped::{RwLockMappedReadGuard, RwLockMappedWriteGuard};
pub use read::RwLockReadGuard;
pub use upgradable::RwLockUpgradableReadGuard;
pub use upgraded::RwLockUpgradedGuard;
pub use write::RwLockWriteGuard;

/// What every guard has: it is dereferenced to its value, and shown as its value.
macro_rules! guard_reads {
    (<$($param:ident),+> $guard:ty => $value:ty) => {
        impl<$($param: ?Sized),+> core::ops::Deref for $guard {
            type Target = $value;

            #[inline]
            fn deref(&self) -> &$value {
                self.raw.value()
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

/// What a guard with exclusive access has besides.
macro_rules! guard_writes {
    (<$($param:ident),+> $guard:ty => $value:ty) => {
        impl<$($param: ?Sized),+> core::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $value {
                self.raw.value_mut()
            }
        }
    };
}

/// `has_waiters`, where it says the same as elsewhere; `$get` is how the example gets its guard.
macro_rules! guard_has_waiters {
    ($guard:ident like $twin:ident: $($get:literal)+) => {
        /// Returns whether any waiter waits for this guard to be dropped, like
        #[doc = concat!("[`", stringify!($twin), "::has_waiters`](crate::",
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
            this.raw.is_contended()
        }
    };
}

pub(crate) use {guard_has_waiters, guard_reads, guard_writes};
