#![forbid(unsafe_code)]

use core::time::Duration;
use std::time::Instant;

use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

/// Access for threads, which block where a task would wait.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access, blocking the thread until it is available.
    ///
    /// Waits as [`read`](RwLock::read) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// assert_eq!(*lock.read_blocking(), 1);
    /// ```
    #[doc(alias = "blocking_read")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_blocking(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard { raw: self.request::<Shared, _>().acquire_blocking() }
    }

    /// Acquires shared access past writers that wait, blocking the thread until it is available.
    ///
    /// Waits as [`read_recursive`](RwLock::read_recursive) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let outer = lock.read_blocking();
    /// assert_eq!(*lock.read_recursive_blocking(), *outer);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_blocking(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard { raw: self.request::<Recursive, _>().acquire_blocking() }
    }

    /// Acquires shared access that may become exclusive, blocking the thread until it is available.
    ///
    /// Waits as [`upgradable_read`](RwLock::upgradable_read) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.upgradable_read_blocking();
    /// *RwLockUpgradableReadGuard::upgrade_blocking(upgradable) = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read_blocking(&self) -> RwLockUpgradableReadGuard<'_, T> {
        RwLockUpgradableReadGuard { raw: self.request::<Upgradable, _>().acquire_blocking() }
    }

    /// Acquires exclusive access, blocking the thread until it is available.
    ///
    /// Waits as [`write`](RwLock::write) does. In a task it
    /// [stops the executor's thread](RwLock#blocking-in-a-task).
    ///
    /// # Panics
    ///
    /// If [too many writers](RwLock#panics) wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// *lock.write_blocking() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[doc(alias = "blocking_write")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn write_blocking(&self) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard { raw: self.request::<Exclusive, _>().acquire_blocking() }
    }
}

/// Access for threads, which block for a limited time. In a task, these methods
/// [stop the executor's thread](RwLock#blocking-in-a-task); use the executor's
/// [timeouts](crate::guide::cancellation#timeouts) there.
///
/// Each gives up at its deadline, as if it had not been called, and returns `None`. Access that is
/// free then is taken, even if the deadline had passed before the call. A timeout so long that its
/// end cannot be expressed as an [`Instant`] never expires.
impl<T: ?Sized> RwLock<T> {
    /// Attempts to acquire shared access, blocking the thread for at most `timeout`.
    ///
    /// Waits as [`read`](RwLock::read) does.
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
    #[doc(alias = "try_lock_shared_for")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let raw = self.request::<Shared, _>().acquire_for(timeout).ok()?;
        Some(RwLockReadGuard { raw })
    }

    /// Attempts to acquire shared access, blocking the thread until `deadline` at the latest.
    ///
    /// Waits as [`read`](RwLock::read) does.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
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
    #[doc(alias = "try_lock_shared_until")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        let raw = self.request::<Shared, _>().acquire_until(deadline).ok()?;
        Some(RwLockReadGuard { raw })
    }

    /// Attempts to acquire shared access past writers that wait, blocking the thread for at most `timeout`.
    ///
    /// Waits as [`read_recursive`](RwLock::read_recursive) does.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let raw = self.request::<Recursive, _>().acquire_for(timeout).ok()?;
        Some(RwLockReadGuard { raw })
    }

    /// Attempts to acquire shared access past writers that wait, blocking the thread until `deadline` at the latest.
    ///
    /// Waits as [`read_recursive`](RwLock::read_recursive) does.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        let raw = self.request::<Recursive, _>().acquire_until(deadline).ok()?;
        Some(RwLockReadGuard { raw })
    }

    /// Attempts to acquire shared access that may become exclusive, blocking the thread for at most `timeout`.
    ///
    /// Waits as [`upgradable_read`](RwLock::upgradable_read) does.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_for(
        &self,
        timeout: Duration,
    ) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let raw = self.request::<Upgradable, _>().acquire_for(timeout).ok()?;
        Some(RwLockUpgradableReadGuard { raw })
    }

    /// Attempts to acquire shared access that may become exclusive, blocking the thread until `deadline` at the latest.
    ///
    /// Waits as [`upgradable_read`](RwLock::upgradable_read) does.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read_until(
        &self,
        deadline: Instant,
    ) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let raw = self.request::<Upgradable, _>().acquire_until(deadline).ok()?;
        Some(RwLockUpgradableReadGuard { raw })
    }

    /// Attempts to acquire exclusive access, blocking the thread for at most `timeout`.
    ///
    /// Waits as [`write`](RwLock::write) does.
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
    #[doc(alias = "try_lock_exclusive_for")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_for(&self, timeout: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        let raw = self.request::<Exclusive, _>().acquire_for(timeout).ok()?;
        Some(RwLockWriteGuard { raw })
    }

    /// Attempts to acquire exclusive access, blocking the thread until `deadline` at the latest.
    ///
    /// Waits as [`write`](RwLock::write) does.
    ///
    /// # Panics
    ///
    /// If [too many writers](RwLock#panics) wait.
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
    #[doc(alias = "try_lock_exclusive_until")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_write_until(&self, deadline: Instant) -> Option<RwLockWriteGuard<'_, T>> {
        let raw = self.request::<Exclusive, _>().acquire_until(deadline).ok()?;
        Some(RwLockWriteGuard { raw })
    }
}
