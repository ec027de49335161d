#![forbid(unsafe_code)]

use super::{guard_reads, guard_writes, RawGuard, RwLockMappedReadGuard, RwLockMappedWriteGuard};
use super::{RwLockReadGuard, RwLockUpgradableReadGuard};
use crate::futures::YieldWrite;
use crate::permit::Exclusive;
use crate::raw::RawRwLock;
use crate::RwLock;

/// Exclusive access to the value of an [`RwLock`], released on drop.
///
/// From [`write`](RwLock::write), its `try_` and `_blocking` variants, and
/// [`RwLockUpgradableReadGuard::upgrade`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`, since it may be downgraded, and then shared, wherever it was sent.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(crate) raw: RawGuard<T, &'a RawRwLock, Exclusive, &'a RwLock<T>>,
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Turns the guard into a read guard, and lets in the readers that wait.
    ///
    /// Never waits. There is no write in between.
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
        RwLockReadGuard { raw: this.raw.downgrade() }
    }

    /// Turns the guard into an upgradable read guard, and lets in the plain readers that wait.
    ///
    /// Never waits. There is no write in between.
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
        RwLockUpgradableReadGuard { raw: this.raw.downgrade_to_upgradable() }
    }

    /// Narrows the guard to a part of the value and turns it into a read guard, in this order.
    ///
    /// Access is exclusive until `part` has returned. Then the readers that wait are let in, as by
    /// [`downgrade`](Self::downgrade).
    ///
    /// A [mapped write guard](RwLockMappedWriteGuard) cannot be downgraded, because its part was chosen
    /// from a `&mut T`. Here, it is chosen from a `&T`.
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
        RwLockMappedReadGuard { raw: this.raw.downgrade_map(part) }
    }

    /// Narrows the guard to a part that the value may have and turns it into a read guard.
    ///
    /// Like [`downgrade_map`](Self::downgrade_map).
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Errors
    ///
    /// Returns the guard, not downgraded, if `part` returns `None`.
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
    #[doc(alias = "try_downgrade_map")]
    pub fn downgrade_filter_map<U, F>(
        this: Self,
        part: F,
    ) -> Result<RwLockMappedReadGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match this.raw.downgrade_filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

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
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedWriteGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        RwLockMappedWriteGuard { raw: this.raw.map_mut(part) }
    }

    /// Narrows the guard to a part that the value may have.
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
    /// use any_rwlock::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(vec![1, 2]);
    /// let writer = lock.try_write().unwrap();
    /// let mut writer = RwLockWriteGuard::filter_map(writer, |v| v.get_mut(2)).unwrap_err();
    /// writer.push(3);
    /// let third = RwLockWriteGuard::filter_map(writer, |v| v.get_mut(2)).unwrap();
    /// assert_eq!(*third, 3);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match this.raw.filter_map_mut(part) {
            Ok(raw) => Ok(RwLockMappedWriteGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Returns whether any waiter waits for this guard to be dropped.
    ///
    /// Never waits. The answer is a snapshot, in which readers that have given up may still be counted, and
    /// readers that were woken and have not been polled since are not.
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
        this.raw.is_contended()
    }

    /// Releases exclusive access to its [waiters](Self::has_waiters), and acquires it again.
    ///
    /// Without waiters, the guard comes back at once, and there is no other access in between.
    /// Otherwise its access is released, and acquired again as by [`write`](RwLock::write), which
    /// [steps aside](RwLock#who-goes-next) for the woken waiters and waits its turn like any other:
    /// the value may have changed. So a long piece of work can hold the lock without making others
    /// wait for all of it.
    ///
    /// Takes the guard by value, because there is no access while it waits.
    ///
    /// # Cancel safety
    ///
    /// The future owns the guard: if it is dropped, so is the guard.
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
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldWrite<'a, T> {
        YieldWrite { raw: this.raw.yield_to_waiters() }
    }
}

guard_reads!(<T> RwLockWriteGuard<'_, T> => T);
guard_writes!(<T> RwLockWriteGuard<'_, T> => T);
