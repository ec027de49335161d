#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{ShardedWrite, ShardedWriteArc, ShardedYieldWrite, ShardedYieldWriteArc};
use super::guard::{guard, guard_rwlock};
use super::handle::{ShardedArcHandle, ShardedHandle};
use super::{
    ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockReadGuardArc,
    ShardedRwLockUpgradableReadGuard, ShardedRwLockUpgradableReadGuardArc,
};
use crate::guard::{guard_reads, guard_writes, RawGuard};
use crate::permit::Exclusive;

/// Exclusive access.
impl<T: ?Sized> ShardedRwLock<T> {
    /// Acquires exclusive access, like [`RwLock::write`](crate::RwLock::write).
    ///
    /// Waits while there is any other access, behind writers that came before, and behind readers whose
    /// [turn](crate::RwLock#who-goes-next) it is. From its first poll on, later readers wait behind it. That poll
    /// [collects](ShardedRwLock#how-it-works).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety). If the future is dropped, later reads are slower for a while.
    ///
    /// # Panics
    ///
    /// If [too many writers](crate::RwLock#panics) wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = ShardedRwLock::new(1);
    /// let mut writer = lock.write().await;
    /// *writer += 1;
    /// assert!(lock.try_read().is_none());
    /// # drop(writer);
    /// # assert_eq!(lock.into_inner(), 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write(&self) -> ShardedWrite<'_, T> {
        ShardedWrite { raw: self.request().wait() }
    }

    /// Attempts to acquire exclusive access without waiting, like
    /// [`RwLock::try_write`](crate::RwLock::try_write).
    ///
    /// Returns `None` while there is any other access, and while an attempt to read is being refused
    /// on another thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// *lock.try_write().unwrap() += 1;
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_write().is_none());
    /// assert_eq!(*reader, 2);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write(&self) -> Option<ShardedRwLockWriteGuard<'_, T>> {
        Some(ShardedRwLockWriteGuard { raw: self.request::<Exclusive, _>().try_grant().ok()? })
    }

    /// Acquires exclusive access like [`write`](Self::write), with a future and a guard that keep the lock alive.
    ///
    /// The future borrows nothing, so it is `'static` if `T` is.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// *tokio::spawn(lock.write_arc()).await.unwrap() = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_arc(self: &Arc<Self>) -> ShardedWriteArc<T> {
        ShardedWriteArc { raw: Arc::clone(self).request_owned().wait() }
    }

    /// Attempts to acquire exclusive access like [`try_write`](Self::try_write), with a guard that keeps the
    /// lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// *lock.try_write_arc().unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), 2);
    /// ```
    #[doc(alias = "try_write_owned")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_arc(self: &Arc<Self>) -> Option<ShardedRwLockWriteGuardArc<T>> {
        let request = Arc::clone(self).request_owned::<Exclusive, _>();
        Some(ShardedRwLockWriteGuardArc { raw: request.try_grant().ok()? })
    }

    /// Acquires exclusive access like [`write`](Self::write), taking the `Arc`, like
    /// [`RwLock::write_owned`](crate::RwLock::write_owned).
    ///
    /// The future is that of [`write_arc`](Self::write_arc).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// *tokio::spawn(Arc::clone(&lock).write_owned()).await.unwrap() = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_owned(self: Arc<Self>) -> ShardedWriteArc<T> {
        ShardedWriteArc { raw: self.request_owned().wait() }
    }
}

/// Exclusive access to the value of a [`ShardedRwLock`], released on drop.
///
/// From [`write`](ShardedRwLock::write), its `try_` and `_blocking` variants, and the upgrades. Invariant in `T`;
/// `Send` and `Sync` if `T: Send + Sync`, since it may be downgraded, and then shared, wherever it was sent.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockWriteGuard<'a, T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedHandle<'a>, Exclusive, &'a ShardedRwLock<T>>,
}

/// A [`ShardedRwLockWriteGuard`] that keeps the lock alive.
///
/// From [`write_arc`](ShardedRwLock::write_arc), its `try_`, `_owned` and `_blocking` variants, and the upgrades.
/// Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockWriteGuardArc<T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedArcHandle<T>, Exclusive, Arc<ShardedRwLock<T>>>,
}

/// The methods of a write guard. `$get` is how the examples get one.
macro_rules! write_guard {
    (<$($lifetime:lifetime,)? T> $guard:ident, $read:ident, $upgradable:ident: $get:literal) => {
        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> $guard<$($lifetime,)? T> {
            /// Turns the guard into a read guard, and lets in the readers that wait, like
            /// [`RwLockWriteGuard::downgrade`](crate::RwLockWriteGuard::downgrade).
            ///
            /// Never waits. There is no write in between.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let mut guard = ", $get, ";")]
            /// *guard = 2;
            #[doc = concat!("let reader = ", stringify!($guard), "::downgrade(guard);")]
            /// assert_eq!(*lock.try_read().unwrap(), *reader);
            /// ```
            #[inline]
            pub fn downgrade(this: Self) -> $read<$($lifetime,)? T> {
                $read { raw: this.raw.downgrade() }
            }

            /// Turns the guard into an upgradable read guard, and lets in the plain readers that wait, like
            /// [`RwLockWriteGuard::downgrade_to_upgradable`](crate::RwLockWriteGuard::downgrade_to_upgradable).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let upgradable = ", stringify!($guard), "::downgrade_to_upgradable(guard);")]
            /// assert_eq!(*lock.try_read().unwrap(), *upgradable);
            /// ```
            #[inline]
            pub fn downgrade_to_upgradable(this: Self) -> $upgradable<$($lifetime,)? T> {
                $upgradable { raw: this.raw.downgrade_to_upgradable() }
            }
        }
    };
}

write_guard! {
    <'a, T> ShardedRwLockWriteGuard, ShardedRwLockReadGuard, ShardedRwLockUpgradableReadGuard:
    "lock.try_write().unwrap()"
}
write_guard! {
    <T> ShardedRwLockWriteGuardArc, ShardedRwLockReadGuardArc,
    ShardedRwLockUpgradableReadGuardArc:
    "lock.try_write_arc().unwrap()"
}
guard! {
    <'a, T> ShardedRwLockWriteGuard yields by ShardedYieldWrite: "lock.try_write().unwrap()"
}
guard_writes!(<T> ShardedRwLockWriteGuard<'_, T> => T);
guard! {
    <T> ShardedRwLockWriteGuardArc yields by ShardedYieldWriteArc: "lock.try_write_arc().unwrap()"
}
guard_writes!(<T> ShardedRwLockWriteGuardArc<T> => T);

guard_reads!(<T> ShardedRwLockWriteGuard<'_, T> => T);
guard_reads!(<T> ShardedRwLockWriteGuardArc<T> => T);
guard_rwlock!(<T> ShardedRwLockWriteGuardArc: "lock.try_write_arc().unwrap()");
