#![forbid(unsafe_code)]

use core::time::Duration;
use std::time::Instant;

use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::wait::blocking::{acquire_for, acquire_until};
use crate::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

/// Blocking the thread for a limited time. In a task, these
/// [stop the executor's thread](RwLock#blocking-in-a-task); there, a timeout is the
/// [executor's](RwLock#timeouts).
///
/// Each gives up at its deadline, as if it had not been called, and returns `None`. What is free
/// then is taken, also if the deadline has passed before the call. A timeout so long that its end
/// cannot be expressed as an [`Instant`] never comes.
impl<T: ?Sized> RwLock<T> {
    /// [`read_blocking`](RwLock::read_blocking), for no longer than this.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Duration;
    ///
    /// let lock = RwLock::new(1);
    /// let writer = lock.try_write().unwrap();
    /// assert!(lock.try_read_for(Duration::from_millis(1)).is_none());
    /// drop(writer);
    /// assert_eq!(*lock.try_read_for(Duration::MAX).unwrap(), 1);
    /// ```
    pub fn try_read_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let permit = acquire_for(self.ask::<Shared>(), timeout).ok()?;
        Some(RwLockReadGuard::new(self.address(), permit))
    }

    /// [`try_read_for`](RwLock::try_read_for), up to a deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Instant;
    ///
    /// let lock = RwLock::new(1);
    /// assert_eq!(*lock.try_read_until(Instant::now()).unwrap(), 1);
    /// ```
    pub fn try_read_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        let permit = acquire_until(self.ask::<Shared>(), deadline).ok()?;
        Some(RwLockReadGuard::new(self.address(), permit))
    }

    /// [`read_recursive_blocking`](RwLock::read_recursive_blocking), for no longer than this.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Duration;
    ///
    /// let lock = RwLock::new(1);
    /// let outer = lock.read_blocking();
    /// let inner = lock.try_read_recursive_for(Duration::ZERO).unwrap();
    /// assert_eq!(*inner, *outer);
    /// ```
    pub fn try_read_recursive_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let permit = acquire_for(self.ask::<Recursive>(), timeout).ok()?;
        Some(RwLockReadGuard::new(self.address(), permit))
    }

    /// [`try_read_recursive_for`](RwLock::try_read_recursive_for), up to a deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Instant;
    ///
    /// let lock = RwLock::new(1);
    /// let outer = lock.read_blocking();
    /// let inner = lock.try_read_recursive_until(Instant::now()).unwrap();
    /// assert_eq!(*inner, *outer);
    /// ```
    pub fn try_read_recursive_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        let permit = acquire_until(self.ask::<Recursive>(), deadline).ok()?;
        Some(RwLockReadGuard::new(self.address(), permit))
    }

    /// [`upgradable_read_blocking`](RwLock::upgradable_read_blocking), for no longer than this.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Duration;
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read_for(Duration::ZERO).unwrap();
    /// assert!(lock.try_upgradable_read_for(Duration::from_millis(1)).is_none());
    /// assert_eq!(*upgradable, 1);
    /// ```
    pub fn try_upgradable_read_for(
        &self,
        timeout: Duration,
    ) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let permit = acquire_for(self.ask::<Upgradable>(), timeout).ok()?;
        Some(RwLockUpgradableReadGuard::new(self.address(), permit))
    }

    /// [`try_upgradable_read_for`](RwLock::try_upgradable_read_for), up to a deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Instant;
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read_until(Instant::now()).unwrap();
    /// assert!(lock.try_upgradable_read_until(Instant::now()).is_none());
    /// assert_eq!(*upgradable, 1);
    /// ```
    pub fn try_upgradable_read_until(
        &self,
        deadline: Instant,
    ) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let permit = acquire_until(self.ask::<Upgradable>(), deadline).ok()?;
        Some(RwLockUpgradableReadGuard::new(self.address(), permit))
    }

    /// [`write_blocking`](RwLock::write_blocking), for no longer than this.
    ///
    /// # Panics
    ///
    /// If [too many writers](RwLock#panics) wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Duration;
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_write_for(Duration::from_millis(1)).is_none());
    /// assert!(lock.try_read().is_some());
    /// drop(reader);
    /// *lock.try_write_for(Duration::from_millis(1)).unwrap() = 2;
    /// ```
    pub fn try_write_for(&self, timeout: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        let permit = acquire_for(self.ask::<Exclusive>(), timeout).ok()?;
        Some(RwLockWriteGuard::new(self.address(), permit))
    }

    /// [`try_write_for`](RwLock::try_write_for), up to a deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::time::Instant;
    ///
    /// let lock = RwLock::new(1);
    /// *lock.try_write_until(Instant::now()).unwrap() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn try_write_until(&self, deadline: Instant) -> Option<RwLockWriteGuard<'_, T>> {
        let permit = acquire_until(self.ask::<Exclusive>(), deadline).ok()?;
        Some(RwLockWriteGuard::new(self.address(), permit))
    }
}
