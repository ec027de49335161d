//! The one place that turns an address and a permit into a reference to a value.
//!
//! A [`Claim`] pairs the address of a lock's value with what stands for access to it: a request, a wait for
//! it, or the permit that both become. Each conversion takes the whole claim, so that an address never meets
//! the permit of another lock. A claim with a permit is a [`RawGuard`], which every guard consists of.

mod part;

use core::marker::PhantomData;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use crate::permit::{
    Acquirable, Exclusive, Handle, Mode, Permit, Shared, Upgradable, UpgradeRequest, Upgraded,
};
use crate::probe::Place;
use crate::raw::RawRwLock;
use crate::wait::request::Request;
use crate::wait::yielding::Yielding;
use crate::wait::Acquire;
use crate::RwLock;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use part::PartOf;

pin_project_lite::pin_project! {
    /// An address and what stands for access to the value there: `C` is a request, a wait or a permit.
    ///
    /// `K` decides where the claim may go: see [`Marker`]. If `V` alone is narrowed to a shorter lifetime,
    /// `K` no longer is a marker of it, and the claim gives no access to write.
    pub(crate) struct Claim<V: ?Sized, C, K> {
        value: NonNull<V>,
        #[pin]
        claim: C,
        marker: PhantomData<K>,
    }
}

// SAFETY: `C` goes along, and the value may be accessed from wherever a `K` may be sent.
unsafe impl<V: ?Sized, C: Send, K: Send> Send for Claim<V, C, K> {}
// SAFETY: `C` is shared, and the value may be accessed from wherever a `K` may be shared.
unsafe impl<V: ?Sized, C: Sync, K: Sync> Sync for Claim<V, C, K> {}

/// A claim that has access.
pub(crate) type RawGuard<V, H, M, K> = Claim<V, Permit<H, M>, K>;

/// A type whose auto traits and variance suit a guard of a `V` with a permit `P`.
///
/// # Safety
///
/// A value of this type may be sent, shared and narrowed to another `V` only where all is sound that
/// such a guard can do or [become](super).
pub(crate) unsafe trait Marker<V: ?Sized, P> {
    /// [`Whole`], or [`Part`]: such a claim lacks what would [not be sound](super) for a part.
    type Extent;
}

/// The claim is on the value of a lock.
pub(crate) enum Whole {}

/// The claim is on a part of that. The first half of each such marker, to tell it from the others.
pub(crate) enum Part {}

// SAFETY: a `&T` gives what a read guard gives.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<&'a RawRwLock, Shared>> for &'a T {
    type Extent = Whole;
}
// SAFETY: a `&RwLock<T>` gives an upgradable read guard, and thus all that this can become.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<&'a RawRwLock, Upgradable>> for &'a RwLock<T> {
    type Extent = Whole;
}
// SAFETY: a `&RwLock<T>` gives a write guard, and thus all that this can become.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<&'a RawRwLock, Exclusive>> for &'a RwLock<T> {
    type Extent = Whole;
}
// SAFETY: a `&mut T` gives what an upgraded guard gives, which becomes nothing else.
unsafe impl<'a, T: ?Sized> Marker<T, Permit<&'a RawRwLock, Upgraded>> for &'a mut T {
    type Extent = Whole;
}
// SAFETY: a `&U` gives what a mapped read guard gives, which has no access beyond its part.
unsafe impl<'a, U: ?Sized> Marker<U, Permit<&'a RawRwLock, Shared>> for (Part, &'a U) {
    type Extent = Part;
}
// SAFETY: a `&mut U` gives what a mapped write guard gives, which has no access beyond its part.
unsafe impl<'a, U: ?Sized> Marker<U, Permit<&'a RawRwLock, Exclusive>> for (Part, &'a mut U) {
    type Extent = Part;
}

/// A mode beside which there is no other access.
///
/// # Safety
///
/// While a permit of this mode exists, nothing else accesses the value of its lock.
pub(crate) unsafe trait Excludes: Mode {}

// SAFETY: a lock has one writer at most, and no reader beside it (invariant 1 of `state`).
unsafe impl Excludes for Exclusive {}
// SAFETY: the access is a writer's, and the permit in whose place it stands is mutably borrowed.
unsafe impl Excludes for Upgraded {}

impl<V: ?Sized, C, K> Claim<V, C, K> {
    /// # Safety
    ///
    /// - `value` is that of the lock that `claim` is for; or what a closure [chose](PartOf) as a part of it,
    ///   given a `&T` for shared access and a `&mut T` for exclusive access.
    /// - The value lives for as long as `claim` and what it becomes.
    /// - `K` is a [`Marker`] of a `V`, to this [extent](Marker::Extent), with the permit that `claim`
    ///   is or becomes.
    #[inline]
    pub(crate) unsafe fn new(value: NonNull<V>, claim: C) -> Claim<V, C, K> {
        Claim { value, claim, marker: PhantomData }
    }

    /// # Safety
    ///
    /// What `next` returns is for the lock of what it takes. Beyond that, as for [`Claim::new`].
    #[inline]
    unsafe fn convert<D, L>(self, next: impl FnOnce(C) -> D) -> Claim<V, D, L> {
        // SAFETY: the value stays the same and, as the caller promises, so does the lock.
        unsafe { Claim::new(self.value, next(self.claim)) }
    }

    /// [`convert`](Self::convert), unless `next` returns the claim that it took.
    ///
    /// # Safety
    ///
    /// As for [`convert`](Self::convert).
    #[inline]
    unsafe fn try_convert<D>(
        self,
        next: impl FnOnce(C) -> Result<D, C>,
    ) -> Result<Claim<V, D, K>, Self> {
        match next(self.claim) {
            // SAFETY: the value stays the same and, as the caller promises, so does the lock.
            Ok(claim) => Ok(unsafe { Claim::new(self.value, claim) }),
            Err(claim) => Err(Claim { claim, ..self }),
        }
    }
}

impl<V: ?Sized, R: Request, K: Marker<V, R::Permit, Extent = Whole>> Claim<V, R, K> {
    /// See [`Request::try_grant`].
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub(crate) fn try_grant(self) -> Result<Claim<V, R::Permit, K>, Self> {
        let place = Place::here();
        // SAFETY: a request is granted as a permit for its own lock, of which `K` is a marker.
        unsafe { self.try_convert(|request| request.try_grant(place)) }
    }

    /// The wait for what is asked for.
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub(crate) fn wait(self) -> Claim<V, Acquire<R>, K> {
        let place = Place::here();
        // SAFETY: the wait is for this very request.
        unsafe { self.convert(|request| Acquire::new(request, place)) }
    }
}

impl<V: ?Sized, R: Request, K: Marker<V, R::Permit, Extent = Whole>> Claim<V, Acquire<R>, K> {
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Claim<V, R::Permit, K>> {
        let this = self.project();
        // SAFETY: the permit is what this wait's request became, and `K` is a marker of it.
        this.claim.poll(cx).map(|permit| unsafe { Claim::new(*this.value, permit) })
    }

    /// See [`Acquire::cancel`].
    pub(crate) fn cancel(self: Pin<&mut Self>) -> Option<Claim<V, R, K>> {
        let this = self.project();
        // SAFETY: the request is the one that this wait was made of.
        this.claim.cancel().map(|request| unsafe { Claim::new(*this.value, request) })
    }
}

impl<V: ?Sized, H, M, K> Claim<V, Yielding<H, M>, K>
where
    H: Handle,
    M: Mode + Acquirable<Mode = M>,
    K: Marker<V, Permit<H, M>, Extent = Whole>,
{
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<RawGuard<V, H, M, K>> {
        let this = self.project();
        // SAFETY: the permit that returns is for the lock of the one that was given away.
        this.claim.poll(cx).map(|permit| unsafe { Claim::new(*this.value, permit) })
    }
}

impl<V: ?Sized, H: Handle, M: Mode, K> RawGuard<V, H, M, K> {
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn handle(&self) -> &H {
        self.claim.handle()
    }

    /// See [`Permit::is_contended`].
    pub(crate) fn is_contended(&self) -> bool {
        self.claim.is_contended()
    }

    #[inline]
    pub(crate) fn value(&self) -> &V {
        self.claim.used();
        // SAFETY: the permit keeps the value alive and writers out, and is borrowed meanwhile.
        unsafe { &*self.value.as_ptr() }
    }

    #[inline]
    pub(crate) fn value_mut(&mut self) -> &mut V
    where
        M: Excludes,
        K: Marker<V, Permit<H, M>>,
    {
        self.claim.used();
        // SAFETY: the permit, mutably borrowed meanwhile, keeps the value alive and all others out; a part
        // was chosen for a `&mut T`, as a `&mut V`; and `K`, a marker of it, shows that `V` has not been narrowed.
        unsafe { &mut *self.value.as_ptr() }
    }
}

impl<V: ?Sized, H: Handle, K> RawGuard<V, H, Shared, K> {
    /// See [`Permit::share`].
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub(crate) fn share(&self) -> Self
    where
        H: Clone,
    {
        // SAFETY: the new permit is for the lock of this one, and gives the same access.
        unsafe { Claim::new(self.value, self.claim.share(Place::here())) }
    }
}

impl<V: ?Sized, H: Handle, K> RawGuard<V, H, Exclusive, K>
where
    K: Marker<V, Permit<H, Exclusive>, Extent = Whole>,
{
    /// See [`Permit::downgrade`].
    #[inline]
    pub(crate) fn downgrade<L>(self) -> RawGuard<V, H, Shared, L>
    where
        L: Marker<V, Permit<H, Shared>, Extent = Whole>,
    {
        // SAFETY: the permit stays with its lock, and `L` is a marker of what it becomes.
        unsafe { self.convert(Permit::<H, Exclusive>::downgrade) }
    }

    /// See [`Permit::downgrade_to_upgradable`].
    #[inline]
    pub(crate) fn downgrade_to_upgradable<L>(self) -> RawGuard<V, H, Upgradable, L>
    where
        L: Marker<V, Permit<H, Upgradable>, Extent = Whole>,
    {
        // SAFETY: the permit stays with its lock, and `L` is a marker of what it becomes.
        unsafe { self.convert(Permit::downgrade_to_upgradable) }
    }
}

impl<V: ?Sized, H: Handle, K> RawGuard<V, H, Upgradable, K>
where
    K: Marker<V, Permit<H, Upgradable>, Extent = Whole>,
{
    /// See [`Permit::downgrade`].
    #[inline]
    pub(crate) fn downgrade<L>(self) -> RawGuard<V, H, Shared, L>
    where
        L: Marker<V, Permit<H, Shared>, Extent = Whole>,
    {
        // SAFETY: the permit stays with its lock, and `L` is a marker of what it becomes.
        unsafe { self.convert(Permit::<H, Upgradable>::downgrade) }
    }

    /// See [`Permit::lend`].
    #[inline]
    pub(crate) fn lend<'a, L>(&'a mut self) -> Claim<V, UpgradeRequest<'a, H::Lock>, L>
    where
        L: Marker<V, Permit<&'a RawRwLock, Upgraded>, Extent = Whole>,
    {
        // SAFETY: the request is for this permit's lock, and borrows what keeps the value alive.
        unsafe { Claim::new(self.value, self.claim.lend()) }
    }
}

impl<V: ?Sized, H, M, K> RawGuard<V, H, M, K>
where
    H: Handle,
    M: Mode + Acquirable<Mode = M>,
    K: Marker<V, Permit<H, M>, Extent = Whole>,
{
    /// See [`Yielding`].
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub(crate) fn yield_to_waiters(self) -> Claim<V, Yielding<H, M>, K> {
        let place = Place::here();
        // SAFETY: the permit is given to waiters of its own lock, and asked of that again.
        unsafe { self.convert(|permit| Yielding::new(permit, place)) }
    }
}

#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking {
    use core::time::Duration;
    use std::time::Instant;

    use super::{Acquirable, Claim, Handle, Marker, Mode, Permit, RawGuard, Request, Whole};
    use crate::probe::Place;
    use crate::wait::blocking;

    impl<V: ?Sized, R: Request, K: Marker<V, R::Permit, Extent = Whole>> Claim<V, R, K> {
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub(crate) fn acquire_blocking(self) -> Claim<V, R::Permit, K> {
            let place = Place::here();
            // SAFETY: a request is granted as a permit for its own lock, of which `K` is a marker.
            unsafe { self.convert(|request| blocking::acquire(request, place)) }
        }

        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub(crate) fn acquire_for(self, limit: Duration) -> Result<Claim<V, R::Permit, K>, Self> {
            let place = Place::here();
            // SAFETY: a request is granted as a permit for its own lock, of which `K` is a marker.
            unsafe { self.try_convert(|request| blocking::acquire_for(request, place, limit)) }
        }

        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub(crate) fn acquire_until(self, limit: Instant) -> Result<Claim<V, R::Permit, K>, Self> {
            let place = Place::here();
            // SAFETY: a request is granted as a permit for its own lock, of which `K` is a marker.
            unsafe { self.try_convert(|request| blocking::acquire_until(request, place, limit)) }
        }
    }

    impl<V: ?Sized, H, M, K> RawGuard<V, H, M, K>
    where
        H: Handle,
        M: Mode + Acquirable<Mode = M>,
        K: Marker<V, Permit<H, M>, Extent = Whole>,
    {
        #[cfg_attr(feature = "diagnostics", track_caller)]
        pub(crate) fn yield_to_waiters_blocking(self) -> Self {
            let place = Place::here();
            // SAFETY: the permit is given to waiters of its own lock, and asked of that again.
            unsafe { self.convert(|permit| blocking::yield_to_waiters(permit, place)) }
        }
    }
}
