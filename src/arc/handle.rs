//! How a guard keeps its lock alive. The only unsafe code that `Arc` needs.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::guard::{Claim, Marker, Part, PartOf, RawGuard, Whole};
use crate::permit::{Acquirable, Exclusive, Handle, Mode, Permit, Shared, Upgradable};
use crate::probe::By;
use crate::raw::RawRwLock;
use crate::wait::request::{LockRequest, Request};
use crate::wait::target::Target;
use crate::RwLock;

/// One count of an `Arc<RwLock<T>>`, covariant in `T`.
pub(crate) struct ArcHandle<T: ?Sized> {
    /// The address of the `RwLock<T>`, from `Arc::into_raw`, in the guise of an address of a `T`:
    /// a pointer to `RwLock<T>` would be invariant. Never dereferenced as a `T`.
    lock: NonNull<T>,
}

// SAFETY: an `Arc<RwLock<T>>` may be sent, if `T: Send + Sync`, and a handle can do no more.
unsafe impl<T: ?Sized + Send + Sync> Send for ArcHandle<T> {}
// SAFETY: an `Arc<RwLock<T>>` may be shared, if `T: Send + Sync`, and a handle can do no more.
unsafe impl<T: ?Sized + Send + Sync> Sync for ArcHandle<T> {}

impl<T: ?Sized> ArcHandle<T> {
    fn new(lock: Arc<RwLock<T>>) -> ArcHandle<T> {
        let lock = Arc::into_raw(lock) as *mut T;
        // SAFETY: `Arc::into_raw` never returns null.
        ArcHandle { lock: unsafe { NonNull::new_unchecked(lock) } }
    }

    /// # Safety
    ///
    /// The lock was made as an `RwLock<T>`: `T` has not been narrowed by covariance since.
    unsafe fn to_arc(&self) -> Arc<RwLock<T>> {
        let counted = ManuallyDrop::new(self.clone());
        // SAFETY: the pointer is from `Arc::into_raw`, of this very type as the caller promises, and
        // the count of the clone, which is not dropped, goes to the new `Arc`.
        unsafe { Arc::from_raw(counted.as_ptr()) }
    }

    /// What `Arc::into_raw` has returned, but for lifetimes in `T` that were narrowed since.
    fn as_ptr(&self) -> *const RwLock<T> {
        self.lock.as_ptr() as *const RwLock<T>
    }
}

impl<T: ?Sized> Clone for ArcHandle<T> {
    fn clone(&self) -> ArcHandle<T> {
        // SAFETY: the pointer is from `Arc::into_raw`, and this handle's count keeps the lock alive. Counting does
        // nothing with the value.
        unsafe { Arc::increment_strong_count(self.as_ptr()) };
        ArcHandle { lock: self.lock }
    }
}

impl<T: ?Sized> Drop for ArcHandle<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer is from `Arc::into_raw`, and this handle's count is given back once,
        // here. The value may be dropped as a `T` of narrower lifetimes, as any covariant owner drops it.
        drop(unsafe { Arc::from_raw(self.as_ptr()) });
    }
}

// SAFETY: it leads to the lock of its `Arc`, of which it has a count.
unsafe impl<T: ?Sized> Handle for ArcHandle<T> {
    type Lock = RawRwLock;

    #[inline]
    fn lock(&self) -> &RawRwLock {
        // SAFETY: the pointer is from `Arc::into_raw`, and this handle's count keeps the lock alive. Lifetimes in `T` do
        // not change what `raw` is.
        unsafe { &(*self.as_ptr()).raw }
    }
}

/// Borrows the `Arc` until it is granted, and then has a count of its own.
// SAFETY: an `Arc` leads to one lock, and `A::ACCESS` gives an access of `A::Mode`.
unsafe impl<T: ?Sized, A: Acquirable> Request for LockRequest<&Arc<RwLock<T>>, A> {
    type Permit = Permit<ArcHandle<T>, A::Mode>;
    type Lock = RawRwLock;

    #[inline]
    fn target(&self) -> Target<'_> {
        Target::new(&self.handle().raw, A::ACCESS)
    }

    #[inline]
    unsafe fn grant(self, by: By) -> Self::Permit {
        // SAFETY: by the caller's promise an access of `A`'s mode was acquired; a request is granted once.
        unsafe { Permit::new::<A>(ArcHandle::new(Arc::clone(self.handle())), by) }
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Asks for access by `E`.
    #[inline]
    pub(super) fn request_arc<'a, E, K>(
        self: &'a Arc<Self>,
    ) -> Claim<T, LockRequest<&'a Arc<RwLock<T>>, E>, K>
    where
        E: Acquirable,
        K: Marker<T, Permit<ArcHandle<T>, E::Mode>, Extent = Whole>,
    {
        // SAFETY: the value and the request are of this lock, which the request borrows, and of which
        // its permit has a count.
        unsafe { Claim::new(self.value_ptr(), LockRequest::new(self)) }
    }

    /// Asks for access by `E`. Keeps the lock alive until it is granted, and the permit does then.
    #[inline]
    pub(super) fn request_owned<E, K>(self: Arc<Self>) -> Claim<T, LockRequest<ArcHandle<T>, E>, K>
    where
        E: Acquirable,
        K: Marker<T, Permit<ArcHandle<T>, E::Mode>, Extent = Whole>,
    {
        let value = self.value_ptr();
        // SAFETY: the value and the request are of this lock, of which the request has a count, and its
        // permit the same count.
        unsafe { Claim::new(value, LockRequest::new(ArcHandle::new(self))) }
    }
}

/// The marker of a mapped read guard: with the auto traits of an `Arc<T>`, but invariant in `T`, for [`PartOf`].
pub(super) type SharedPart<T, U> = (Part, (Arc<T>, fn(*mut T)), Arc<U>);

/// The marker of a mapped write guard. In a box, because a marker is sized, whatever the part is.
pub(super) type ExclusivePart<T, U> = (Part, Arc<RwLock<T>>, Box<RwLock<U>>);

// SAFETY: an `Arc<T>` gives what a read guard gives, and its drop may drop the value, too.
unsafe impl<T: ?Sized> Marker<T, Permit<ArcHandle<T>, Shared>> for Arc<T> {
    type Extent = Whole;
}
// SAFETY: an `Arc<RwLock<T>>` gives an upgradable read guard, and thus all that this can become.
unsafe impl<T: ?Sized> Marker<T, Permit<ArcHandle<T>, Upgradable>> for Arc<RwLock<T>> {
    type Extent = Whole;
}
// SAFETY: an `Arc<RwLock<T>>` gives a write guard, and thus all that this can become.
unsafe impl<T: ?Sized> Marker<T, Permit<ArcHandle<T>, Exclusive>> for Arc<RwLock<T>> {
    type Extent = Whole;
}
// SAFETY: an `Arc<U>` gives shared access to the part, and the drop of an `Arc<T>` may drop the rest.
unsafe impl<T: ?Sized, U: ?Sized> Marker<U, Permit<ArcHandle<T>, Shared>> for SharedPart<T, U> {
    type Extent = Part;
}
// SAFETY: an `RwLock<U>`, which is invariant, gives exclusive access to the part, and an
// `Arc<RwLock<T>>` gives the lock and its drop.
unsafe impl<T: ?Sized, U: ?Sized> Marker<U, Permit<ArcHandle<T>, Exclusive>>
    for ExclusivePart<T, U>
{
    type Extent = Part;
}

// SAFETY: `U: 'static`, and this marker, which is invariant in `T`, mentions each lifetime of the `T` that the
// closure was given.
unsafe impl<T: ?Sized, U: ?Sized + 'static> PartOf<Whole, T, U> for SharedPart<T, U> {}
// SAFETY: as for a `SharedPart`.
unsafe impl<T: ?Sized, U: ?Sized + 'static> PartOf<Whole, T, U> for ExclusivePart<T, U> {}

impl<T: ?Sized, M: Mode> RawGuard<T, ArcHandle<T>, M, Arc<RwLock<T>>> {
    pub(super) fn rwlock(&self) -> Arc<RwLock<T>> {
        // SAFETY: the marker is invariant and was made with the lock, so `T` is that of the lock.
        unsafe { self.handle().to_arc() }
    }
}

impl<T, U, M> RawGuard<U, ArcHandle<T>, M, ExclusivePart<T, U>>
where
    T: ?Sized,
    U: ?Sized,
    M: Mode,
{
    pub(super) fn rwlock(&self) -> Arc<RwLock<T>> {
        // SAFETY: the marker is invariant and was made from one with the lock, so `T` is that of the
        // lock.
        unsafe { self.handle().to_arc() }
    }
}
