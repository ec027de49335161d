//! All that needs `Arc`: guards and futures that keep the lock alive, and the methods that make them.

use alloc::sync::Arc;
use core::ptr::NonNull;

use crate::acquire::{Ask, Request};
use crate::guard::Address;
use crate::permit::{Handle, Mode, Permit};
use crate::raw::RawRwLock;
use crate::state::Access;
use crate::RwLock;

pub(crate) mod futures;
mod guards;

pub use guards::{RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};

/// One count of an `Arc<RwLock<T>>`, covariant in `T` and free to move between threads: as with an
/// [`Address`], the marker of the guard that has it decides about both.
#[derive(Debug)]
pub(crate) struct ArcHandle<T: ?Sized> {
    /// The address of the `RwLock<T>`, from `Arc::into_raw`, in the guise of an address of a `T`:
    /// a pointer to `RwLock<T>` would be invariant. Never dereferenced as a `T`.
    lock: Address<T>,
}

impl<T: ?Sized> ArcHandle<T> {
    fn new(lock: &Arc<RwLock<T>>) -> ArcHandle<T> {
        let lock = Arc::into_raw(Arc::clone(lock)) as *mut T;
        // SAFETY: `Arc::into_raw` never returns null.
        ArcHandle { lock: Address::new(unsafe { NonNull::new_unchecked(lock) }) }
    }

    fn as_ptr(&self) -> *const RwLock<T> {
        self.lock.as_ptr() as *const RwLock<T>
    }

    fn lock(&self) -> &RwLock<T> {
        // SAFETY: from `Arc::into_raw`, and this handle's count keeps the lock alive.
        unsafe { &*self.as_ptr() }
    }
}

impl<T: ?Sized> Handle for ArcHandle<T> {
    #[inline]
    fn raw(&self) -> &RawRwLock {
        &self.lock().raw
    }
}

impl<T: ?Sized> Drop for ArcHandle<T> {
    fn drop(&mut self) {
        // SAFETY: from `Arc::into_raw`, and this handle's count is given back once, here.
        drop(unsafe { Arc::from_raw(self.as_ptr()) });
    }
}

impl<T: ?Sized, M: Mode> Request for Ask<&Arc<RwLock<T>>, M> {
    const ACCESS: Access = M::ACCESS;
    type Permit = Permit<ArcHandle<T>, M>;

    fn raw(&self) -> &RawRwLock {
        &self.handle().raw
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        M::take_at_once(&self.handle().raw)
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise, and a request is granted once.
        unsafe { Permit::new(ArcHandle::new(self.handle())) }
    }
}

/// Like the methods without `_arc`, but on an `Arc`, which the guards keep alive.
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
        Some(RwLockReadGuardArc::new(self.address(), try_permit(self)?))
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
    #[inline]
    pub fn read_arc<'a>(self: &'a Arc<Self>) -> futures::ReadArc<'a, T> {
        futures::ReadArc::new(self.address(), Ask::new(self))
    }

    /// [`read_arc`](RwLock::read_arc), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn read_arc_blocking(self: &Arc<Self>) -> RwLockReadGuardArc<T> {
        RwLockReadGuardArc::new(self.address(), crate::blocking::acquire(Ask::new(self)))
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
        Some(RwLockUpgradableReadGuardArc::new(self.address(), try_permit(self)?))
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
    pub fn upgradable_read_arc<'a>(self: &'a Arc<Self>) -> futures::UpgradableReadArc<'a, T> {
        futures::UpgradableReadArc::new(self.address(), Ask::new(self))
    }

    /// [`upgradable_read_arc`](RwLock::upgradable_read_arc), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn upgradable_read_arc_blocking(self: &Arc<Self>) -> RwLockUpgradableReadGuardArc<T> {
        let permit = crate::blocking::acquire(Ask::new(self));
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
        Some(RwLockWriteGuardArc::new(self.address(), try_permit(self)?))
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
    pub fn write_arc<'a>(self: &'a Arc<Self>) -> futures::WriteArc<'a, T> {
        futures::WriteArc::new(self.address(), Ask::new(self))
    }

    /// [`write_arc`](RwLock::write_arc), blocking the thread instead of a task.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub fn write_arc_blocking(self: &Arc<Self>) -> RwLockWriteGuardArc<T> {
        RwLockWriteGuardArc::new(self.address(), crate::blocking::acquire(Ask::new(self)))
    }
}

#[inline]
fn try_permit<T: ?Sized, M: Mode>(lock: &Arc<RwLock<T>>) -> Option<Permit<ArcHandle<T>, M>> {
    Permit::try_take(&lock.raw).ok().map(|permit| permit.with_handle(ArcHandle::new(lock)))
}
