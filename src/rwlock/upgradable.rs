#![forbid(unsafe_code)]

use crate::futures::UpgradableRead;
use crate::permit::Upgradable;
use crate::{RwLock, RwLockUpgradableReadGuard};

/// Shared access that may become exclusive.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access, beside plain readers, that may
    /// [become](RwLockUpgradableReadGuard::upgrade) exclusive.
    ///
    /// Waits while a writer or another upgradable reader has access, and behind writers that
    /// [wait](RwLock#who-goes-next). Neither the wait nor the access keeps a plain reader out.
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
    #[doc(alias = "lock_upgradable")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn upgradable_read(&self) -> UpgradableRead<'_, T> {
        UpgradableRead { raw: self.request().wait() }
    }

    /// Attempts to acquire shared access that may become exclusive, without waiting.
    ///
    /// Returns `None` while a writer or another upgradable reader has access, and while a writer waits
    /// for readers to leave.
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
    #[doc(alias = "try_lock_upgradable")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_upgradable_read(&self) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        Some(RwLockUpgradableReadGuard { raw: self.request::<Upgradable, _>().try_grant().ok()? })
    }
}
