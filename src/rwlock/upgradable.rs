#![forbid(unsafe_code)]

use crate::futures::UpgradableRead;
use crate::permit::Upgradable;
use crate::wait::request::Request;
use crate::wait::Acquire;
use crate::{RwLock, RwLockUpgradableReadGuard};

/// Shared access that may become exclusive.
impl<T: ?Sized> RwLock<T> {
    /// Shared access that may become exclusive, if it can be had now.
    ///
    /// `None` while a writer or another upgradable reader has access, and while a writer waits for
    /// readers to leave. Never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let upgradable = lock.try_upgradable_read().unwrap();
    /// assert!(lock.try_upgradable_read().is_none());
    /// assert!(lock.try_read().is_some());
    /// # drop(upgradable);
    /// ```
    #[inline]
    pub fn try_upgradable_read(&self) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        Some(RwLockUpgradableReadGuard::new(
            self.address(),
            self.ask::<Upgradable>().try_grant().ok()?,
        ))
    }

    /// Shared access, beside plain readers, that may [become](RwLockUpgradableReadGuard::upgrade)
    /// exclusive.
    ///
    /// Waits while a writer or another upgradable reader has access, and behind writers that
    /// [wait](RwLock#who-goes-next). Neither waiting for it nor having it keeps a plain reader out.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = RwLock::new(None);
    /// let cached = lock.upgradable_read().await;
    /// if cached.is_none() {
    ///     let mut cached = RwLockUpgradableReadGuard::upgrade(cached).await;
    ///     *cached = Some("made once");
    /// }
    /// assert_eq!(*lock.read().await, Some("made once"));
    /// # });
    /// ```
    #[inline]
    pub fn upgradable_read(&self) -> UpgradableRead<'_, T> {
        UpgradableRead::new(self.address(), Acquire::new(self.ask()))
    }

    /// [`upgradable_read`](RwLock::upgradable_read), blocking the thread instead of a task.
    ///
    /// In a task it [stops the executor's thread](RwLock#blocking-in-a-task).
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
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgradable_read_blocking(&self) -> RwLockUpgradableReadGuard<'_, T> {
        let permit = crate::wait::blocking::acquire(self.ask::<Upgradable>());
        RwLockUpgradableReadGuard::new(self.address(), permit)
    }
}
