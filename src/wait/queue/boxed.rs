//! A value that is put on the heap when it is first asked for.

use core::ptr;

use alloc::boxed::Box;

use crate::sync::{constructor, AtomicPtr, Ordering};

/// With `std`, a lock is two words until it is waited for. See [the contract](super).
///
/// `Send` and `Sync`: the value may be used, and dropped, on a thread that did not make it.
pub(crate) struct OnFirstWait<T: Send + Sync> {
    /// Null, or from [`Box::into_raw`]. This type owns the box and never replaces it.
    value: AtomicPtr<T>,
}

impl<T: Send + Sync> OnFirstWait<T> {
    constructor! {
        pub(crate) fn new() -> OnFirstWait<T> {
            OnFirstWait { value: AtomicPtr::new(ptr::null_mut()) }
        }
    }

    #[inline]
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> &T {
        // Acquire: pairs with the Release by which `make` published the value.
        let mut value = self.value.load(Ordering::Acquire);
        if value.is_null() {
            value = self.make(make);
        }
        // SAFETY: not null, so from `Box::into_raw`; only `drop` frees it, which takes `&mut self`.
        unsafe { &*value }
    }

    /// The value, if it has been asked for.
    #[cfg(feature = "diagnostics")]
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        // Relaxed: `&mut self` comes after everything else that was done to this value.
        let value = self.value.load(Ordering::Relaxed);
        // SAFETY: null, or from `Box::into_raw`; only `drop` frees it, and no reference from `get` outlives a
        // borrow of `self`.
        unsafe { value.as_mut() }
    }

    #[cold]
    #[inline(never)]
    fn make(&self, make: impl FnOnce() -> T) -> *mut T {
        let fresh = Box::into_raw(Box::new(make()));
        // Release: publishes the fresh value to the Acquire loads of this type.
        let exchange = self.value.compare_exchange(
            ptr::null_mut(),
            fresh,
            Ordering::Release,
            Ordering::Relaxed,
        );
        if exchange.is_ok() {
            return fresh;
        }
        // SAFETY: `fresh` came from `Box::into_raw` above and was not published.
        drop(unsafe { Box::from_raw(fresh) });
        // Acquire: pairs with the Release of the thread that was first.
        self.value.load(Ordering::Acquire)
    }
}

impl<T: Send + Sync> Drop for OnFirstWait<T> {
    fn drop(&mut self) {
        // Relaxed: `&mut self` comes after everything else that was done to this value.
        let value = self.value.load(Ordering::Relaxed);
        if !value.is_null() {
            // SAFETY: from `Box::into_raw`, and no reference from `get` outlives a borrow of `self`.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

#[cfg(all(test, not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests;
