#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use super::{RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::guard::blocking::guard_yields_blocking;
use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::{RwLock, RwLockUpgradedGuard};

/// Access for threads, which block where a task would wait, with guards that keep the lock alive.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access like [`read_blocking`](RwLock::read_blocking), with a guard that
    /// keeps the lock alive.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.read_arc_blocking();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_arc_blocking(self: &Arc<Self>) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc { raw: self.request_arc::<Shared, _>().acquire_blocking() }
    }

    /// Acquires shared access past writers that wait, like
    /// [`read_recursive_blocking`](RwLock::read_recursive_blocking), with a guard that keeps the
    /// lock alive.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_arc_blocking();
    /// let inner = lock.read_recursive_arc_blocking();
    /// assert_eq!(*inner, *outer);
    /// ```
    #[doc(alias = "read_arc_recursive")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_arc_blocking(self: &Arc<Self>) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc { raw: self.request_arc::<Recursive, _>().acquire_blocking() }
    }

    /// Acquires shared access that may become exclusive, like
    /// [`upgradable_read_blocking`](RwLock::upgradable_read_blocking), with a guard that keeps the
    /// lock alive.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc_blocking();
    /// drop(lock);
    /// assert_eq!(*upgradable, 1);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_arc_blocking(self: &Arc<Self>) -> RwLockUpgradableReadGuardArc<T> {
        RwLockUpgradableReadGuardArc { raw: self.request_arc::<Upgradable, _>().acquire_blocking() }
    }

    /// Acquires exclusive access like [`write_blocking`](RwLock::write_blocking), with a guard that
    /// keeps the lock alive.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// *lock.write_arc_blocking() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_arc_blocking(self: &Arc<Self>) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc { raw: self.request_arc::<Exclusive, _>().acquire_blocking() }
    }
}

/// Access for threads, which block for a limited time, with guards that keep the lock alive. In a task,
/// these methods [stop the executor's thread](RwLock#blocking-in-a-task).
impl<T: ?Sized> RwLock<T> {
    /// Attempts to acquire shared access like [`try_read_for`](RwLock::try_read_for), with a guard
    /// that keeps the lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_arc_for(self: &Arc<Self>, timeout: Duration) -> Option<RwLockReadGuardArc<T>> {
        let raw = self.request_arc::<Shared, _>().acquire_for(timeout).ok()?;
        Some(RwLockReadGuardArc { raw })
    }

    /// Attempts to acquire shared access like [`try_read_until`](RwLock::try_read_until), with a
    /// guard that keeps the lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockReadGuardArc<T>> {
        let raw = self.request_arc::<Shared, _>().acquire_until(deadline).ok()?;
        Some(RwLockReadGuardArc { raw })
    }

    /// Attempts to acquire shared access past writers that wait, like
    /// [`try_read_recursive_for`](RwLock::try_read_recursive_for), with a guard that keeps the lock
    /// alive.
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
    #[doc(alias = "try_read_arc_recursive_for")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockReadGuardArc<T>> {
        let raw = self.request_arc::<Recursive, _>().acquire_for(timeout).ok()?;
        Some(RwLockReadGuardArc { raw })
    }

    /// Attempts to acquire shared access past writers that wait, like
    /// [`try_read_recursive_until`](RwLock::try_read_recursive_until), with a guard that keeps the
    /// lock alive.
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
    #[doc(alias = "try_read_arc_recursive_until")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockReadGuardArc<T>> {
        let raw = self.request_arc::<Recursive, _>().acquire_until(deadline).ok()?;
        Some(RwLockReadGuardArc { raw })
    }

    /// Attempts to acquire shared access that may become exclusive, like
    /// [`try_upgradable_read_for`](RwLock::try_upgradable_read_for), with a guard that keeps the
    /// lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let raw = self.request_arc::<Upgradable, _>().acquire_for(timeout).ok()?;
        Some(RwLockUpgradableReadGuardArc { raw })
    }

    /// Attempts to acquire shared access that may become exclusive, like
    /// [`try_upgradable_read_until`](RwLock::try_upgradable_read_until), with a guard that keeps
    /// the lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let raw = self.request_arc::<Upgradable, _>().acquire_until(deadline).ok()?;
        Some(RwLockUpgradableReadGuardArc { raw })
    }

    /// Attempts to acquire exclusive access like [`try_write_for`](RwLock::try_write_for), with a
    /// guard that keeps the lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_arc_for(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Option<RwLockWriteGuardArc<T>> {
        let raw = self.request_arc::<Exclusive, _>().acquire_for(timeout).ok()?;
        Some(RwLockWriteGuardArc { raw })
    }

    /// Attempts to acquire exclusive access like [`try_write_until`](RwLock::try_write_until), with
    /// a guard that keeps the lock alive.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_arc_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Option<RwLockWriteGuardArc<T>> {
        let raw = self.request_arc::<Exclusive, _>().acquire_until(deadline).ok()?;
        Some(RwLockWriteGuardArc { raw })
    }
}

impl<T: ?Sized> RwLockReadGuardArc<T> {
    guard_yields_blocking!(RwLockReadGuardArc: "let guard = lock.try_read_arc().unwrap();");
}

impl<T: ?Sized> RwLockWriteGuardArc<T> {
    guard_yields_blocking!(RwLockWriteGuardArc: "let guard = lock.try_write_arc().unwrap();");
}

impl<T: ?Sized> RwLockUpgradableReadGuardArc<T> {
    /// Turns the guard into a write guard, blocking the thread until the access is exclusive.
    ///
    /// Waits as [`upgrade`](Self::upgrade) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::upgrade_blocking(guard) = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc { raw: this.raw.acquire_blocking() }
    }

    /// Attempts to turn the guard into a write guard, blocking the thread for at most `timeout`,
    /// like
    /// [`RwLockUpgradableReadGuard::try_upgrade_for`](crate::RwLockUpgradableReadGuard::try_upgrade_for).
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers beside it when the time is up.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_for(guard, Duration::ZERO).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade_for(this: Self, timeout: Duration) -> Result<RwLockWriteGuardArc<T>, Self> {
        match this.raw.acquire_for(timeout) {
            Ok(raw) => Ok(RwLockWriteGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Attempts to turn the guard into a write guard, blocking the thread until `deadline` at the latest,
    /// like
    /// [`RwLockUpgradableReadGuard::try_upgrade_until`](crate::RwLockUpgradableReadGuard::try_upgrade_until).
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers beside it when the time is up.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::try_upgrade_until(guard, Instant::now()).unwrap() = 2;
    /// assert_eq!(*lock.read_blocking(), 2);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade_until(
        this: Self,
        deadline: Instant,
    ) -> Result<RwLockWriteGuardArc<T>, Self> {
        match this.raw.acquire_until(deadline) {
            Ok(raw) => Ok(RwLockWriteGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Acquires exclusive access for as long as this guard is borrowed, blocking the thread until it
    /// is available.
    ///
    /// Waits as [`upgrade_ref`](Self::upgrade_ref) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let mut guard = lock.upgradable_read_arc_blocking();
    /// *RwLockUpgradableReadGuardArc::upgrade_ref_blocking(&mut guard) = 2;
    /// assert_eq!(*guard, *lock.read_blocking());
    /// ```
    #[doc(alias = "with_upgraded")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
        RwLockUpgradedGuard { raw: this.raw.lend().acquire_blocking() }
    }

    guard_yields_blocking! {
        RwLockUpgradableReadGuardArc: "let guard = lock.try_upgradable_read_arc().unwrap();"
    }
}
