use core::marker::PhantomData;
use core::ptr::NonNull;

use super::{guard_maps, guard_reads, guard_writes, guard_yields_blocking, Address};
use super::{RwLockMappedReadGuard, RwLockMappedWriteGuard};
use super::{RwLockReadGuard, RwLockUpgradableReadGuard};
use crate::futures::YieldWrite;
use crate::permit::{Exclusive, Permit};
use crate::raw::RawRwLock;
use crate::wait::yielding::Yielding;
use crate::RwLock;

/// Exclusive access to the value of an [`RwLock`]; its drop releases it.
///
/// From [`write`](RwLock::write), its `try_` and `_blocking` variants, and
/// [`RwLockUpgradableReadGuard::upgrade`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`, since it may be downgraded, and then shared, wherever it was sent.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    value: Address<T>,
    permit: Permit<&'a RawRwLock, Exclusive>,
    marker: PhantomData<&'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Exclusive>) -> Self {
        RwLockWriteGuard { value, permit, marker: PhantomData }
    }

    /// Turns the guard into a read guard, and lets in those who wait to read.
    ///
    /// Nobody writes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let mut writer = lock.try_write().unwrap();
    /// *writer = 2;
    /// let reader = RwLockWriteGuard::downgrade(writer);
    /// assert_eq!(*lock.try_read().unwrap(), *reader);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(this.value, this.permit.downgrade())
    }

    /// Turns the guard into an upgradable read guard, and lets in the plain readers that wait.
    ///
    /// Nobody writes in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let writer = lock.try_write().unwrap();
    /// let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    /// assert!(lock.try_read().is_some());
    /// assert!(RwLockUpgradableReadGuard::try_upgrade(upgradable).is_ok());
    /// ```
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> RwLockUpgradableReadGuard<'a, T> {
        RwLockUpgradableReadGuard::new(this.value, this.permit.downgrade_to_upgradable())
    }

    /// Narrows the guard to a part of the value and turns it into a read guard, in this order.
    ///
    /// Access is exclusive until `part` has returned. Then those who wait to read are let in, as by
    /// [`downgrade`](Self::downgrade).
    ///
    /// A mapped write guard cannot be downgraded: its part was chosen from a `&mut T`, and may be one
    /// that readers of the value can change. So the part is chosen from a `&T` here.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released, and has been exclusive to the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, "one"));
    /// let mut writer = lock.try_write().unwrap();
    /// writer.0 = 2;
    /// let number = RwLockWriteGuard::downgrade_map(writer, |pair| &pair.0);
    /// assert_eq!(*number, lock.try_read().unwrap().0);
    /// ```
    pub fn downgrade_map<U, F>(this: Self, part: F) -> RwLockMappedReadGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        let part = Address::new(NonNull::from(part(&*this)));
        RwLockMappedReadGuard::new(part, this.permit.downgrade())
    }

    /// [`downgrade_map`](Self::downgrade_map), to a part that the value may have.
    ///
    /// # Errors
    ///
    /// Returns the guard, not downgraded, if `part` returns `None`.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(vec![1]);
    /// let writer = lock.try_write().unwrap();
    /// let mut writer = RwLockWriteGuard::downgrade_filter_map(writer, |v| v.get(1)).unwrap_err();
    /// writer.push(2);
    /// let second = RwLockWriteGuard::downgrade_filter_map(writer, |v| v.get(1)).unwrap();
    /// assert_eq!(*second, lock.try_read().unwrap()[1]);
    /// ```
    pub fn downgrade_filter_map<U, F>(
        this: Self,
        part: F,
    ) -> Result<RwLockMappedReadGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match part(&*this).map(|part| Address::new(NonNull::from(part))) {
            Some(part) => Ok(RwLockMappedReadGuard::new(part, this.permit.downgrade())),
            None => Err(this),
        }
    }

    guard_maps! {
        (mut) T => RwLockMappedWriteGuard<'a, U>;

        /// Narrows the guard to a part of the value.
        ///
        /// # Panics
        ///
        /// If `part` panics; the access is released.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockWriteGuard};
        ///
        /// let lock = RwLock::new((1, "one"));
        /// let mut number = RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.0);
        /// *number = 2;
        /// drop(number);
        /// assert_eq!(lock.into_inner(), (2, "one"));
        /// ```
        map;

        /// Narrows the guard to a part that the value may have.
        ///
        /// # Errors
        ///
        /// Returns the guard if `part` returns `None`.
        ///
        /// # Panics
        ///
        /// If `part` panics; the access is released.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::{RwLock, RwLockWriteGuard};
        ///
        /// let lock = RwLock::new(vec![1, 2]);
        /// let writer = lock.try_write().unwrap();
        /// let mut writer = RwLockWriteGuard::filter_map(writer, |v| v.get_mut(2)).unwrap_err();
        /// writer.push(3);
        /// let third = RwLockWriteGuard::filter_map(writer, |v| v.get_mut(2)).unwrap();
        /// assert_eq!(*third, 3);
        /// ```
        filter_map;
    }

    /// Whether somebody waits for this guard to be dropped.
    ///
    /// Never waits; a snapshot, in which readers that have given up may still be counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(1);
    /// let writer = lock.write().await;
    /// assert!(!RwLockWriteGuard::has_waiters(&writer));
    ///
    /// let mut reader = Box::pin(lock.read());
    /// assert!(poll_once(&mut reader).await.is_none());
    /// assert!(RwLockWriteGuard::has_waiters(&writer));
    /// # });
    /// ```
    pub fn has_waiters(this: &Self) -> bool {
        this.permit.is_contended()
    }

    /// Exclusive access again, once those who [wait](Self::has_waiters) for this guard had their
    /// turn.
    ///
    /// If nobody waits, the guard comes back at once and nobody was in between. Otherwise its access
    /// is released, and taken again by a new [`write`](RwLock::write), which
    /// [steps aside](RwLock#who-goes-next) for those who were woken and waits its turn like any
    /// other: the value may have changed. So a long piece of work can hold the lock and keep nobody
    /// waiting for the whole of it.
    ///
    /// It takes the guard, because there is no access while it waits.
    ///
    /// # Cancel safety
    ///
    /// The guard is in the future, and is dropped with it.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    /// use futures_lite::future::{block_on, zip};
    ///
    /// # block_on(async {
    /// let lock = RwLock::new(0);
    /// let mut seen = 0;
    ///
    /// let mut writer = lock.write().await;
    /// let read = async { seen = *lock.read().await };
    /// let write = async {
    ///     for _ in 0..10 {
    ///         *writer += 1;
    ///         writer = RwLockWriteGuard::yield_to_waiters(writer).await;
    ///     }
    /// };
    /// zip(read, write).await;
    /// assert_eq!(seen, 1);
    /// # });
    /// ```
    #[inline]
    pub fn yield_to_waiters(this: Self) -> YieldWrite<'a, T> {
        YieldWrite::new(this.value, Yielding::new(this.permit))
    }

    guard_yields_blocking!(RwLockWriteGuard: "let guard = lock.try_write().unwrap();");
}

guard_reads!(<T> RwLockWriteGuard<'_, T> => T);
guard_writes!(<T> RwLockWriteGuard<'_, T> => T);
