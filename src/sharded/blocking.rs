#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use super::{
    ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockReadGuardArc,
    ShardedRwLockUpgradableReadGuard, ShardedRwLockUpgradableReadGuardArc, ShardedRwLockWriteGuard,
    ShardedRwLockWriteGuardArc,
};
use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::RwLockUpgradedGuard;

/// Access for a thread, by `$request`: `$blocking` without a time limit, `$for` so long, `$until` then.
macro_rules! blocking {
    (
        ($($this:tt)+) $request:expr => $guard:ident ($($param:tt)+), like $like:literal:
        $blocking:ident, $for:ident, $until:ident
    ) => {
        #[doc = concat!("Acquires access like [`", $like, "`](Self::", $like,
            "), blocking the thread until it is available.")]
        ///
        /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", $like, "`](Self::", $like, ").")]
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::ShardedRwLock;
        /// use std::sync::Arc;
        ///
        /// let lock = Arc::new(ShardedRwLock::new(1));
        #[doc = concat!("assert_eq!(*lock.", stringify!($blocking), "(), 1);")]
        /// ```
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub fn $blocking($($this)+) -> $guard<$($param)+> {
            $guard { raw: $request.acquire_blocking() }
        }

        #[doc = concat!("Attempts to acquire access like [`", $like, "`](Self::", $like,
            "), blocking the thread for at most `timeout`.")]
        ///
        /// As with [`RwLock::try_read_for`](crate::RwLock::try_read_for), access that is free at the deadline
        /// is taken, and a timeout so long that its end cannot be expressed never expires.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::ShardedRwLock;
        /// use std::sync::Arc;
        /// use std::time::Duration;
        ///
        /// let lock = Arc::new(ShardedRwLock::new(1));
        #[doc = concat!("let guard = lock.", stringify!($for), "(Duration::from_millis(1));")]
        /// assert_eq!(*guard.unwrap(), 1);
        /// ```
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub fn $for($($this)+, timeout: Duration) -> Option<$guard<$($param)+>> {
            Some($guard { raw: $request.acquire_for(timeout).ok()? })
        }

        #[doc = concat!("Attempts to acquire access like [`", $like, "`](Self::", $like,
            "), blocking the thread until `deadline` at the latest.")]
        ///
        /// Access that is free then is taken, even if the deadline had passed before the call.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::ShardedRwLock;
        /// use std::sync::Arc;
        /// use std::time::Instant;
        ///
        /// let lock = Arc::new(ShardedRwLock::new(1));
        #[doc = concat!("let guard = lock.", stringify!($until), "(Instant::now());")]
        /// assert_eq!(*guard.unwrap(), 1);
        /// ```
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub fn $until($($this)+, deadline: Instant) -> Option<$guard<$($param)+>> {
            Some($guard { raw: $request.acquire_until(deadline).ok()? })
        }
    };
}

/// Access for threads, which block where a task would wait; in a task, these methods
/// [stop the executor's thread](crate::RwLock#blocking-in-a-task).
impl<T: ?Sized> ShardedRwLock<T> {
    blocking! {
        (&self) self.request::<Shared, _>() => ShardedRwLockReadGuard ('_, T), like "read":
        read_blocking, try_read_for, try_read_until
    }
    blocking! {
        (&self) self.request::<Recursive, _>() => ShardedRwLockReadGuard ('_, T),
        like "read_recursive":
        read_recursive_blocking, try_read_recursive_for, try_read_recursive_until
    }
    blocking! {
        (&self) self.request::<Upgradable, _>() => ShardedRwLockUpgradableReadGuard ('_, T),
        like "upgradable_read":
        upgradable_read_blocking, try_upgradable_read_for, try_upgradable_read_until
    }
    blocking! {
        (&self) self.request::<Exclusive, _>() => ShardedRwLockWriteGuard ('_, T), like "write":
        write_blocking, try_write_for, try_write_until
    }
}

/// The same, with guards that keep the lock alive.
impl<T: ?Sized> ShardedRwLock<T> {
    blocking! {
        (self: &Arc<Self>) Arc::clone(self).request_owned::<Shared, _>() =>
        ShardedRwLockReadGuardArc (T), like "read_arc":
        read_arc_blocking, try_read_arc_for, try_read_arc_until
    }
    blocking! {
        (self: &Arc<Self>) Arc::clone(self).request_owned::<Recursive, _>() =>
        ShardedRwLockReadGuardArc (T), like "read_recursive_arc":
        read_recursive_arc_blocking, try_read_recursive_arc_for, try_read_recursive_arc_until
    }
    blocking! {
        (self: &Arc<Self>) Arc::clone(self).request_owned::<Upgradable, _>() =>
        ShardedRwLockUpgradableReadGuardArc (T), like "upgradable_read_arc":
        upgradable_read_arc_blocking, try_upgradable_read_arc_for, try_upgradable_read_arc_until
    }
    blocking! {
        (self: &Arc<Self>) Arc::clone(self).request_owned::<Exclusive, _>() =>
        ShardedRwLockWriteGuardArc (T), like "write_arc":
        write_arc_blocking, try_write_arc_for, try_write_arc_until
    }
}

/// Upgrades that block. `$get` is how the examples get a guard.
macro_rules! upgrades_blocking {
    (<$($lifetime:lifetime,)? T> $guard:ident, $write:ident: $get:literal) => {
        impl<$($lifetime,)? T: ?Sized> $guard<$($lifetime,)? T> {
            /// Turns the guard into a write guard like [`upgrade`](Self::upgrade), blocking the thread until the
            /// access is exclusive.
            ///
            /// In a task it [stops the executor's thread](crate::RwLock#blocking-in-a-task).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard), "::upgrade_blocking(guard) = 2;")]
            /// assert_eq!(*lock.read_blocking(), 2);
            /// ```
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn upgrade_blocking(this: Self) -> $write<$($lifetime,)? T> {
                $write { raw: this.raw.acquire_blocking() }
            }

            /// Attempts to turn the guard into a write guard, blocking the thread for at most `timeout`.
            ///
            /// # Errors
            ///
            /// Returns the guard if there are still readers beside it when the time is up.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            /// use std::time::Duration;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            /// let reader = lock.try_read().unwrap();
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let guard = ", stringify!($guard),
                "::try_upgrade_for(guard, Duration::from_millis(1)).unwrap_err();")]
            /// assert_eq!(*guard, *reader);
            /// ```
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn try_upgrade_for(
                this: Self,
                timeout: Duration,
            ) -> Result<$write<$($lifetime,)? T>, Self> {
                match this.raw.acquire_for(timeout) {
                    Ok(raw) => Ok($write { raw }),
                    Err(raw) => Err(Self { raw }),
                }
            }

            /// Attempts to turn the guard into a write guard, blocking the thread until `deadline` at the latest.
            ///
            /// # Errors
            ///
            /// Returns the guard if there are still readers beside it when the time is up.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            /// use std::time::Instant;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard),
                "::try_upgrade_until(guard, Instant::now()).unwrap() = 2;")]
            /// assert_eq!(*lock.read_blocking(), 2);
            /// ```
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn try_upgrade_until(
                this: Self,
                deadline: Instant,
            ) -> Result<$write<$($lifetime,)? T>, Self> {
                match this.raw.acquire_until(deadline) {
                    Ok(raw) => Ok($write { raw }),
                    Err(raw) => Err(Self { raw }),
                }
            }

            /// Acquires exclusive access for as long as this guard is borrowed, blocking the thread until it is
            /// available.
            ///
            /// Waits as [`upgrade_ref`](Self::upgrade_ref) does. In a task it
            /// [stops the executor's thread](crate::RwLock#blocking-in-a-task).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let mut guard = ", $get, ";")]
            #[doc = concat!("*", stringify!($guard), "::upgrade_ref_blocking(&mut guard) = 2;")]
            /// assert_eq!(*guard, 2);
            /// ```
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn upgrade_ref_blocking(this: &mut Self) -> RwLockUpgradedGuard<'_, T> {
                RwLockUpgradedGuard { raw: this.raw.lend().acquire_blocking() }
            }
        }
    };
}

upgrades_blocking! {
    <'a, T> ShardedRwLockUpgradableReadGuard, ShardedRwLockWriteGuard:
    "lock.try_upgradable_read().unwrap()"
}
upgrades_blocking! {
    <T> ShardedRwLockUpgradableReadGuardArc, ShardedRwLockWriteGuardArc:
    "lock.try_upgradable_read_arc().unwrap()"
}
