//! What the guards of a sharded lock have in common.
#![forbid(unsafe_code)]

/// What every guard of a whole value has beside that value: waiters, and a way to let them go first. `$get` is how
/// the examples get one.
macro_rules! guard {
    (<$($lifetime:lifetime,)? T> $guard:ident yields by $yield:ident: $get:literal) => {
        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> $guard<$($lifetime,)? T> {
            /// Returns whether any waiter waits for this guard to be dropped, like the method of this name of
            /// the guards of [`RwLock`](crate::RwLock).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use futures_lite::future::{block_on, poll_once};
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("assert!(!", stringify!($guard), "::has_waiters(&guard));")]
            ///
            /// let mut writer = Box::pin(lock.write());
            /// assert!(block_on(poll_once(&mut writer)).is_none());
            #[doc = concat!("assert!(", stringify!($guard), "::has_waiters(&guard));")]
            /// ```
            pub fn has_waiters(this: &Self) -> bool {
                this.raw.is_contended()
            }

            /// Releases access to its [waiters](Self::has_waiters), and acquires it again, like
            /// [`RwLockWriteGuard::yield_to_waiters`](crate::RwLockWriteGuard::yield_to_waiters).
            ///
            /// # Cancel safety
            ///
            /// The future owns the guard: if it is dropped, so is the guard.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use futures_lite::future::{block_on, zip};
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            /// let write = async { *lock.write().await = 2 };
            #[doc = concat!("let again = ", stringify!($guard), "::yield_to_waiters(guard);")]
            /// let (_, guard) = block_on(zip(write, again));
            /// # let _ = *guard;
            /// ```
            #[doc(alias = "bump")]
            #[inline]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn yield_to_waiters(this: Self) -> $yield<$($lifetime,)? T> {
                $yield { raw: this.raw.yield_to_waiters() }
            }

            /// Yields like [`yield_to_waiters`](Self::yield_to_waiters), blocking the thread until it has access again.
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
            /// // There are no waiters, so the guard comes back at once.
            #[doc = concat!("let guard = ", stringify!($guard), "::yield_to_waiters_blocking(guard);")]
            /// assert_eq!(*guard, 1);
            /// ```
            #[cfg(not(target_family = "wasm"))]
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn yield_to_waiters_blocking(this: Self) -> Self {
                Self { raw: this.raw.yield_to_waiters_blocking() }
            }
        }
    };
}
/// `rwlock` of a guard that keeps the lock alive. `$get` is how the example gets one.
macro_rules! guard_rwlock {
    (<$($param:ident),+> $guard:ident: $get:literal) => {
        impl<$($param: ?Sized),+> $guard<$($param),+> {
            /// Returns the lock.
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("assert!(Arc::ptr_eq(&", stringify!($guard), "::rwlock(&guard), &lock));")]
            /// ```
            pub fn rwlock(this: &Self) -> alloc::sync::Arc<crate::ShardedRwLock<T>> {
                this.raw.handle().rwlock()
            }
        }
    };
}

pub(super) use {guard, guard_rwlock};
