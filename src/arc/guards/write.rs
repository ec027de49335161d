use alloc::sync::Arc;
use core::ptr::NonNull;

use super::{guard_rwlock, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::arc::{RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc};
use crate::guard::{guard_maps, Address};
use crate::RwLock;

impl<T: ?Sized> RwLockWriteGuardArc<T> {
    /// Like [`RwLockWriteGuard::downgrade`](crate::RwLockWriteGuard::downgrade).
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
        RwLockReadGuardArc::new(this.value, this.permit.downgrade())
    }

    /// Like [`RwLockWriteGuard::downgrade_to_upgradable`](crate::RwLockWriteGuard::downgrade_to_upgradable).
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
        RwLockUpgradableReadGuardArc::new(this.value, this.permit.downgrade_to_upgradable())
    }

    /// Like [`RwLockWriteGuard::downgrade_map`](crate::RwLockWriteGuard::downgrade_map).
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
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        let part = Address::new(NonNull::from(part(&*this)));
        RwLockMappedReadGuardArc::new(part, this.permit.downgrade())
    }

    /// Like [`RwLockWriteGuard::downgrade_filter_map`](crate::RwLockWriteGuard::downgrade_filter_map).
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
    /// use any_rwlock::{RwLock, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(vec![1]));
    /// let writer = lock.try_write_arc().unwrap();
    /// let writer = RwLockWriteGuardArc::downgrade_filter_map(writer, |v| v.get(1)).unwrap_err();
    /// let first = RwLockWriteGuardArc::downgrade_filter_map(writer, |v| v.first()).unwrap();
    /// assert_eq!(*first, lock.try_read().unwrap()[0]);
    /// ```
    pub fn downgrade_filter_map<U, F>(
        this: Self,
        part: F,
    ) -> Result<RwLockMappedReadGuardArc<T, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match part(&*this).map(|part| Address::new(NonNull::from(part))) {
            Some(part) => Ok(RwLockMappedReadGuardArc::new(part, this.permit.downgrade())),
            None => Err(this),
        }
    }

    guard_maps! {
        (mut) T => RwLockMappedWriteGuardArc<T, U>;

        /// Like [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
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
        map;

        /// Like [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
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
        filter_map;
    }

    guard_rwlock!(RwLockWriteGuardArc);
}
