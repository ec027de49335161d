#![forbid(unsafe_code)]

use core::time::Duration;
use std::time::Instant;

use super::{RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradedGuard, RwLockWriteGuard};

/// `yield_to_waiters_blocking`; `$get` is how the example gets its guard.
macro_rules! guard_yields_blocking {
    ($guard:ident: $get:literal) => {
        /// Yields like [`yield_to_waiters`](Self::yield_to_waiters), blocking the thread until it
        /// has access again.
        ///
        /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
        ///
        /// # Examples
        ///
        /// ```
        #[doc = concat!("use any_rwlock::{RwLock, ", stringify!($guard), "};")]
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(RwLock::new(1));
        #[doc = $get]
        /// // There are no waiters, so the guard comes back at once.
        #[doc = concat!("let guard = ", stringify!($guard), "::yield_to_waiters_blocking(guard);")]
        /// assert_eq!(*guard, 1);
        /// ```
        #[doc(alias = "bump")]
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub fn yield_to_waiters_blocking(this: Self) -> Self {
            Self { raw: this.raw.yield_to_waiters_blocking() }
        }
    };
}

pub(crate) use guard_yields_blocking;

impl<T: ?Sized> RwLockReadGuard<'_, T> {
    guard_yields_blocking!(RwLockReadGuard: "let guard = lock.try_read().unwrap();");
}

impl<T: ?Sized> RwLockWriteGuard<'_, T> {
    guard_yields_blocking!(RwLockWriteGuard: "let guard = lock.try_write().unwrap();");
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    /// Turns the guard into a write guard, blocking the thread until the access is exclusive.
    ///
    /// Waits as [`upgrade`](Self::upgrade) does. In a task it
    /// [stops the executor's thread](crate::RwLock#blocking-in-a-task).
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade_blocking(this: Self) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { raw: this.raw.acquire_blocking() }
    }

    /// Attempts to turn the guard into a write guard, blocking the thread for at most `timeout`.
    ///
    /// Waits as [`upgrade`](Self::upgrade) does. A timeout so long that its end cannot be expressed as an
    /// [`Instant`] never expires.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers beside it when the time is up.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade_for(this: Self, timeout: Duration) -> Result<RwLockWriteGuard<'a, T>, Self> {
        match this.raw.acquire_for(timeout) {
            Ok(raw) => Ok(RwLockWriteGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Attempts to turn the guard into a write guard, blocking the thread until `deadline` at the latest.
    ///
    /// Waits as [`upgrade`](Self::upgrade) does.
    ///
    /// # Errors
    ///
    /// Returns the guard if there are still readers beside it when the time is up.
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
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn try_upgrade_until(
        this: Self,
        deadline: Instant,
    ) -> Result<RwLockWriteGuard<'a, T>, Self> {
        match this.raw.acquire_until(deadline) {
            Ok(raw) => Ok(RwLockWriteGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    /// Acquires exclusive access for as long as this guard is borrowed, blocking the thread until it
    /// is available.
    ///
    /// Waits as [`upgrade_ref`](Self::upgrade_ref) does. In a task it
    /// [stops the executor's thread](crate::RwLock#blocking-in-a-task).
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
    #[doc(alias = "with_upgraded")]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
        RwLockUpgradedGuard { raw: this.raw.lend().acquire_blocking() }
    }

    guard_yields_blocking! {
        RwLockUpgradableReadGuard: "let guard = lock.try_upgradable_read().unwrap();"
    }
}
