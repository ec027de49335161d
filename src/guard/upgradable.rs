#![forbid(unsafe_code)]

use super::{guard_reads, RawGuard, RwLockReadGuard, RwLockUpgradedGuard, RwLockWriteGuard};
use crate::futures::{Upgrade, UpgradeRef, YieldUpgradableRead};
use crate::permit::Upgradable;
use crate::raw::RawRwLock;
use crate::RwLock;

/// Shared access to the value of an [`RwLock`], upgradable to exclusive access and released on drop.
///
/// One such guard exists at a time, beside any number of read guards. From
/// [`upgradable_read`](RwLock::upgradable_read), its `try_` and `_blocking` variants, and
/// [`RwLockWriteGuard::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradableReadGuard<'a, T: ?Sized> {
    pub(crate) raw: RawGuard<T, &'a RawRwLock, Upgradable, &'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    /// Turns the guard into a plain read guard, and lets the next upgradable reader in.
    ///
    /// Never waits. There is no write in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    /// assert!(lock.try_upgradable_read().is_some());
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard { raw: this.raw.downgrade() }
    }

    /// Attempts to turn the guard into a write guard without waiting.
    ///
    /// There is no write in between.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are readers beside it.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// let upgradable = lock.try_upgradable_read().unwrap();
    ///
    /// let upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap_err();
    /// drop(reader);
    /// let mut writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    /// *writer += 1;
    /// assert_eq!(*writer, 2);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuard<'a, T>, Self> {
        match this.raw.try_grant() {
            Ok(raw) => Ok(RwLockWriteGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Turns the guard into a write guard.
    ///
    /// Waits until the readers beside it have left. From the first poll on, new readers wait, and the
    /// upgrade goes before every writer that waits. There is no write in between.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before the first poll. The future owns the guard: if it is dropped, so is the
    /// guard, and the readers that the upgrade kept waiting are let in, unless a writer waits. To keep
    /// the guard, take it out with [`Upgrade::cancel`] first, or use [`upgrade_ref`](Self::upgrade_ref).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.upgradable_read().await;
    /// assert_eq!(*upgradable, 1);
    /// let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
    /// *writer = 2;
    /// assert!(lock.try_read().is_none());
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade(this: Self) -> Upgrade<'a, T> {
        Upgrade { raw: this.raw.wait() }
    }

    /// Acquires exclusive access for as long as this guard is borrowed.
    ///
    /// When the [`RwLockUpgradedGuard`] is dropped, this guard is what it was before: there is no other
    /// write in between, and the plain readers that wait are let in.
    ///
    /// Waits until the readers beside the guard have left, as [`upgrade`](Self::upgrade) does.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety). If the future is dropped, as by a timeout, the caller still
    /// has the guard, and the readers that the upgrade kept waiting are let in, unless a writer waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let mut guard = lock.upgradable_read().await;
    ///
    /// // A timeout, in short:
    /// let reader = lock.read().await;
    /// let upgrade = RwLockUpgradableReadGuard::upgrade_ref(&mut guard);
    /// assert!(poll_once(upgrade).await.is_none());
    /// assert_eq!(*guard, *lock.read().await);
    /// drop(reader);
    ///
    /// *RwLockUpgradableReadGuard::upgrade_ref(&mut guard).await = 2;
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
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let mut guard = lock.try_upgradable_read().unwrap();
    /// *RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap() = 2;
    /// assert_eq!(*guard, *lock.try_read().unwrap());
    /// ```
    #[doc(alias = "try_with_upgraded")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
        Some(RwLockUpgradedGuard { raw: this.raw.lend().try_grant().ok()? })
    }

    /// Returns whether a writer or an upgradable reader waits for this guard to be dropped.
    ///
    /// Never waits. The answer is a snapshot, in which readers that have given up may still be counted, and
    /// readers that were woken and have not been polled since are not.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.upgradable_read().await;
    /// assert!(!RwLockUpgradableReadGuard::has_waiters(&upgradable));
    ///
    /// let mut next = Box::pin(lock.upgradable_read());
    /// assert!(poll_once(&mut next).await.is_none());
    /// assert!(RwLockUpgradableReadGuard::has_waiters(&upgradable));
    /// # });
    /// ```
    pub fn has_waiters(this: &Self) -> bool {
        this.raw.is_contended()
    }

    /// Releases access to its [waiters](Self::has_waiters), and acquires it again.
    ///
    /// Waits as [`upgradable_read`](RwLock::upgradable_read) does, if there are waiters. See
    /// [`RwLockWriteGuard::yield_to_waiters`].
    ///
    /// # Cancel safety
    ///
    /// The future owns the guard: if it is dropped, so is the guard.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use futures_lite::future::{block_on, zip};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let guard = lock.upgradable_read().await;
    /// let write = async { *lock.write().await = 2 };
    /// let read = async {
    ///     assert_eq!(*guard, 1);
    ///     let guard = RwLockUpgradableReadGuard::yield_to_waiters(guard).await;
    ///     assert_eq!(*guard, 2);
    /// };
    /// zip(write, read).await;
    /// # });
    /// ```
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldUpgradableRead<'a, T> {
        YieldUpgradableRead { raw: this.raw.yield_to_waiters() }
    }
}

guard_reads!(<T> RwLockUpgradableReadGuard<'_, T> => T);
