#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{WriteArc, WriteOwned, YieldWriteArc};
use super::{ArcHandle, RwLockReadGuardArc, RwLockUpgradableReadGuardArc};
use super::{RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc};
use crate::guard::{guard_has_waiters, guard_reads, guard_writes, RawGuard};
use crate::permit::Exclusive;
use crate::RwLock;

/// Exclusive access, with guards that keep the lock alive.
impl<T: ?Sized> RwLock<T> {
    /// Acquires exclusive access like [`write`](RwLock::write), with a guard that keeps the lock
    /// alive.
    ///
    /// The future borrows the `Arc`, and clones it once it has access. To spawn the future, or to keep it in
    /// a struct, use [`write_owned`](RwLock::write_owned).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut writer = lock.write_arc().await;
    /// *writer = 2;
    /// drop(writer);
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_arc<'a>(self: &'a Arc<Self>) -> WriteArc<'a, T> {
        WriteArc { raw: self.request_arc().wait() }
    }

    /// Attempts to acquire exclusive access like [`try_write`](RwLock::try_write), with a guard
    /// that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// *lock.try_write_arc().unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), 2);
    /// ```
    #[doc(alias = "try_write_owned")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_arc(self: &Arc<Self>) -> Option<RwLockWriteGuardArc<T>> {
        Some(RwLockWriteGuardArc { raw: self.request_arc::<Exclusive, _>().try_grant().ok()? })
    }

    /// Acquires exclusive access like [`write`](RwLock::write), with a future that owns the `Arc`, like
    /// [`read_owned`](RwLock::read_owned).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut writer = tokio::spawn(Arc::clone(&lock).write_owned()).await.unwrap();
    /// *writer = 2;
    /// drop(writer);
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_owned(self: Arc<Self>) -> WriteOwned<T> {
        WriteOwned { raw: self.request_owned().wait() }
    }
}

/// An [`RwLockWriteGuard`](crate::RwLockWriteGuard) that keeps the lock alive.
///
/// From [`write_arc`](RwLock::write_arc), its `try_`, `_owned` and `_blocking` variants, and
/// [`RwLockUpgradableReadGuardArc::upgrade`]. Invariant in `T`; `Send` and `Sync` if
/// `T: Send + Sync`.
#[doc(alias("ArcRwLockWriteGuard", "OwnedRwLockWriteGuard"))]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuardArc<T: ?Sized> {
    pub(crate) raw: RawGuard<T, ArcHandle<T>, Exclusive, Arc<RwLock<T>>>,
}

impl<T: ?Sized> RwLockWriteGuardArc<T> {
    /// Turns the guard into a read guard, like
    /// [`RwLockWriteGuard::downgrade`](crate::RwLockWriteGuard::downgrade).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = RwLockWriteGuardArc::downgrade(lock.try_write_arc().unwrap());
    /// assert_eq!(*lock.try_read().unwrap(), *reader);
    /// ```
    #[inline]
    pub fn downgrade(this: Self) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc { raw: this.raw.downgrade() }
    }

    /// Turns the guard into an upgradable read guard, like
    /// [`RwLockWriteGuard::downgrade_to_upgradable`](crate::RwLockWriteGuard::downgrade_to_upgradable).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(lock.try_write_arc().unwrap());
    /// assert_eq!(*lock.try_read().unwrap(), *upgradable);
    /// ```
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> RwLockUpgradableReadGuardArc<T> {
        RwLockUpgradableReadGuardArc { raw: this.raw.downgrade_to_upgradable() }
    }

    /// Narrows the guard to a part of the value and turns it into a read guard, like
    /// [`RwLockWriteGuard::downgrade_map`](crate::RwLockWriteGuard::downgrade_map).
    ///
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
    ///
    /// # Panics
    ///
    /// If `part` panics; the access is released.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let writer = lock.try_write_arc().unwrap();
    /// let number = RwLockWriteGuardArc::downgrade_map(writer, |pair| &pair.0);
    /// assert_eq!(*number, lock.try_read().unwrap().0);
    /// ```
    pub fn downgrade_map<U, F>(this: Self, part: F) -> RwLockMappedReadGuardArc<T, U>
    where
        U: ?Sized + 'static,
        F: FnOnce(&T) -> &U,
    {
        RwLockMappedReadGuardArc { raw: this.raw.downgrade_map(part) }
    }

    /// Narrows the guard to a part that the value may have and turns it into a read guard, like
    /// [`RwLockWriteGuard::downgrade_filter_map`](crate::RwLockWriteGuard::downgrade_filter_map).
    ///
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
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
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(vec![1]));
    /// let writer = lock.try_write_arc().unwrap();
    /// let writer = RwLockWriteGuardArc::downgrade_filter_map(writer, |v| v.get(1)).unwrap_err();
    /// let first = RwLockWriteGuardArc::downgrade_filter_map(writer, |v| v.first()).unwrap();
    /// assert_eq!(*first, lock.try_read().unwrap()[0]);
    /// ```
    #[doc(alias = "try_downgrade_map")]
    pub fn downgrade_filter_map<U, F>(
        this: Self,
        part: F,
    ) -> Result<RwLockMappedReadGuardArc<T, U>, Self>
    where
        U: ?Sized + 'static,
        F: FnOnce(&T) -> Option<&U>,
    {
        match this.raw.downgrade_filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Narrows the guard to a part of the value, like
    /// [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
    ///
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let writer = lock.try_write_arc().unwrap();
    /// *RwLockWriteGuardArc::map(writer, |pair| &mut pair.0) = 2;
    /// assert_eq!(*lock.try_read().unwrap(), (2, "one"));
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedWriteGuardArc<T, U>
    where
        U: ?Sized + 'static,
        F: FnOnce(&mut T) -> &mut U,
    {
        RwLockMappedWriteGuardArc { raw: this.raw.map_mut(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
    ///
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(vec![1]));
    /// let writer = lock.try_write_arc().unwrap();
    /// let writer = RwLockWriteGuardArc::filter_map(writer, |v| v.get_mut(1)).unwrap_err();
    /// *RwLockWriteGuardArc::filter_map(writer, |v| v.first_mut()).unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), [2]);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedWriteGuardArc<T, U>, Self>
    where
        U: ?Sized + 'static,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match this.raw.filter_map_mut(part) {
            Ok(raw) => Ok(RwLockMappedWriteGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockWriteGuardArc like RwLockWriteGuard: "let guard = lock.try_write_arc().unwrap();"
    }

    /// Releases access to its waiters, and acquires it again, like
    /// [`RwLockWriteGuard::yield_to_waiters`](crate::RwLockWriteGuard::yield_to_waiters).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use futures_lite::future::{block_on, zip};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.try_write_arc().unwrap();
    /// let write = async { *lock.write().await = 2 };
    /// let (_, guard) = block_on(zip(write, RwLockWriteGuardArc::yield_to_waiters(guard)));
    /// assert_eq!(*guard, 2);
    /// ```
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldWriteArc<T> {
        YieldWriteArc { raw: this.raw.yield_to_waiters() }
    }

    /// Returns the lock.
    ///
    /// A read guard has no such method: it may have been narrowed to a `T` with a shorter lifetime, and a
    /// lock of that type would accept a value that this lock must not have.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.try_write_arc().unwrap();
    /// assert!(Arc::ptr_eq(&RwLockWriteGuardArc::rwlock(&guard), &lock));
    /// ```
    #[doc(alias = "into_arc")]
    pub fn rwlock(this: &Self) -> Arc<RwLock<T>> {
        this.raw.rwlock()
    }
}

guard_reads!(<T> RwLockWriteGuardArc<T> => T);
guard_writes!(<T> RwLockWriteGuardArc<T> => T);
