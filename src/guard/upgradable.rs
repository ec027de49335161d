use core::marker::PhantomData;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
use {core::time::Duration, std::time::Instant};

use super::{guard_reads, guard_yields_blocking, Address};
use super::{RwLockReadGuard, RwLockUpgradedGuard, RwLockWriteGuard};
use crate::futures::{Upgrade, UpgradeRef, YieldUpgradableRead};
use crate::permit::{Exclusive, Permit, Upgradable};
use crate::raw::RawRwLock;
use crate::wait::request::Request;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::RwLock;

/// Shared access to the value of an [`RwLock`] that can become exclusive; its drop releases it.
///
/// One such guard exists at a time, beside any number of read guards. From
/// [`upgradable_read`](RwLock::upgradable_read), its `try_` and `_blocking` variants, and
/// [`RwLockWriteGuard::downgrade_to_upgradable`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockUpgradableReadGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Upgradable>,
    marker: PhantomData<&'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Upgradable>) -> Self {
        RwLockUpgradableReadGuard { value, permit, marker: PhantomData }
    }

    /// Turns the guard into a plain read guard, and lets the next upgradable reader in.
    ///
    /// Nobody writes in between.
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
        RwLockReadGuard::new(this.value, this.permit.downgrade())
    }

    /// Turns the guard into a write guard if there are no readers beside it.
    ///
    /// Never waits. Nobody writes in between.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are readers.
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
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuard<'a, T>, Self> {
        Self::after_upgrade(this.value, this.permit.try_grant())
    }

    fn after_upgrade(
        value: Address<T>,
        upgraded: Result<Permit<&'a RawRwLock, Exclusive>, Permit<&'a RawRwLock, Upgradable>>,
    ) -> Result<RwLockWriteGuard<'a, T>, Self> {
        match upgraded {
            Ok(permit) => Ok(RwLockWriteGuard::new(value, permit)),
            Err(permit) => Err(Self::new(value, permit)),
        }
    }

    /// Turns the guard into a write guard.
    ///
    /// Waits until the readers beside it have left; from the first poll on, new readers wait, and
    /// it goes before every writer that waits. Nobody writes in between.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before the first poll. If the future is dropped, the guard inside is
    /// dropped with it, and the readers that it kept waiting are let in. To keep the guard, take it
    /// out with [`Upgrade::cancel`] first, or use [`upgrade_ref`](Self::upgrade_ref).
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
    pub fn upgrade(this: Self) -> Upgrade<'a, T> {
        Upgrade::new(this.value, Acquire::new(this.permit))
    }

    /// [`upgrade`](Self::upgrade), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let guard = lock.upgradable_read_blocking();
    /// *RwLockUpgradableReadGuard::upgrade_blocking(guard) = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard::new(this.value, crate::wait::blocking::acquire(this.permit))
    }

    /// [`upgrade_blocking`](Self::upgrade_blocking), for no longer than this.
    ///
    /// A timeout so long that its end cannot be expressed as an [`Instant`] never comes.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use std::time::Duration;
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.read_blocking();
    /// let guard = lock.upgradable_read_blocking();
    /// let brief = Duration::from_millis(1);
    /// let guard = RwLockUpgradableReadGuard::try_upgrade_for(guard, brief).unwrap_err();
    /// drop(reader);
    /// *RwLockUpgradableReadGuard::try_upgrade_for(guard, brief).unwrap() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_for(this: Self, timeout: Duration) -> Result<RwLockWriteGuard<'a, T>, Self> {
        Self::after_upgrade(this.value, crate::wait::blocking::acquire_for(this.permit, timeout))
    }

    /// [`try_upgrade_for`](Self::try_upgrade_for), up to a deadline.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers then.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    /// use std::time::Instant;
    ///
    /// let lock = RwLock::new(1);
    /// let guard = lock.upgradable_read_blocking();
    /// *RwLockUpgradableReadGuard::try_upgrade_until(guard, Instant::now()).unwrap() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn try_upgrade_until(
        this: Self,
        deadline: Instant,
    ) -> Result<RwLockWriteGuard<'a, T>, Self> {
        Self::after_upgrade(this.value, crate::wait::blocking::acquire_until(this.permit, deadline))
    }

    /// Exclusive access for as long as this guard is borrowed.
    ///
    /// Waits until the readers beside the guard have left, as [`upgrade`](Self::upgrade) does. When
    /// the [`RwLockUpgradedGuard`] is dropped, this guard is what it was before: nobody writes in
    /// between, and the plain readers that wait are let in.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety): when the future is dropped, as by a timeout, the caller
    /// still has the guard, and the readers that were kept waiting are let in. So no way back out of
    /// the future is needed.
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
    #[inline]
    pub fn upgrade_ref(this: &mut Self) -> UpgradeRef<'_, T> {
        UpgradeRef::new(this.value, Acquire::new(this.permit.lend()))
    }

    /// [`upgrade_ref`](Self::upgrade_ref), if there are no readers beside the guard.
    ///
    /// Never waits.
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
    #[inline]
    pub fn try_upgrade_ref(this: &mut Self) -> Option<RwLockUpgradedGuard<'_, T>> {
        Some(RwLockUpgradedGuard::new(this.value, this.permit.lend().try_grant().ok()?))
    }

    /// [`upgrade_ref`](Self::upgrade_ref), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let mut guard = lock.upgradable_read_blocking();
    /// *RwLockUpgradableReadGuard::upgrade_ref_blocking(&mut guard) = 2;
    /// assert_eq!(*guard, *lock.read_blocking());
    /// ```
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
        RwLockUpgradedGuard::new(this.value, crate::wait::blocking::acquire(this.permit.lend()))
    }

    /// Whether somebody waits for this guard to be dropped: a writer, or an upgradable reader.
    ///
    /// Never waits; a snapshot, in which readers that have given up may still be counted.
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
        this.permit.is_contended()
    }

    /// The same access again, once those who [wait](Self::has_waiters) for this guard had their
    /// turn.
    ///
    /// Like [`RwLockWriteGuard::yield_to_waiters`].
    ///
    /// # Cancel safety
    ///
    /// The guard is in the future, and is dropped with it.
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
    #[inline]
    pub fn yield_to_waiters(this: Self) -> YieldUpgradableRead<'a, T> {
        YieldUpgradableRead::new(this.value, Yielding::new(this.permit))
    }

    guard_yields_blocking!(RwLockUpgradableReadGuard: "let guard = lock.try_upgradable_read().unwrap();");
}

guard_reads!(<T> RwLockUpgradableReadGuard<'_, T> => T);
