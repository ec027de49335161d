#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use super::{ask, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::wait::blocking::{acquire_for, acquire_until};
use crate::RwLock;

/// Blocking the thread for a limited time, with guards that keep the lock alive. In a task, these
/// [stop the executor's thread](RwLock#blocking-in-a-task).
impl<T: ?Sized> RwLock<T> {
    /// [`try_read_for`](RwLock::try_read_for), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_arc_for(Duration::ZERO).unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    pub fn try_read_arc_for(self: &Arc<Self>, timeout: Duration) -> Option<RwLockReadGuardArc<T>> {
        let permit = acquire_for(ask::<T, Shared>(self), timeout).ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`try_read_until`](RwLock::try_read_until), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_arc_until(Instant::now()).unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    pub fn try_read_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockReadGuardArc<T>> {
        let permit = acquire_until(ask::<T, Shared>(self), deadline).ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`try_read_recursive_for`](RwLock::try_read_recursive_for), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_arc_blocking();
    /// let inner = lock.try_read_recursive_arc_for(Duration::ZERO).unwrap();
    /// assert_eq!(*outer, *inner);
    /// ```
    pub fn try_read_recursive_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockReadGuardArc<T>> {
        let permit = acquire_for(ask::<T, Recursive>(self), timeout).ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`try_read_recursive_until`](RwLock::try_read_recursive_until), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_blocking();
    /// let inner = lock.try_read_recursive_arc_until(Instant::now()).unwrap();
    /// assert_eq!(*inner, *outer);
    /// ```
    pub fn try_read_recursive_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockReadGuardArc<T>> {
        let permit = acquire_until(ask::<T, Recursive>(self), deadline).ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`try_upgradable_read_for`](RwLock::try_upgradable_read_for), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc_for(Duration::ZERO).unwrap();
    /// drop(lock);
    /// assert_eq!(*upgradable, 1);
    /// ```
    pub fn try_upgradable_read_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let permit = acquire_for(ask::<T, Upgradable>(self), timeout).ok()?;
        Some(RwLockUpgradableReadGuardArc::new(self.address(), permit))
    }

    /// [`try_upgradable_read_until`](RwLock::try_upgradable_read_until), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc_until(Instant::now()).unwrap();
    /// drop(lock);
    /// assert_eq!(*upgradable, 1);
    /// ```
    pub fn try_upgradable_read_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let permit = acquire_until(ask::<T, Upgradable>(self), deadline).ok()?;
        Some(RwLockUpgradableReadGuardArc::new(self.address(), permit))
    }

    /// [`try_write_for`](RwLock::try_write_for), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// *lock.try_write_arc_for(Duration::ZERO).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    pub fn try_write_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockWriteGuardArc<T>> {
        let permit = acquire_for(ask::<T, Exclusive>(self), timeout).ok()?;
        Some(RwLockWriteGuardArc::new(self.address(), permit))
    }

    /// [`try_write_until`](RwLock::try_write_until), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// *lock.try_write_arc_until(Instant::now()).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    pub fn try_write_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockWriteGuardArc<T>> {
        let permit = acquire_until(ask::<T, Exclusive>(self), deadline).ok()?;
        Some(RwLockWriteGuardArc::new(self.address(), permit))
    }
}
