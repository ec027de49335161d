//! What is asked for, how it is waited for, and the permit that comes of it.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(all(feature = "std", not(target_family = "wasm")))]
use super::Wait;
use super::Waiter;
use crate::permit::{Acquirable, Exclusive, Handle, Permit, Upgradable, UpgradeRequest, Upgraded};
use crate::raw::{RawLock, RawRwLock};
use crate::state::{Access, Refusal};

/// Which access of which lock: for [`Access::Upgrade`], by the holder of the upgradable read.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    lock: RawLock<'a>,
    access: Access,
}

impl<'a> Target<'a> {
    /// An access that is had beside those that the caller may have.
    #[inline(always)]
    pub(crate) fn new(lock: RawLock<'a>, access: Access) -> Target<'a> {
        assert!(access != Access::Upgrade, "an upgrade is in exchange for an access");
        Target { lock, access }
    }

    /// Exclusive access in exchange for the upgradable read.
    ///
    /// # Safety
    ///
    /// For `'a`, the caller has the upgradable read of this lock. Once the upgrade has been acquired, neither this
    /// target nor a copy of it is used again.
    #[inline(always)]
    unsafe fn upgrade(lock: RawLock<'a>) -> Target<'a> {
        Target { lock, access: Access::Upgrade }
    }

    #[inline(always)]
    pub(crate) fn raw(self) -> &'a RawRwLock {
        self.lock.word()
    }

    #[inline(always)]
    pub(super) fn lock(self) -> RawLock<'a> {
        self.lock
    }

    #[inline(always)]
    pub(crate) fn access(self) -> Access {
        self.access
    }

    /// See [`RawRwLock::acquire_fast`].
    #[inline(always)]
    pub(super) fn acquire_fast(self) -> bool {
        // SAFETY: an upgrade is a target of the holder of the upgradable read only.
        unsafe { self.lock.acquire_fast(self.access) }
    }

    /// Acquires what is free, also past a waiter that was woken.
    #[inline]
    fn acquire_barging(self) -> Result<(), Refusal> {
        // SAFETY: an upgrade is a target of the holder of the upgradable read only. The word knows of
        // no waiter for this call.
        unsafe { self.lock.acquire_barging(self.access) }
    }
}

/// What an [`Acquire`] asks for, and the permit that it becomes.
///
/// # Safety
///
/// The target is always the same one, and `grant` makes a permit for what it acquires.
pub(crate) unsafe trait Request: Sized {
    /// For the lock that was asked, which it keeps alive as the request did.
    type Permit;

    fn target(&self) -> Target<'_>;

    /// # Safety
    ///
    /// The [target](Self::target) was acquired, for this request.
    unsafe fn grant(self) -> Self::Permit;

    /// Acquires the target if that takes one read-modify-write and concerns no waiter.
    #[inline]
    fn acquire_fast(&mut self) -> bool {
        self.target().acquire_fast()
    }

    /// Grants the request if that takes one read-modify-write and concerns no waiter.
    #[inline]
    fn grant_fast(mut self) -> Result<Self::Permit, Self> {
        if self.acquire_fast() {
            // SAFETY: it was acquired just now, and the request is moved, so this is the one grant.
            Ok(unsafe { self.grant() })
        } else {
            Err(self)
        }
    }

    /// Grants the request now, or returns it. Acquires what is free, also past a waiter that was woken.
    #[inline]
    fn try_grant(self) -> Result<Self::Permit, Self> {
        let request = match self.grant_fast() {
            Err(request) => request,
            granted => return granted,
        };
        if request.target().acquire_barging().is_ok() {
            // SAFETY: it was acquired just now, and the request is moved, so this is the one grant.
            Ok(unsafe { request.grant() })
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

    #[inline]
    fn target(&self) -> Target<'_> {
        Target::new(self.0.lock(), A::ACCESS)
    }

    #[inline]
    fn acquire_fast(&mut self) -> bool {
        let reads = matches!(A::ACCESS, Access::Read | Access::RecursiveRead);
        reads && self.0.acquire_by_shard() || self.target().acquire_fast()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise an access of `A`'s mode was acquired; a request is granted once.
        unsafe { Permit::new(self.0) }
    }
}

/// An upgradable permit asks for exclusive access in exchange for itself.
// SAFETY: a permit is for one lock, and an upgrade gives exclusive access.
unsafe impl<H: Handle> Request for Permit<H, Upgradable> {
    type Permit = Permit<H, Exclusive>;

    #[inline]
    fn target(&self) -> Target<'_> {
        // SAFETY: this permit is the upgradable read, and is borrowed for as long.
        unsafe { Target::upgrade(Permit::lock(self)) }
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise, this permit's access has become exclusive.
        unsafe { self.into_upgraded() }
    }
}

/// A borrowed upgradable permit asks for exclusive access while it is borrowed.
// SAFETY: a permit is for one lock, and an upgrade gives exclusive access.
unsafe impl<'a> Request for UpgradeRequest<'a> {
    type Permit = Permit<&'a RawRwLock, Upgraded>;

    #[inline]
    fn target(&self) -> Target<'_> {
        // SAFETY: the permit that this borrows is the upgradable read, and is borrowed for longer.
        unsafe { Target::upgrade(self.lock()) }
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise, the borrowed permit's access has become exclusive.
        unsafe { self.into_upgraded() }
    }
}

/// A request that is waited for. Does nothing before its first poll; its drop cancels.
#[derive(Debug)]
pub(crate) struct Acquire<R: Request> {
    /// `None` once it has been granted or cancelled.
    request: Option<R>,
    waiter: WaiterSlot,
}

impl<R: Request> Acquire<R> {
    pub(crate) fn new(request: R) -> Acquire<R> {
        Acquire { request: Some(request), waiter: WaiterSlot(ManuallyDrop::new(None)) }
    }

    #[inline]
    fn project(self: Pin<&mut Self>) -> (&mut Option<R>, Pin<&mut WaiterSlot>) {
        // SAFETY: the request is never pinned. The slot always is: nothing moves it, `drop` neither, and this
        // type is `Unpin` only if the slot is.
        unsafe {
            let this = self.get_unchecked_mut();
            (&mut this.request, Pin::new_unchecked(&mut this.waiter))
        }
    }

    #[inline]
    pub(crate) fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R::Permit> {
        let (request, waiter) = self.as_mut().project();
        let request = request.as_mut().expect("a lock future was polled after it completed");
        let acquired = waiter.is_empty() && request.acquire_fast();
        if !acquired && self.as_mut().wait_in_task(cx).is_pending() {
            return Poll::Pending;
        }
        // SAFETY: the access was acquired above, on the fast path or by the waiter.
        Poll::Ready(unsafe { self.grant() })
    }

    #[cold]
    fn wait_in_task(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (request, mut waiter) = self.project();
        let target = request.as_ref().expect("present: looked at by the caller").target();
        // SAFETY: the target of a request is always the same, and once it has been acquired the waiter is gone.
        let polled = unsafe { waiter.as_mut().begin().poll_in_task(target, cx) };
        if polled.is_ready() {
            waiter.end();
        }
        polled
    }

    /// As [`Acquire::poll`], off the fast path, for a caller that defers in a way of its own.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn try_poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Result<R::Permit, Wait> {
        let (request, mut waiter) = self.as_mut().project();
        let target = request.as_ref().expect("what was granted is not waited for").target();
        // SAFETY: the target of a request is always the same, and once it has been acquired the waiter is gone.
        unsafe { waiter.as_mut().begin().poll(target, cx) }?;
        waiter.end();
        // SAFETY: the waiter has acquired the access.
        Ok(unsafe { self.grant() })
    }

    /// Moves the request out, so that it is granted once.
    ///
    /// # Safety
    ///
    /// Its target was acquired.
    #[inline]
    unsafe fn grant(self: Pin<&mut Self>) -> R::Permit {
        let (request, _) = self.project();
        let request = request.take().expect("present: looked at by the caller");
        // SAFETY: by the caller's promise.
        unsafe { request.grant() }
    }

    /// See [`Waiter::defer`].
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn defer(self: Pin<&mut Self>, weight: impl FnOnce(u8) -> usize) -> u8 {
        match self.project() {
            (Some(request), waiter) => {
                let fairness = &request.target().raw().waiting().fairness;
                waiter.begin().defer(fairness, weight)
            }
            (None, _) => unreachable!("what was granted does not defer"),
        }
    }

    /// Stops waiting, and returns the request if it has not been granted.
    #[cold]
    pub(crate) fn cancel(self: Pin<&mut Self>) -> Option<R> {
        let (request, waiter) = self.project();
        if let Some(request) = request {
            // SAFETY: the target of a request is always the same.
            unsafe { waiter.cancel(request.target()) };
        }
        request.take()
    }
}

impl<R: Request> Drop for Acquire<R> {
    // Where the request has just been granted, all of this is optimized away.
    #[inline]
    fn drop(&mut self) {
        if !self.waiter.is_empty() {
            if let Some(request) = &self.request {
                // SAFETY: the caller of `poll` has pinned this, and it is not moved before it is gone. The
                // target of a request is always the same.
                unsafe { Pin::new_unchecked(&mut self.waiter).cancel(request.target()) };
            }
        }
    }
}

/// Where a waiter is while it waits; pinned. It is never dropped: when its entry is not queued any longer there is
/// nothing to drop, and one that did not have to wait has no code for it.
#[derive(Debug)]
struct WaiterSlot(ManuallyDrop<Option<Waiter>>);

impl WaiterSlot {
    #[inline]
    fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The waiter, which may be a new one.
    #[inline]
    fn begin(self: Pin<&mut Self>) -> Pin<&mut Waiter> {
        // SAFETY: the waiter is pinned with the slot: `end` and `cancel` overwrite one whose entry is not
        // queued, which the contract of `wait::queue` allows, and nothing moves one.
        unsafe { self.map_unchecked_mut(|slot| slot.0.get_or_insert_with(Waiter::new)) }
    }

    /// The waiter has acquired its access.
    #[inline]
    fn end(mut self: Pin<&mut Self>) {
        debug_assert!(self.0.as_ref().map_or(true, |waiter| !waiter.is_queued()));
        // SAFETY: it is not moved, but overwritten; see `begin`.
        unsafe { self.as_mut().get_unchecked_mut() }.0 = ManuallyDrop::new(None);
    }

    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[inline(never)]
    unsafe fn cancel(mut self: Pin<&mut Self>, target: Target<'_>) {
        if !self.is_empty() {
            // SAFETY: by the caller's promise.
            unsafe { self.as_mut().begin().cancel(target) };
            self.end();
        }
    }
}
