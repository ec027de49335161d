//! The guards of a part of a sharded lock's value. From the type of one on `Arc` no lifetime vanishes, as from
//! those of `RwLock`; more such programs are there.
//!
//! ```
//! use any_rwlock::{ShardedRwLock, ShardedRwLockMappedReadGuardArc, ShardedRwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep(captured: &'static String) -> ShardedRwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(ShardedRwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let unit = ShardedRwLockReadGuardArc::map(guard, |_| -> &&'static () { &&() });
//!     ShardedRwLockMappedReadGuardArc::map(unit, move |_: &&'static ()| captured)
//! }
//! ```
//!
//! ```compile_fail,E0521
//! use any_rwlock::{ShardedRwLock, ShardedRwLockMappedReadGuardArc, ShardedRwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep<'t>(captured: &'t String) -> ShardedRwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(ShardedRwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let unit = ShardedRwLockReadGuardArc::map(guard, |_| -> &&'t () { &&() });
//!     ShardedRwLockMappedReadGuardArc::map(unit, move |_: &&'t ()| captured)
//! }
//! ```
#![forbid(unsafe_code)]

use super::guard::guard_rwlock;
use super::handle::{ExclusivePart, ShardedArcHandle, ShardedHandle, SharedPart};
use super::{
    ShardedRwLockReadGuard, ShardedRwLockReadGuardArc, ShardedRwLockWriteGuard,
    ShardedRwLockWriteGuardArc,
};
use crate::guard::{guard_reads, guard_writes, Part, RawGuard};
use crate::permit::{Exclusive, Shared};

/// Shared access to a part of the value of a [`ShardedRwLock`](crate::ShardedRwLock), released on drop.
///
/// From [`ShardedRwLockReadGuard::map`] and `filter_map`, and [`ShardedRwLockWriteGuard::downgrade_map`]. Covariant in
/// `U`; `Send` and `Sync` if `U: Sync`. Like [`RwLockMappedReadGuard`](crate::RwLockMappedReadGuard).
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockMappedReadGuard<'a, U: ?Sized> {
    raw: RawGuard<U, ShardedHandle<'a>, Shared, (Part, &'a U)>,
}

/// A [`ShardedRwLockMappedReadGuard`] that keeps the lock alive: access to a `U` in the value of a `ShardedRwLock<T>`.
///
/// From [`ShardedRwLockReadGuardArc::map`] and `filter_map`, and [`ShardedRwLockWriteGuardArc::downgrade_map`].
/// Invariant in `T` and covariant in `U`; `Send` and `Sync` if both are `Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockMappedReadGuardArc<T: ?Sized, U: ?Sized> {
    raw: RawGuard<U, ShardedArcHandle<T>, Shared, SharedPart<T, U>>,
}

/// Exclusive access to a part of the value of a [`ShardedRwLock`](crate::ShardedRwLock), released on drop.
///
/// From [`ShardedRwLockWriteGuard::map`] and `filter_map`. Invariant in `U`; `Send` and `Sync` if `U` is. Like
/// [`RwLockMappedWriteGuard`](crate::RwLockMappedWriteGuard), it cannot be downgraded.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockMappedWriteGuard<'a, U: ?Sized> {
    raw: RawGuard<U, ShardedHandle<'a>, Exclusive, (Part, &'a mut U)>,
}

/// A [`ShardedRwLockMappedWriteGuard`] that keeps the lock alive: access to a `U` in the value of a `ShardedRwLock<T>`.
///
/// From [`ShardedRwLockWriteGuardArc::map`] and `filter_map`. Invariant in both; `Send` if `T: Send + Sync` and
/// `U: Send`, `Sync` if `U: Sync` too.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockMappedWriteGuardArc<T: ?Sized, U: ?Sized> {
    raw: RawGuard<U, ShardedArcHandle<T>, Exclusive, ExclusivePart<T, U>>,
}

/// Why a part is `'static`.
macro_rules! borrows_nothing {
    ($static:lifetime) => {
        concat!(
            "\nThe part's type borrows nothing (`V: ",
            stringify!($static),
            "`), because the guard has no lifetime that would keep it from outliving what `part` returns."
        )
    };
}

/// A pair of methods of `$guard`, which has access to a `$value`: `$map` narrows it to a part, and `$filter_map` to a
/// part that there may be. `$get` is how the examples get a guard. The part of a guard without a lifetime is
/// `$static`, and so is what has been a part before (`$part`).
macro_rules! maps {
    (
        $(#[$attribute:meta])* <$($lifetime:lifetime,)? $($param:ident),+>
        $guard:ident $full:ty, $value:ident $(: $part:lifetime)? =>
        $mapped:ident<$owner:tt> $(: $static:lifetime)?,
        ($($mutable:tt)*) $map:ident, $filter_map:ident by $raw_map:ident, $raw_filter_map:ident,
        like $like:literal: $get:literal
    ) => {
        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? $($param: ?Sized),+> $full {
            #[doc = concat!("Narrows the guard to a part of the value, like [`", $like, "::",
                stringify!($map), "`](crate::", $like, "::", stringify!($map), ").")]
            $(#[doc = borrows_nothing!($static)])?
            ///
            /// # Panics
            ///
            /// If `part` panics; the access is released.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new((1, vec![2, 3])));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let part = ", stringify!($guard), "::", stringify!($map),
                "(guard, |value| value);")]
            /// # drop(part);
            /// ```
            pub fn $map<V, F>(this: Self, part: F) -> $mapped<$owner, V>
            where
                $($value: $part,)?
                V: ?Sized $(+ $static)?,
                F: FnOnce(& $($mutable)* $value) -> & $($mutable)* V,
            {
                $mapped { raw: this.raw.$raw_map(part) }
            }

            #[doc = concat!("Narrows the guard to a part that the value may have, like [`", $like, "::",
                stringify!($filter_map), "`](crate::", $like, "::", stringify!($filter_map), ").")]
            $(#[doc = borrows_nothing!($static)])?
            ///
            /// # Panics
            ///
            /// If `part` panics; the access is released.
            ///
            /// # Errors
            ///
            /// Returns the guard if `part` returns `None`.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new((1, vec![2, 3])));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let guard = ", stringify!($guard), "::", stringify!($filter_map),
                "::<(), _>(guard, |_| None).unwrap_err();")]
            /// # drop(guard);
            /// ```
            pub fn $filter_map<V, F>(this: Self, part: F) -> Result<$mapped<$owner, V>, Self>
            where
                $($value: $part,)?
                V: ?Sized $(+ $static)?,
                F: FnOnce(& $($mutable)* $value) -> Option<& $($mutable)* V>,
            {
                match this.raw.$raw_filter_map(part) {
                    Ok(raw) => Ok($mapped { raw }),
                    Err(raw) => Err(Self { raw }),
                }
            }
        }
    };
}

maps! {
    <'a, T> ShardedRwLockReadGuard ShardedRwLockReadGuard<'a, T>, T =>
    ShardedRwLockMappedReadGuard<'a>, () map, filter_map by map, filter_map,
    like "RwLockReadGuard": "lock.try_read().unwrap()"
}
maps! {
    <T> ShardedRwLockReadGuardArc ShardedRwLockReadGuardArc<T>, T =>
    ShardedRwLockMappedReadGuardArc<T>: 'static, () map, filter_map by map, filter_map,
    like "RwLockReadGuard": "lock.try_read_arc().unwrap()"
}
maps! {
    <'a, T> ShardedRwLockWriteGuard ShardedRwLockWriteGuard<'a, T>, T =>
    ShardedRwLockMappedWriteGuard<'a>, (mut) map, filter_map by map_mut, filter_map_mut,
    like "RwLockWriteGuard": "lock.try_write().unwrap()"
}
maps! {
    <T> ShardedRwLockWriteGuardArc ShardedRwLockWriteGuardArc<T>, T =>
    ShardedRwLockMappedWriteGuardArc<T>: 'static, (mut) map, filter_map by map_mut, filter_map_mut,
    like "RwLockWriteGuard": "lock.try_write_arc().unwrap()"
}
maps! {
    <'a, T> ShardedRwLockWriteGuard ShardedRwLockWriteGuard<'a, T>, T =>
    ShardedRwLockMappedReadGuard<'a>, () downgrade_map, downgrade_filter_map
    by downgrade_map, downgrade_filter_map,
    like "RwLockWriteGuard": "lock.try_write().unwrap()"
}
maps! {
    <T> ShardedRwLockWriteGuardArc ShardedRwLockWriteGuardArc<T>, T =>
    ShardedRwLockMappedReadGuardArc<T>: 'static, () downgrade_map, downgrade_filter_map
    by downgrade_map, downgrade_filter_map,
    like "RwLockWriteGuard": "lock.try_write_arc().unwrap()"
}
maps! {
    <'a, U> ShardedRwLockMappedReadGuard ShardedRwLockMappedReadGuard<'a, U>, U =>
    ShardedRwLockMappedReadGuard<'a>, () map, filter_map by map, filter_map,
    like "RwLockMappedReadGuard":
    "ShardedRwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.1)"
}
maps! {
    <T, U> ShardedRwLockMappedReadGuardArc ShardedRwLockMappedReadGuardArc<T, U>, U: 'static =>
    ShardedRwLockMappedReadGuardArc<T>: 'static, () map, filter_map by map, filter_map,
    like "RwLockMappedReadGuard":
    "ShardedRwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1)"
}
maps! {
    <'a, U> ShardedRwLockMappedWriteGuard ShardedRwLockMappedWriteGuard<'a, U>, U =>
    ShardedRwLockMappedWriteGuard<'a>, (mut) map, filter_map by map_mut, filter_map_mut,
    like "RwLockMappedWriteGuard":
    "ShardedRwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.1)"
}
maps! {
    <T, U> ShardedRwLockMappedWriteGuardArc ShardedRwLockMappedWriteGuardArc<T, U>, U: 'static =>
    ShardedRwLockMappedWriteGuardArc<T>: 'static, (mut) map, filter_map by map_mut, filter_map_mut,
    like "RwLockMappedWriteGuard":
    "ShardedRwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.1)"
}

/// What mapped guards have beside that; those that read also have `clone`.
macro_rules! mapped_guard {
    (<$($param:ident),+> $guard:ty, clones) => {
        impl<$($param: ?Sized),+> $guard {
            /// Acquires shared access once more and returns another guard, like
            /// [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
            ///
            /// # Panics
            ///
            /// If there are [too many readers](crate::RwLock#panics).
            #[inline]
            #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn clone(this: &Self) -> Self {
                Self { raw: this.raw.share() }
            }
        }

        mapped_guard!(<$($param),+> $guard);
    };
    (<$($param:ident),+> $guard:ty, writes) => {
        guard_writes!(<$($param),+> $guard => U);
        mapped_guard!(<$($param),+> $guard);
    };
    (<$($param:ident),+> $guard:ty) => {
        guard_reads!(<$($param),+> $guard => U);

        impl<$($param: ?Sized),+> $guard {
            /// Returns whether any waiter waits for this guard to be dropped, like the method of this name of the
            /// guard of the whole value.
            pub fn has_waiters(this: &Self) -> bool {
                this.raw.is_contended()
            }
        }
    };
}

mapped_guard!(<U> ShardedRwLockMappedReadGuard<'_, U>, clones);
mapped_guard!(<T, U> ShardedRwLockMappedReadGuardArc<T, U>, clones);
mapped_guard!(<U> ShardedRwLockMappedWriteGuard<'_, U>, writes);
mapped_guard!(<T, U> ShardedRwLockMappedWriteGuardArc<T, U>, writes);
guard_rwlock! {
    <T, U> ShardedRwLockMappedWriteGuardArc:
    "ShardedRwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |value| value)"
}
