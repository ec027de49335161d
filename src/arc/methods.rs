#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{ReadArc, ReadRecursiveArc, UpgradableReadArc, WriteArc};
use super::{ask, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};
use crate::permit::{Exclusive, Recursive, Shared, Upgradable};
use crate::wait::request::Request;
use crate::wait::Acquire;
use crate::RwLock;

/// Like the methods without `_arc`, but on an `Arc`, which the guards keep alive. The futures borrow the
/// `Arc`: see [`read_arc`](RwLock::read_arc) for one that does not.
impl<T: ?Sized> RwLock<T> {
    /// [`try_read`](RwLock::try_read), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_arc().unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn try_read_arc(self: &Arc<Self>) -> Option<RwLockReadGuardArc<T>> {
        let permit = ask::<T, Shared>(self).try_grant().ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`read`](RwLock::read), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.read_arc().await;
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// # });
    /// ```
    ///
    /// The future borrows the `Arc`, and clones it when it has access. To keep it in a struct, or to
    /// spawn it, move an `Arc` into an `async` block:
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::future::Future;
    /// use std::pin::Pin;
    /// use std::sync::Arc;
    ///
    /// /// Borrows nothing: it is `'static`.
    /// type Reading = Pin<Box<dyn Future<Output = RwLockReadGuardArc<u32>> + Send>>;
    ///
    /// fn reading(lock: &Arc<RwLock<u32>>) -> Reading {
    ///     let lock = Arc::clone(lock);
    ///     Box::pin(async move { lock.read_arc().await })
    /// }
    ///
    /// let reading = reading(&Arc::new(RwLock::new(1)));
    /// assert_eq!(*futures_lite::future::block_on(reading), 1);
    /// ```
    #[inline]
    pub fn read_arc<'a>(self: &'a Arc<Self>) -> ReadArc<'a, T> {
        ReadArc::new(self.address(), Acquire::new(ask(self)))
    }

    /// [`read_arc`](RwLock::read_arc), blocking the thread instead of a task.
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
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn read_arc_blocking(self: &Arc<Self>) -> RwLockReadGuardArc<T> {
        let permit = crate::wait::blocking::acquire(ask::<T, Shared>(self));
        RwLockReadGuardArc::new(self.address(), permit)
    }

    /// [`try_read_recursive`](RwLock::try_read_recursive), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_recursive_arc().unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    pub fn try_read_recursive_arc(self: &Arc<Self>) -> Option<RwLockReadGuardArc<T>> {
        let permit = ask::<T, Recursive>(self).try_grant().ok()?;
        Some(RwLockReadGuardArc::new(self.address(), permit))
    }

    /// [`read_recursive`](RwLock::read_recursive), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_arc().await;
    /// let inner = lock.read_recursive_arc().await;
    /// assert_eq!(*outer, *inner);
    /// # });
    /// ```
    #[inline]
    pub fn read_recursive_arc<'a>(self: &'a Arc<Self>) -> ReadRecursiveArc<'a, T> {
        ReadRecursiveArc::new(self.address(), Acquire::new(ask(self)))
    }

    /// [`read_recursive_arc`](RwLock::read_recursive_arc), blocking the thread instead of a task.
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
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn read_recursive_arc_blocking(self: &Arc<Self>) -> RwLockReadGuardArc<T> {
        let permit = crate::wait::blocking::acquire(ask::<T, Recursive>(self));
        RwLockReadGuardArc::new(self.address(), permit)
    }

    /// [`try_upgradable_read`](RwLock::try_upgradable_read), with a guard that keeps the lock
    /// alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.try_upgradable_read_arc().unwrap();
    /// assert!(lock.try_upgradable_read_arc().is_none());
    /// assert_eq!(*upgradable, 1);
    /// ```
    #[inline]
    pub fn try_upgradable_read_arc(self: &Arc<Self>) -> Option<RwLockUpgradableReadGuardArc<T>> {
        let permit = ask::<T, Upgradable>(self).try_grant().ok()?;
        Some(RwLockUpgradableReadGuardArc::new(self.address(), permit))
    }

    /// [`upgradable_read`](RwLock::upgradable_read), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let upgradable = lock.upgradable_read_arc().await;
    /// *RwLockUpgradableReadGuardArc::upgrade(upgradable).await = 2;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[inline]
    pub fn upgradable_read_arc<'a>(self: &'a Arc<Self>) -> UpgradableReadArc<'a, T> {
        UpgradableReadArc::new(self.address(), Acquire::new(ask(self)))
    }

    /// [`upgradable_read_arc`](RwLock::upgradable_read_arc), blocking the thread instead of a task.
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
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgradable_read_arc_blocking(self: &Arc<Self>) -> RwLockUpgradableReadGuardArc<T> {
        let permit = crate::wait::blocking::acquire(ask::<T, Upgradable>(self));
        RwLockUpgradableReadGuardArc::new(self.address(), permit)
    }

    /// [`try_write`](RwLock::try_write), with a guard that keeps the lock alive.
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
    #[inline]
    pub fn try_write_arc(self: &Arc<Self>) -> Option<RwLockWriteGuardArc<T>> {
        let permit = ask::<T, Exclusive>(self).try_grant().ok()?;
        Some(RwLockWriteGuardArc::new(self.address(), permit))
    }

    /// [`write`](RwLock::write), with a guard that keeps the lock alive.
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
    pub fn write_arc<'a>(self: &'a Arc<Self>) -> WriteArc<'a, T> {
        WriteArc::new(self.address(), Acquire::new(ask(self)))
    }

    /// [`write_arc`](RwLock::write_arc), blocking the thread instead of a task.
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
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn write_arc_blocking(self: &Arc<Self>) -> RwLockWriteGuardArc<T> {
        let permit = crate::wait::blocking::acquire(ask::<T, Exclusive>(self));
        RwLockWriteGuardArc::new(self.address(), permit)
    }
}
