//! The cell that the parts of an entry are in: loom's, which notices what nothing orders, or `core`'s.
#![forbid(unsafe_code)]

#[cfg(any_rwlock_loom)]
pub(super) use loom::cell::UnsafeCell;

#[cfg(not(any_rwlock_loom))]
pub(super) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

#[cfg(not(any_rwlock_loom))]
impl<T> UnsafeCell<T> {
    pub(super) const fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell(core::cell::UnsafeCell::new(value))
    }

    #[inline(always)]
    pub(super) fn with<R>(&self, look: impl FnOnce(*const T) -> R) -> R {
        look(self.0.get())
    }

    #[inline(always)]
    pub(super) fn with_mut<R>(&self, change: impl FnOnce(*mut T) -> R) -> R {
        change(self.0.get())
    }
}
