//! What is asked for, how it is waited for, and the permit that comes of it.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::target::Target;
#[cfg(feature = "std")]
use super::Refused;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
use super::Wait;
use super::{OnUnwind, Waiter};
use crate::permit::{
    self, Acquirable, Exclusive, Handle, Permit, Upgradable, UpgradeRequest, Upgraded,
};
use crate::probe::{By, Outcome, Place, WaitTrace, Who};
use crate::raw::{RawLock, RawRwLock};
use crate::state::Access;

/// What an [`Acquire`] asks for, and the permit that it becomes.
///
/// # Safety
///
/// The target is always the same one, and `grant` makes a permit for what it acquires.
pub(crate) unsafe trait Request: Sized {
    /// For the lock that was asked, which it keeps alive as the request did.
    type Permit;
    /// Of which it is asked for.
    type Lock: RawLock;

    fn target(&self) -> Target<'_, Self::Lock>;

    /// # Safety
    ///
    /// The [target](Self::target) was acquired, for this request.
    unsafe fn grant(self, by: By) -> Self::Permit;

    /// Acquires the target apart from the word, if it can be had so.
    #[inline(always)]
    fn acquire_by_shard(&mut self) -> bool {
        false
    }

    /// Releases what was acquired and not granted.
    ///
    /// # Safety
    ///
    /// The [target](Self::target) was acquired, for this request, and is given up.
    #[inline]
    unsafe fn give_back(&self) {
        let target = self.target();
        // SAFETY: by the caller's promise.
        unsafe { target.raw().release(target.access()) }
    }

    /// Grants the request if that takes one read-modify-write and concerns no waiter.
    #[inline]
    fn grant_fast(mut self, place: Place) -> Result<Self::Permit, Self> {
        if self.acquire_by_shard() || self.target().acquire_fast() {
            // SAFETY: it was acquired just now, and the request is moved, so this is the one grant.
            Ok(unsafe { self.grant(By::new(Who::this_thread(), place)) })
        } else {
            Err(self)
        }
    }

    /// Grants the request now, or returns it. Acquires what is free, also past a waiter that was woken.
    #[inline]
    fn try_grant(self, place: Place) -> Result<Self::Permit, Self> {
        let request = match self.grant_fast(place) {
            Err(request) => request,
            granted => return granted,
        };
        if request.target().acquire_barging().is_ok() {
            // SAFETY: it was acquired just now, and the request is moved, so this is the one grant.
            Ok(unsafe { request.grant(By::new(Who::this_thread(), place)) })
        } else {
            Err(request)
        }
    }
}

/// Asks for what `A` acquires, of the lock at the other end of `H`.
#[derive(Debug)]
pub(crate) struct LockRequest<H, A>(H, PhantomData<A>);

impl<H, A> LockRequest<H, A> {
    pub(crate) fn new(handle: H) -> LockRequest<H, A> {
        LockRequest(handle, PhantomData)
    }

    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn handle(&self) -> &H {
        &self.0
    }
}

// SAFETY: a handle leads to one lock, and `A::ACCESS` gives an access of `A::Mode`.
unsafe impl<H: Handle, A: Acquirable> Request for LockRequest<H, A> {
    type Permit = Permit<H, A::Mode>;
    type Lock = H::Lock;

    #[inline]
    fn target(&self) -> Target<'_, H::Lock> {
        Target::new(self.0.lock(), A::ACCESS)
    }

    #[inline(always)]
    fn acquire_by_shard(&mut self) -> bool {
        matches!(A::ACCESS, Access::Read | Access::RecursiveRead) && self.0.acquire_by_shard()
    }

    #[inline]
    unsafe fn give_back(&self) {
        // SAFETY: by the caller's promise; what `A` acquires is an access of its mode.
        unsafe { permit::release::<H, A::Mode>(&self.0) }
    }

    #[inline]
    unsafe fn grant(self, by: By) -> Self::Permit {
        // SAFETY: by the caller's promise an access of `A`'s mode was acquired; a request is granted once.
        unsafe { Permit::new::<A>(self.0, by) }
    }
}

/// An upgradable permit asks for exclusive access in exchange for itself.
// SAFETY: a permit is for one lock, and an upgrade gives exclusive access.
unsafe impl<H: Handle> Request for Permit<H, Upgradable> {
    type Permit = Permit<H, Exclusive>;
    type Lock = H::Lock;

    #[inline]
    fn target(&self) -> Target<'_, H::Lock> {
        // SAFETY: this permit is the upgradable read, and is borrowed for as long.
        unsafe { Target::upgrade(Permit::lock(self), Permit::hold(self)) }
    }

    #[inline]
    unsafe fn grant(self, by: By) -> Self::Permit {
        // SAFETY: by the caller's promise, this permit's access has become exclusive.
        unsafe { self.into_upgraded(by) }
    }
}

/// A borrowed upgradable permit asks for exclusive access while it is borrowed.
// SAFETY: a permit is for one lock, and an upgrade gives exclusive access.
unsafe impl<'a, L: RawLock> Request for UpgradeRequest<'a, L> {
    type Permit = Permit<&'a RawRwLock, Upgraded>;
    type Lock = L;

    #[inline]
    fn target(&self) -> Target<'_, L> {
        // SAFETY: the permit that this borrows is the upgradable read, and is borrowed for longer.
        unsafe { Target::upgrade(self.lock(), self.hold()) }
    }

    #[inline]
    unsafe fn grant(self, by: By) -> Self::Permit {
        // SAFETY: by the caller's promise, the borrowed permit's access has become exclusive.
        unsafe { self.into_upgraded(by) }
    }
}

/// A request that is waited for. Does nothing before its first poll; its drop cancels.
#[derive(Debug)]
pub(crate) struct Acquire<R: Request> {
    /// Dropped before the request: an upgrade is waited for no longer when its permit ends.
    trace: WaitTrace,
    /// `None` once it has been granted or cancelled.
    request: Option<R>,
    /// It is never dropped: when it is not queued any longer there is nothing to drop, and a request that did not
    /// have to wait has no code for it.
    waiter: ManuallyDrop<Waiter>,
    place: Place,
}

impl<R: Request> Acquire<R> {
    #[inline]
    pub(crate) fn new(request: R, place: Place) -> Acquire<R> {
        Acquire {
            request: Some(request),
            waiter: ManuallyDrop::new(Waiter::new()),
            place,
            trace: WaitTrace::new(),
        }
    }

    #[inline]
    fn project(self: Pin<&mut Self>) -> Projected<'_, R> {
        // SAFETY: only the waiter is ever pinned. It always is: nothing moves it, `drop` neither, and this type is
        // `Unpin` only if the waiter is.
        unsafe {
            let this = self.get_unchecked_mut();
            Projected {
                request: &mut this.request,
                waiter: Pin::new_unchecked(&mut this.waiter),
                place: this.place,
                trace: &mut this.trace,
            }
        }
    }

    #[inline]
    pub(crate) fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R::Permit> {
        let Projected { request, waiter, .. } = self.as_mut().project();
        let request = request.as_mut().expect("a lock future was polled after it completed");
        let acquired = (!waiter.is_queued() && request.acquire_by_shard())
            || waiter.acquire_fast(request.target());
        if !acquired && self.as_mut().wait_in_task(cx).is_pending() {
            return Poll::Pending;
        }
        // SAFETY: the access was acquired above, on the fast path or by the waiter.
        Poll::Ready(unsafe { self.grant(|| Who::task(cx)) })
    }

    #[cfg_attr(feature = "std", cold)]
    #[cfg_attr(not(feature = "std"), inline(always))]
    fn wait_in_task(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Projected { request, waiter, place, trace } = self.as_mut().project();
        let target = asked(request).target();
        target.begin_poll(trace, place, cx);
        #[cfg(not(feature = "std"))]
        return trace.poll(cx, |cx| {
            // SAFETY: the target of a request is always the same. Once it has been acquired, `grant` ends the request,
            // or gives back what was acquired.
            unsafe { waiter.poll_in_task(target.traced(trace), cx) }
        });
        #[cfg(feature = "std")]
        match trace.poll(cx, |cx| {
            // SAFETY: the same.
            unsafe { waiter.poll(target.traced(trace), cx) }
        }) {
            Ok(()) => Poll::Ready(()),
            Err(refused) => self.wait_when_refused(refused, cx),
        }
    }

    /// Apart, because it takes more room on the stack than a wait that is over.
    #[cfg(feature = "std")]
    #[inline(never)]
    fn wait_when_refused(self: Pin<&mut Self>, refused: Refused, cx: &mut Context<'_>) -> Poll<()> {
        let Projected { request, mut waiter, trace, .. } = self.project();
        let target = asked(request).target();
        let polled = trace.poll(cx, |cx| {
            let target = target.traced(trace);
            // SAFETY: as in `wait_in_task`.
            let waited = unsafe { waiter.as_mut().wait(target, refused, cx) };
            waiter.end_poll(waited, target.at_word(), cx)
        });
        if polled.is_pending() {
            trace.suspended(Who::task, cx);
        }
        polled
    }

    /// As [`Acquire::poll`], off the fast path, for a caller that defers in a way of its own.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn try_poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Result<R::Permit, Wait> {
        let Projected { request, mut waiter, place, trace } = self.as_mut().project();
        let target = asked(request).target();
        target.begin_poll(trace, place, cx);
        let polled = trace.poll(cx, |cx| {
            let target = target.traced(trace);
            // SAFETY: as in `wait_in_task`.
            unsafe {
                match waiter.as_mut().poll(target, cx) {
                    Ok(()) => Ok(()),
                    Err(refused) => waiter.wait(target, refused, cx),
                }
            }
        });
        if let Err(wait) = polled {
            trace.suspended(Who::thread, cx);
            return Err(wait);
        }
        // SAFETY: the waiter has acquired the access.
        Ok(unsafe { self.grant(|| Who::thread(cx)) })
    }

    /// Moves the request out, so that it is granted once.
    ///
    /// # Safety
    ///
    /// Its target was acquired.
    #[inline]
    unsafe fn grant(self: Pin<&mut Self>, who: impl FnOnce() -> Who) -> R::Permit {
        let Projected { request, place, trace, .. } = self.project();
        // Wakers are cloned and dropped here, if waits are recorded, and may panic.
        let panicked = OnUnwind::new(|| {
            // SAFETY: by the caller's promise it was acquired, and no permit is made for it then.
            unsafe { asked(request).give_back() }
        });
        let by = By::new(who(), place);
        trace.end(Outcome::Acquired).discard();
        panicked.disarm();
        // SAFETY: by the caller's promise. The request is there until it is granted.
        unsafe { request.take().unwrap_unchecked().grant(by) }
    }

    /// See [`Waiter::defer`].
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn defer(self: Pin<&mut Self>, weight: impl FnOnce(u8) -> usize) -> u8 {
        let Projected { request, waiter, trace, .. } = self.project();
        waiter.defer(asked(request).target().traced(trace).at_word(), weight)
    }

    /// Stops waiting, and returns the request if it has not been granted.
    #[cold]
    pub(crate) fn cancel(self: Pin<&mut Self>) -> Option<R> {
        let Projected { request, waiter, trace, .. } = self.project();
        if let Some(request) = request {
            // SAFETY: the target of a request is always the same.
            unsafe { waiter.cancel(request.target()) };
        }
        // Before the request is taken out: if a waker panics as it is dropped, the request can be waited for again.
        trace.end(Outcome::GivenUp).discard();
        request.take()
    }
}

/// What has not been granted yet.
#[inline(always)]
fn asked<R>(request: &Option<R>) -> &R {
    match request {
        Some(request) => request,
        None => unreachable!("what was granted is not waited for"),
    }
}

/// The parts of a pinned [`Acquire`].
struct Projected<'a, R> {
    request: &'a mut Option<R>,
    waiter: Pin<&'a mut Waiter>,
    place: Place,
    trace: &'a mut WaitTrace,
}

impl<R: Request> Drop for Acquire<R> {
    // Where the request has just been granted, all of this is optimized away.
    #[inline]
    fn drop(&mut self) {
        if let Some(request) = &self.request {
            // SAFETY: the caller of `poll` has pinned this, and it is not moved before it is gone.
            let mut waiter = unsafe { Pin::new_unchecked(&mut *self.waiter) };
            if waiter.as_mut().is_waiting() {
                // SAFETY: the target of a request is always the same.
                unsafe { waiter.cancel(request.target()) };
            }
        }
    }
}
