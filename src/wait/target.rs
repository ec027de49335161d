//! What is waited for: an access of a lock.

use core::task::Context;

use crate::probe::{HoldKey, Place, WaitEvents, WaitTrace};
use crate::raw::{RawLock, RawRwLock};
use crate::state::{Access, Refusal};

/// Which access of which lock: for [`Access::Upgrade`], by the holder of the upgradable read.
pub(crate) struct Target<'a, L = RawRwLock> {
    lock: &'a L,
    access: Access,
    /// The record of what it is asked for in exchange for.
    exchange: HoldKey,
    /// What is recorded of the wait for it.
    events: WaitEvents<'a>,
}

impl<L> Clone for Target<'_, L> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Target<'_, L> {}

impl<'a, L: RawLock> Target<'a, L> {
    /// An access that is had beside those that the caller may have.
    #[inline(always)]
    pub(crate) fn new(lock: &'a L, access: Access) -> Target<'a, L> {
        assert!(access != Access::Upgrade, "an upgrade is in exchange for an access");
        Target { lock, access, exchange: HoldKey::NONE, events: WaitEvents::NONE }
    }

    /// Exclusive access in exchange for the upgradable read.
    ///
    /// # Safety
    ///
    /// For `'a`, the caller has the upgradable read of this lock. Once the upgrade has been acquired, it is not acquired
    /// again by this target or a copy of it, unless it has been given back.
    #[inline(always)]
    pub(super) unsafe fn upgrade(lock: &'a L, exchange: HoldKey) -> Target<'a, L> {
        Target { lock, access: Access::Upgrade, exchange, events: WaitEvents::NONE }
    }

    /// The same target, of a wait that is recorded there.
    #[inline(always)]
    pub(super) fn traced(self, trace: &'a WaitTrace) -> Target<'a, L> {
        Target { events: trace.events(), ..self }
    }

    /// A task or a thread comes to wait for it.
    #[inline(always)]
    pub(super) fn begin_poll(self, trace: &mut WaitTrace, place: Place, cx: &mut Context<'_>) {
        trace.begin_poll(self.raw().tag(), (self.access, self.exchange, place), cx);
    }

    #[inline(always)]
    pub(super) fn events(self) -> WaitEvents<'a> {
        self.events
    }

    #[inline(always)]
    pub(super) fn lock(self) -> &'a L {
        self.lock
    }

    /// The same access of the word alone, for what is the same in each kind of lock.
    #[inline(always)]
    pub(super) fn at_word(self) -> Target<'a> {
        let Target { access, exchange, events, .. } = self;
        Target { lock: self.raw(), access, exchange, events }
    }

    /// The word of the lock.
    #[inline(always)]
    pub(crate) fn raw(self) -> &'a RawRwLock {
        self.lock.word()
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
    pub(super) fn acquire_barging(self) -> Result<(), Refusal> {
        // SAFETY: an upgrade is a target of the holder of the upgradable read only. The word knows of
        // no waiter for this call.
        unsafe { self.lock.acquire_barging(self.access) }
    }
}
