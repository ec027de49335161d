#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{
    ShardedRead, ShardedReadArc, ShardedReadRecursive, ShardedReadRecursiveArc, ShardedYieldRead,
    ShardedYieldReadArc,
};
use super::guard::{guard, guard_rwlock};
use super::handle::{ShardedArcHandle, ShardedHandle};
use super::ShardedRwLock;
use crate::guard::{guard_reads, RawGuard};
use crate::permit::{Recursive, Shared};

/// Shared access.
impl<T: ?Sized> ShardedRwLock<T> {
    /// Acquires shared access, beside other readers, like [`RwLock::read`](crate::RwLock::read).
    ///
    /// Waits while a writer has access, and behind writers that [wait](crate::RwLock#who-goes-next).
    ///
    /// A caller that already holds a read guard can [deadlock](crate::RwLock#deadlocks) here. Clone that guard
    /// ([`ShardedRwLockReadGuard::clone`]) or use [`read_recursive`](Self::read_recursive) instead.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = ShardedRwLock::new(1);
    /// let reader = lock.read().await;
    /// assert_eq!(*reader, 1);
    /// assert!(lock.try_read().is_some());
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read(&self) -> ShardedRead<'_, T> {
        ShardedRead { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access without waiting, like
    /// [`RwLock::try_read`](crate::RwLock::try_read).
    ///
    /// Returns `None` while a writer has access, and while a writer waits for readers to leave.
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_some());
    /// assert!(lock.try_write().is_none());
    /// # drop(reader);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read(&self) -> Option<ShardedRwLockReadGuard<'_, T>> {
        Some(ShardedRwLockReadGuard { raw: self.request::<Shared, _>().try_grant().ok()? })
    }

    /// Acquires shared access past writers that wait, like
    /// [`RwLock::read_recursive`](crate::RwLock::read_recursive).
    ///
    /// Waits only while a writer has access.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// # block_on(async {
    /// let lock = ShardedRwLock::new(1);
    /// let outer = lock.read().await;
    /// let mut writer = Box::pin(lock.write());
    /// assert!(poll_once(&mut writer).await.is_none());
    /// assert_eq!(*lock.read_recursive().await, *outer);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive(&self) -> ShardedReadRecursive<'_, T> {
        ShardedReadRecursive { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access past writers that wait, without waiting, like
    /// [`RwLock::try_read_recursive`](crate::RwLock::try_read_recursive).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// let lock = ShardedRwLock::new(1);
    /// let outer = lock.try_read().unwrap();
    /// let mut writer = Box::pin(lock.write());
    /// assert!(block_on(poll_once(&mut writer)).is_none());
    /// assert!(lock.try_read().is_none());
    /// assert_eq!(*lock.try_read_recursive().unwrap(), *outer);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive(&self) -> Option<ShardedRwLockReadGuard<'_, T>> {
        Some(ShardedRwLockReadGuard { raw: self.request::<Recursive, _>().try_grant().ok()? })
    }

    /// Acquires shared access like [`read_recursive`](Self::read_recursive), with a future and a guard that keep
    /// the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// assert_eq!(*lock.read_recursive_arc().await, 1);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_arc(self: &Arc<Self>) -> ShardedReadRecursiveArc<T> {
        ShardedReadRecursiveArc { raw: Arc::clone(self).request_owned().wait() }
    }

    /// Attempts to acquire shared access like [`try_read_recursive`](Self::try_read_recursive), with a guard
    /// that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// assert_eq!(*lock.try_read_recursive_arc().unwrap(), 1);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_arc(self: &Arc<Self>) -> Option<ShardedRwLockReadGuardArc<T>> {
        let request = Arc::clone(self).request_owned::<Recursive, _>();
        Some(ShardedRwLockReadGuardArc { raw: request.try_grant().ok()? })
    }

    /// Acquires shared access like [`read`](Self::read), with a future and a guard that keep the lock alive.
    ///
    /// The future borrows nothing, so it is `'static` if `T` is.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # tokio.block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let reader = tokio::spawn(lock.read_arc()).await.unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_arc(self: &Arc<Self>) -> ShardedReadArc<T> {
        ShardedReadArc { raw: Arc::clone(self).request_owned().wait() }
    }

    /// Attempts to acquire shared access like [`try_read`](Self::try_read), with a guard that keeps the lock
    /// alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let reader = lock.try_read_arc().unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[doc(alias = "try_read_owned")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_arc(self: &Arc<Self>) -> Option<ShardedRwLockReadGuardArc<T>> {
        let request = Arc::clone(self).request_owned::<Shared, _>();
        Some(ShardedRwLockReadGuardArc { raw: request.try_grant().ok()? })
    }

    /// Acquires shared access like [`read`](Self::read), taking the `Arc`, like
    /// [`RwLock::read_owned`](crate::RwLock::read_owned).
    ///
    /// The future is that of [`read_arc`](Self::read_arc). So code looks the same for either lock.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::futures::ShardedReadArc;
    /// use any_rwlock::ShardedRwLock;
    /// use std::pin::Pin;
    /// use std::sync::Arc;
    ///
    /// struct Reader {
    ///     waiting: Pin<Box<ShardedReadArc<u32>>>, // Borrows nothing.
    /// }
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let reader = Reader { waiting: Box::pin(lock.read_owned()) };
    /// assert_eq!(*reader.waiting.await, 1);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_owned(self: Arc<Self>) -> ShardedReadArc<T> {
        ShardedReadArc { raw: self.request_owned().wait() }
    }

    /// Acquires shared access like [`read_recursive`](Self::read_recursive), taking the `Arc`, like
    /// [`RwLock::read_recursive_owned`](crate::RwLock::read_recursive_owned).
    ///
    /// The future is that of [`read_recursive_arc`](Self::read_recursive_arc).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](crate::RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(ShardedRwLock::new(1));
    /// let outer = lock.read_arc().await;
    /// let inner = lock.read_recursive_owned().await;
    /// assert_eq!(*inner, *outer);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_owned(self: Arc<Self>) -> ShardedReadRecursiveArc<T> {
        ShardedReadRecursiveArc { raw: self.request_owned().wait() }
    }
}

/// Shared access to the value of a [`ShardedRwLock`], released on drop, on any thread.
///
/// From [`read`](ShardedRwLock::read), [`read_recursive`](ShardedRwLock::read_recursive), their `try_` and `_blocking`
/// variants, and the downgrades of the other guards. Covariant in `T`; `Send` and `Sync` if `T: Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockReadGuard<'a, T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedHandle<'a>, Shared, &'a T>,
}

/// A [`ShardedRwLockReadGuard`] that keeps the lock alive.
///
/// From [`read_arc`](ShardedRwLock::read_arc), its `try_`, `_owned` and `_blocking` variants, and the downgrades of the
/// other guards. Invariant in `T`; `Send` and `Sync` if `T: Send + Sync`.
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct ShardedRwLockReadGuardArc<T: ?Sized> {
    pub(super) raw: RawGuard<T, ShardedArcHandle<T>, Shared, Arc<ShardedRwLock<T>>>,
}

/// The methods of a read guard. `$get` is how the examples get one.
macro_rules! read_guard {
    (<$($lifetime:lifetime,)? T> $guard:ident: $get:literal) => {
        #[allow(single_use_lifetimes)]
        impl<$($lifetime,)? T: ?Sized> $guard<$($lifetime,)? T> {
            /// Acquires shared access once more, past all waiters, and returns another guard, like
            /// [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
            ///
            /// # Panics
            ///
            /// If there are [too many readers](crate::RwLock#panics).
            ///
            /// # Examples
            ///
            /// ```
            /// use any_rwlock::*;
            /// use std::sync::Arc;
            ///
            /// let lock = Arc::new(ShardedRwLock::new(1));
            #[doc = concat!("let guard = ", $get, ";")]
            #[doc = concat!("let again = ", stringify!($guard), "::clone(&guard);")]
            /// drop(guard);
            /// assert_eq!(*again, 1);
            /// assert!(lock.try_write().is_none());
            /// ```
            #[inline]
            #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
            #[cfg_attr(feature = "diagnostics", track_caller)]
            pub fn clone(this: &Self) -> Self {
                Self { raw: this.raw.share() }
            }
        }
    };
}

read_guard!(<'a, T> ShardedRwLockReadGuard: "lock.try_read().unwrap()");
read_guard!(<T> ShardedRwLockReadGuardArc: "lock.try_read_arc().unwrap()");
guard! {
    <'a, T> ShardedRwLockReadGuard yields by ShardedYieldRead: "lock.try_read().unwrap()"
}
guard! {
    <T> ShardedRwLockReadGuardArc yields by ShardedYieldReadArc: "lock.try_read_arc().unwrap()"
}

guard_reads!(<T> ShardedRwLockReadGuard<'_, T> => T);
guard_reads!(<T> ShardedRwLockReadGuardArc<T> => T);
guard_rwlock!(<T> ShardedRwLockReadGuardArc: "lock.try_read_arc().unwrap()");
