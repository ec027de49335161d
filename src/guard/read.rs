use core::marker::PhantomData;

use super::{guard_reads, Address};
use crate::permit::{Permit, Shared};
use crate::raw::RawRwLock;

/// Shared access to the value of an [`RwLock`](crate::RwLock); its drop releases it.
///
/// From [`read`](crate::RwLock::read), its `try_` and `_blocking` variants, and the downgrades of
/// the other guards. Covariant in `T`; `Send` and `Sync` if `T: Sync`.
#[must_use = "the lock is released when the guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    value: Address<T>,
    #[allow(dead_code)] // For its drop.
    permit: Permit<&'a RawRwLock, Shared>,
    marker: PhantomData<&'a T>,
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// `value` is the value of the lock that `permit` is for.
    #[inline]
    pub(crate) fn new(value: Address<T>, permit: Permit<&'a RawRwLock, Shared>) -> Self {
        RwLockReadGuard { value, permit, marker: PhantomData }
    }
}

guard_reads!(RwLockReadGuard<'_, T>);
