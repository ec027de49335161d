//! How a permit reaches a sharded lock. The only unsafe code that one needs, beside its raw lock.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::ptr::NonNull;

use super::ShardedRwLock;
use crate::guard::{Claim, Marker, Part, PartOf, Whole};
use crate::permit::{Acquirable, Exclusive, Handle, Permit, Shared, Upgradable};
use crate::raw::sharded::{CountedIn, RawShardedRwLock};
use crate::wait::request::LockRequest;
use crate::RwLock;

// SAFETY: a lock owns its value, and moving it moves the value; the rest of it is Send.
unsafe impl<T: ?Sized + Send> Send for ShardedRwLock<T> {}
// SAFETY: a shared lock shares its value between readers (`T: Sync`) and lends it exclusively to
// writers on any thread, which may take it out (`T: Send`); `raw`, which is Sync, keeps the two apart.
unsafe impl<T: ?Sized + Send + Sync> Sync for ShardedRwLock<T> {}

/// Leads to a raw lock, and says where a reader was counted that came by it.
#[derive(Clone)]
pub(crate) struct ShardedHandle<'a> {
    lock: &'a RawShardedRwLock,
    counted_in: CountedIn,
}

/// The same, with a count of the lock's `Arc`.
pub(crate) struct ShardedArcHandle<T: ?Sized> {
    lock: Arc<ShardedRwLock<T>>,
    counted_in: CountedIn,
}

impl<T: ?Sized> Clone for ShardedArcHandle<T> {
    fn clone(&self) -> Self {
        ShardedArcHandle { lock: Arc::clone(&self.lock), counted_in: self.counted_in }
    }
}

/// `Handle` of a type with a `counted_in`; `$raw` is its raw lock.
macro_rules! handle {
    (($($param:tt)*) $handle:ty, $self:ident => $raw:expr) => {
        // SAFETY: it leads to the lock that it was made for, by a reference or a count of its own.
        unsafe impl<$($param)*> Handle for $handle {
            type Lock = RawShardedRwLock;

            #[inline]
            fn lock(&self) -> &RawShardedRwLock {
                let $self = self;
                $raw
            }

            #[inline]
            fn acquire_by_shard(&mut self) -> bool {
                let $self = &*self;
                let counted_in = $raw.acquire_by_shard();
                self.counted_in = counted_in.unwrap_or(CountedIn::WORD);
                counted_in.is_some()
            }

            #[inline]
            unsafe fn release_by_shard(&self) -> bool {
                let $self = self;
                // SAFETY: by the caller's promise; `counted_in` says where the last read was counted.
                unsafe { $raw.release_by_shard(self.counted_in) }
            }
        }
    };
}

handle!(() ShardedHandle<'_>, handle => handle.lock);
handle!((T: ?Sized) ShardedArcHandle<T>, handle => &handle.lock.raw);

// SAFETY: a `&T` gives what a read guard gives.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<ShardedHandle<'a>, Shared>> for &'a T {
    type Extent = Whole;
}
// SAFETY: a `&ShardedRwLock<T>` gives an upgradable read guard, and thus all that this can become.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<ShardedHandle<'a>, Upgradable>>
    for &'a ShardedRwLock<T>
{
    type Extent = Whole;
}
// SAFETY: a `&ShardedRwLock<T>` gives a write guard, and thus all that this can become.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<ShardedHandle<'a>, Exclusive>>
    for &'a ShardedRwLock<T>
{
    type Extent = Whole;
}
// SAFETY: an `Arc<ShardedRwLock<T>>` gives a read guard, and its drop may drop the value, too.
unsafe impl<T: ?Sized> Marker<T, Permit<ShardedArcHandle<T>, Shared>> for Arc<ShardedRwLock<T>> {
    type Extent = Whole;
}
// SAFETY: an `Arc<ShardedRwLock<T>>` gives an upgradable read guard, and thus all that this can become.
unsafe impl<T: ?Sized> Marker<T, Permit<ShardedArcHandle<T>, Upgradable>>
    for Arc<ShardedRwLock<T>>
{
    type Extent = Whole;
}
// SAFETY: an `Arc<ShardedRwLock<T>>` gives a write guard, and thus all that this can become.
unsafe impl<T: ?Sized> Marker<T, Permit<ShardedArcHandle<T>, Exclusive>> for Arc<ShardedRwLock<T>> {
    type Extent = Whole;
}

// SAFETY: a `&U` gives what a mapped read guard gives, which has no access beyond its part.
unsafe impl<'a, U: ?Sized> Marker<U, Permit<ShardedHandle<'a>, Shared>> for (Part, &'a U) {
    type Extent = Part;
}
// SAFETY: a `&mut U` gives what a mapped write guard gives, which has no access beyond its part.
unsafe impl<'a, U: ?Sized> Marker<U, Permit<ShardedHandle<'a>, Exclusive>> for (Part, &'a mut U) {
    type Extent = Part;
}

/// The marker of a mapped read guard.
pub(super) type SharedPart<T, U> = (Part, Arc<ShardedRwLock<T>>, Arc<U>);

/// The marker of a mapped write guard. In a box, because a marker is sized, whatever the part is.
pub(super) type ExclusivePart<T, U> = (Part, Arc<ShardedRwLock<T>>, Box<RwLock<U>>);

// SAFETY: an `Arc<U>` gives shared access to the part, and an `Arc<ShardedRwLock<T>>` the lock and its drop.
unsafe impl<T: ?Sized, U: ?Sized> Marker<U, Permit<ShardedArcHandle<T>, Shared>>
    for SharedPart<T, U>
{
    type Extent = Part;
}
// SAFETY: an `RwLock<U>`, which is invariant, gives exclusive access to the part, and an `Arc<ShardedRwLock<T>>` the
// lock and its drop.
unsafe impl<T: ?Sized, U: ?Sized> Marker<U, Permit<ShardedArcHandle<T>, Exclusive>>
    for ExclusivePart<T, U>
{
    type Extent = Part;
}

// SAFETY: `U: 'static`, and this marker, which is invariant in `T`, mentions each lifetime of the `T` that the
// closure was given.
unsafe impl<T: ?Sized, U: ?Sized + 'static> PartOf<Whole, T, U> for SharedPart<T, U> {}
// SAFETY: as for a `SharedPart`.
unsafe impl<T: ?Sized, U: ?Sized + 'static> PartOf<Whole, T, U> for ExclusivePart<T, U> {}

impl<T: ?Sized> ShardedRwLock<T> {
    fn value_ptr(&self) -> NonNull<T> {
        // SAFETY: the pointer of an `UnsafeCell` is never null.
        unsafe { NonNull::new_unchecked(self.value.get()) }
    }

    /// Asks for access by `E`.
    #[inline]
    pub(super) fn request<'a, E, K>(&'a self) -> Claim<T, LockRequest<ShardedHandle<'a>, E>, K>
    where
        E: Acquirable,
        K: Marker<T, Permit<ShardedHandle<'a>, E::Mode>, Extent = Whole>,
    {
        let handle = ShardedHandle { lock: &self.raw, counted_in: CountedIn::WORD };
        // SAFETY: the value and the request are of this lock, which both borrow.
        unsafe { Claim::new(self.value_ptr(), LockRequest::new(handle)) }
    }

    /// Asks for access by `E`. Keeps the lock alive until it is granted, and the permit does then.
    #[inline]
    pub(super) fn request_owned<E, K>(
        self: Arc<Self>,
    ) -> Claim<T, LockRequest<ShardedArcHandle<T>, E>, K>
    where
        E: Acquirable,
        K: Marker<T, Permit<ShardedArcHandle<T>, E::Mode>, Extent = Whole>,
    {
        let value = self.value_ptr();
        let handle = ShardedArcHandle { lock: self, counted_in: CountedIn::WORD };
        // SAFETY: the value and the request are of this lock, of which the request has a count, and its
        // permit the same count.
        unsafe { Claim::new(value, LockRequest::new(handle)) }
    }
}

impl<T: ?Sized> ShardedArcHandle<T> {
    pub(super) fn rwlock(&self) -> Arc<ShardedRwLock<T>> {
        Arc::clone(&self.lock)
    }
}
