#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{UpgradableReadArc, UpgradableReadOwned, UpgradeArc, YieldUpgradableReadArc};
use super::{ArcHandle, RwLockReadGuardArc, RwLockWriteGuardArc};
use crate::futures::UpgradeRef;
use crate::guard::{guard_has_waiters, guard_reads, RawGuard};
use crate::permit::Upgradable;
use crate::{RwLock, RwLockUpgradedGuard};

/// Shared access that may become exclusive, with guards that keep the lock alive.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access that may become exclusive, like
    /// [`upgradable_read`](RwLock::upgradable_read), with a guard that keeps the lock alive.
    ///
    /// The future borrows the `Arc`, and clones it once it has access. To spawn the future, or to keep it in
    /// a struct, use [`upgradable_read_owned`](RwLock::upgradable_read_owned).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade(upgradable).await = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_arc<'a>(self: &'a Arc<Self>) -> UpgradableReadArc<'a, T> {
        UpgradableReadArc { raw: self.request_arc().wait() }
    }

    /// Attempts to acquire shared access that may become exclusive, like
    /// [`try_upgradable_read`](RwLock::try_upgradable_read), with a guard that keeps the lock
    /// alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// assert!(lock.try_upgradable_read_arc().is_none());
    /// assert_eq!(*upgradable, 1);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_arc(self: &Arc<Self>) -> Option<RwLockUpgradableReadGuardArc<T>> {
        Some(RwLockUpgradableReadGuardArc {
            raw: self.request_arc::<Upgradable, _>().try_grant().ok()?,
        })
    }

    /// Acquires shared access that may become exclusive, like
    /// [`upgradable_read`](RwLock::upgradable_read), with a future that owns the `Arc`, like
    /// [`read_owned`](RwLock::read_owned).
    ///
    /// An [upgrade](RwLockUpgradableReadGuardArc::upgrade) of the guard owns the `Arc`, too.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = tokio::spawn(Arc::clone(&lock).upgradable_read_owned()).await.unwrap();
    /// *tokio::spawn(RwLockUpgradableReadGuardArc::upgrade(upgradable)).await.unwrap() = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_owned(self: Arc<Self>) -> UpgradableReadOwned<T> {
        UpgradableReadOwned { raw: self.request_owned().wait() }
    }
}

/// An [`RwLockUpgradableReadGuard`](crate::RwLockUpgradableReadGuard) that keeps the lock alive.
///
/// From [`upgradable_read_arc`](RwLock::upgradable_read_arc), its `try_`, `_owned` and `_blocking`
/// variants, and [`RwLockWriteGuardArc::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[doc(alias = "ArcRwLockUpgradableReadGuard")]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradableReadGuardArc<T: ?Sized> {
    pub(crate) raw: RawGuard<T, ArcHandle<T>, Upgradable, Arc<RwLock<T>>>,
}

impl<T: ?Sized> RwLockUpgradableReadGuardArc<T> {
    /// Turns the guard into a plain read guard, like
    /// [`RwLockUpgradableReadGuard::downgrade`](crate::RwLockUpgradableReadGuard::downgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    /// assert!(lock.try_upgradable_read().is_some());
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc { raw: this.raw.downgrade() }
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
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// *RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), 2);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuardArc<T>, Self> {
        match this.raw.try_grant() {
            Ok(raw) => Ok(RwLockWriteGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Turns the guard into a write guard, like
    /// [`RwLockUpgradableReadGuard::upgrade`](crate::RwLockUpgradableReadGuard::upgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade(upgradable).await = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade(this: Self) -> UpgradeArc<T> {
        UpgradeArc { raw: this.raw.wait() }
    }

    /// Acquires exclusive access for as long as this guard is borrowed, like
    /// [`RwLockUpgradableReadGuard::upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade_ref(&mut guard).await = 2;
    /// assert_eq!(*guard, *lock.read().await);
    /// # });
    /// ```
    #[doc(alias = "with_upgraded")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade_ref(this: &mut Self) -> UpgradeRef<'_, T> {
        UpgradeRef { raw: this.raw.lend().wait() }
    }

    /// Attempts to acquire exclusive access for as long as this guard is borrowed, without waiting.
    ///
    /// Returns `None` if there are readers beside the guard. See [`upgrade_ref`](Self::upgrade_ref).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.try_upgradable_read_arc().unwrap();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_ref(&mut guard).unwrap() = 2;
    /// assert_eq!(*guard, *lock.try_read().unwrap());
    /// ```
    #[doc(alias = "try_with_upgraded")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
        Some(RwLockUpgradedGuard { raw: this.raw.lend().try_grant().ok()? })
    }

    guard_has_waiters! {
        RwLockUpgradableReadGuardArc like RwLockUpgradableReadGuard: "let guard = lock.try_upgradable_read_arc().unwrap();"
    }

    /// Releases access to its waiters, and acquires it again, like
    /// [`RwLockUpgradableReadGuard::yield_to_waiters`](crate::RwLockUpgradableReadGuard::yield_to_waiters).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use futures_lite::future::{block_on, zip};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.try_upgradable_read_arc().unwrap();
    /// let write = async { *lock.write().await = 2 };
    /// let (_, guard) = block_on(zip(write, RwLockUpgradableReadGuardArc::yield_to_waiters(guard)));
    /// assert_eq!(*guard, 2);
    /// ```
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldUpgradableReadArc<T> {
        YieldUpgradableReadArc { raw: this.raw.yield_to_waiters() }
    }

    /// Returns the lock.
    ///
    /// Like [`RwLockWriteGuardArc::rwlock`].
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.try_upgradable_read_arc().unwrap();
    /// assert!(Arc::ptr_eq(&RwLockUpgradableReadGuardArc::rwlock(&guard), &lock));
    /// ```
    #[doc(alias = "into_arc")]
    pub fn rwlock(this: &Self) -> Arc<RwLock<T>> {
        this.raw.rwlock()
    }
}

guard_reads!(<T> RwLockUpgradableReadGuardArc<T> => T);
