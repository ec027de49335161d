#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{
    ShardedUpgradableRead, ShardedUpgradableReadArc, ShardedUpgrade, ShardedUpgradeArc,
    ShardedYieldUpgradableRead, ShardedYieldUpgradableReadArc,
};
use super::guard::{guard, guard_rwlock};
use super::handle::{ShardedArcHandle, ShardedHandle};
use super::{
    ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockReadGuardArc, ShardedRwLockWriteGuard,
    ShardedRwLockWriteGuardArc,
};
use crate::futures::ShardedUpgradeRef;
use crate::guard::{guard_reads, RawGuard};
use crate::permit::Upgradable;
use crate::RwLockUpgradedGuard;

/// Shared access that may become exclusive.
impl<T: ?Sized> ShardedRwLock<T> {
    /// Acquires shared access, beside plain readers, that may
    /// [become](ShardedRwLockUpgradableReadGuard::upgrade) exclusive, like
    /// [`RwLock::upgradable_read`](crate::RwLock::upgradable_read).
    ///
    /// The reader is counted in the word; only its upgrade [collects](ShardedRwLock#how-it-works).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{ShardedRwLock, ShardedRwLockUpgradableReadGuard};
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = ShardedRwLock::new(None);
    /// let cached = lock.upgradable_read().await;
    /// if cached.is_none() {
    ///     let mut cached = ShardedRwLockUpgradableReadGuard::upgrade(cached).await;
    ///     *cached = Some("made once");
    /// }
    /// assert_eq!(*lock.read().await, Some("made once"));
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read(&self) -> ShardedUpgradableRead<'_, T> {
        ShardedUpgradableRead { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access that may become exclusive, without waiting, like
    /// [`RwLock::try_upgradable_read`](crate::RwLock::try_upgradable_read).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert!(lock.try_upgradable_read().is_none());
    /// assert!(lock.try_read().is_some());
    /// # drop(upgradable);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read(&self) -> Option<ShardedRwLockUpgradableReadGuard<'_, T>> {
        let raw = self.request::<Upgradable, _>().try_grant().ok()?;
        Some(ShardedRwLockUpgradableReadGuard { raw })
    }

    /// Acquires access like [`upgradable_read`](Self::upgradable_read), with a future and a guard that keep the
    /// lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc().await;
    /// drop(lock);
    /// assert_eq!(*upgradable, 1);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_arc(self: &Arc<Self>) -> ShardedUpgradableReadArc<T> {
        ShardedUpgradableReadArc { raw: Arc::clone(self).request_owned().wait() }
    }

    /// Attempts to acquire access like [`try_upgradable_read`](Self::try_upgradable_read), with a guard that
    /// keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// assert_eq!(*lock.try_upgradable_read_arc().unwrap(), 1);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_arc(
        self: &Arc<Self>,
    ) -> Option<ShardedRwLockUpgradableReadGuardArc<T>> {
        let raw = Arc::clone(self).request_owned::<Upgradable, _>().try_grant().ok()?;
        Some(ShardedRwLockUpgradableReadGuardArc { raw })
    }

    /// Acquires access like [`upgradable_read`](Self::upgradable_read), taking the `Arc`, like
    /// [`RwLock::upgradable_read_owned`](crate::RwLock::upgradable_read_owned).
    ///
    /// The future is that of [`upgradable_read_arc`](Self::upgradable_read_arc).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{ShardedRwLock, ShardedRwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let upgradable = tokio::spawn(Arc::clone(&lock).upgradable_read_owned()).await.unwrap();
    /// *tokio::spawn(ShardedRwLockUpgradableReadGuardArc::upgrade(upgradable)).await.unwrap() = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_owned(self: Arc<Self>) -> ShardedUpgradableReadArc<T> {
        ShardedUpgradableReadArc { raw: self.request_owned().wait() }
    }
}

/// Shared access to the value of a [`ShardedRwLock`], upgradable to exclusive access and released on drop.
///
/// One such guard exists at a time, beside any number of read guards. From
/// [`upgradable_read`](ShardedRwLock::upgradable_read), its `try_` and `_blocking` variants, and
/// [`ShardedRwLockWriteGuard::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockUpgradableReadGuard<'a, T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedHandle<'a>, Upgradable, &'a ShardedRwLock<T>>,
}

/// A [`ShardedRwLockUpgradableReadGuard`] that keeps the lock alive.
///
/// From [`upgradable_read_arc`](ShardedRwLock::upgradable_read_arc), its `try_`, `_owned` and `_blocking` variants,
/// and [`ShardedRwLockWriteGuardArc::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockUpgradableReadGuardArc<T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedArcHandle<T>, Upgradable, Arc<ShardedRwLock<T>>>,
}

/// The methods of an upgradable read guard. `$get` is how the examples get one.
macro_rules! upgradable_guard {
    (
        <$($lifetime:lifetime,)? T> $guard:ident, $read:ident, $write:ident,
        $upgrade:ident: $get:literal
    ) => {
        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> $guard<$($lifetime,)? T> {
            /// Turns the guard into a plain read guard, and lets the next upgradable reader in, like
            /// [`RwLockUpgradableReadGuard::downgrade`](crate::RwLockUpgradableReadGuard::downgrade).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let reader = ", stringify!($guard), "::downgrade(guard);")]
            /// assert!(lock.try_upgradable_read().is_some());
            /// assert_eq!(*reader, 1);
            /// ```
            #[inline]
            pub fn downgrade(this: Self) -> $read<$($lifetime,)? T> {
                $read { raw: this.raw.downgrade() }
            }

            /// Attempts to turn the guard into a write guard without waiting, like
            /// [`RwLockUpgradableReadGuard::try_upgrade`](crate::RwLockUpgradableReadGuard::try_upgrade).
            ///
            /// # Errors
            ///
            /// Returns the guard if there are readers beside it.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            /// let reader = lock.try_read().unwrap();
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let guard = ", stringify!($guard), "::try_upgrade(guard).unwrap_err();")]
            /// drop(reader);
            #[doc = concat!("*", stringify!($guard), "::try_upgrade(guard).unwrap() = 2;")]
            /// assert_eq!(*lock.try_read().unwrap(), 2);
            /// ```
            #[inline]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn try_upgrade(this: Self) -> Result<$write<$($lifetime,)? T>, Self> {
                match this.raw.try_grant() {
                    Ok(raw) => Ok($write { raw }),
                    Err(raw) => Err(Self { raw }),
                }
            }

            /// Turns the guard into a write guard, like
            /// [`RwLockUpgradableReadGuard::upgrade`](crate::RwLockUpgradableReadGuard::upgrade).
            ///
            /// Waits until the readers beside it have left. There is no write in between.
            ///
            /// # Cancel safety
            ///
            /// The future owns the guard: if it is dropped, so is the guard. To keep it, take it out with
            #[doc = concat!("[`", stringify!($upgrade), "::cancel`](crate::futures::",
                stringify!($upgrade), "::cancel)")]
            /// first, or use [`upgrade_ref`](Self::upgrade_ref).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// # futures_lite::future::block_on(async {
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard), "::upgrade(guard).await = 2;")]
            /// assert_eq!(*lock.read().await, 2);
            /// # });
            /// ```
            #[inline]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn upgrade(this: Self) -> $upgrade<$($lifetime,)? T> {
                $upgrade { raw: this.raw.wait() }
            }

            /// Acquires exclusive access for as long as this guard is borrowed, like
            /// [`RwLockUpgradableReadGuard::upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref).
            ///
            /// # Cancel safety
            ///
            /// [Cancel safe](crate::RwLock#cancel-safety): the caller still has the guard.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// # futures_lite::future::block_on(async {
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let mut guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard), "::upgrade_ref(&mut guard).await = 2;")]
            /// assert_eq!(*guard, *lock.read().await);
            /// # });
            /// ```
            #[inline]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn upgrade_ref(this: &mut Self) -> ShardedUpgradeRef<'_, T> {
                ShardedUpgradeRef { raw: this.raw.lend().wait() }
            }

            /// Attempts to acquire exclusive access for as long as this guard is borrowed, without waiting.
            ///
            /// Returns `None` if there are readers beside the guard. See [`upgrade_ref`](Self::upgrade_ref).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let mut guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard), "::try_upgrade_ref(&mut guard).unwrap() = 2;")]
            /// assert_eq!(*guard, *lock.try_read().unwrap());
            /// ```
            #[inline]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            #[must_use = "if this is not used, the access is released at once"]
            pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
                Some(RwLockUpgradedGuard { raw: this.raw.lend().try_grant().ok()? })
            }
        }
    };
}

upgradable_guard! {
    <'a, T> ShardedRwLockUpgradableReadGuard, ShardedRwLockReadGuard, ShardedRwLockWriteGuard,
    ShardedUpgrade: "lock.try_upgradable_read().unwrap()"
}
upgradable_guard! {
    <T> ShardedRwLockUpgradableReadGuardArc, ShardedRwLockReadGuardArc,
    ShardedRwLockWriteGuardArc, ShardedUpgradeArc: "lock.try_upgradable_read_arc().unwrap()"
}
guard! {
    <'a, T> ShardedRwLockUpgradableReadGuard yields by ShardedYieldUpgradableRead:
    "lock.try_upgradable_read().unwrap()"
}
guard! {
    <T> ShardedRwLockUpgradableReadGuardArc yields by ShardedYieldUpgradableReadArc:
    "lock.try_upgradable_read_arc().unwrap()"
}

guard_reads!(<T> ShardedRwLockUpgradableReadGuard<'_, T> => T);
guard_reads!(<T> ShardedRwLockUpgradableReadGuardArc<T> => T);
guard_rwlock!(<T> ShardedRwLockUpgradableReadGuardArc: "lock.try_upgradable_read_arc().unwrap()");
