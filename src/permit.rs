//! A right to access, as a value: the owner of a [`Permit`] has access, and its drop releases it.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr;

use crate::probe::{By, Hold, HoldKey, Place};
use crate::raw::{RawLock, RawRwLock};
use crate::state::{Access, State, Wake};

/// How a permit reaches its lock, and what keeps the lock alive meanwhile.
///
/// # Safety
///
/// It is always the same lock.
pub(crate) unsafe trait Handle {
    /// A word, or one behind shards.
    type Lock: RawLock;

    fn lock(&self) -> &Self::Lock;

    /// The word of the lock.
    #[inline(always)]
    fn raw(&self) -> &RawRwLock {
        self.lock().word()
    }

    /// Acquires shared access apart from the word, if readers may come so now.
    #[inline(always)]
    fn acquire_by_shard(&mut self) -> bool {
        false
    }

    /// Releases shared access, if there is a count for it apart from the word.
    ///
    /// # Safety
    ///
    /// The caller gives up a read that was acquired of this lock by this handle, if this returns `true`.
    #[inline(always)]
    unsafe fn release_by_shard(&self) -> bool {
        false
    }
}

/// Ends an access.
///
/// # Safety
///
/// The caller gives up an access of mode `M` that was acquired of this lock by this handle.
#[inline(always)]
pub(crate) unsafe fn release<H: Handle, M: Mode>(handle: &H) {
    // SAFETY: by the caller's promise, where the access is a read.
    if M::HELD != Access::Read || !unsafe { handle.release_by_shard() } {
        // SAFETY: by the caller's promise; it was not given up just now.
        unsafe { handle.raw().release(M::HELD) }
    }
}

// SAFETY: a reference leads to one lock.
unsafe impl Handle for &RawRwLock {
    type Lock = RawRwLock;

    #[inline(always)]
    fn lock(&self) -> &RawRwLock {
        self
    }
}

/// What a permit permits.
///
/// # Safety
///
/// An access of this mode is what one acquired as `HELD` is: the end of it takes the same away.
pub(crate) unsafe trait Mode {
    /// What the end of an access of this mode [releases](RawRwLock::release).
    const HELD: Access;

    /// Whether a waiter waits for an access of this mode to end.
    fn is_contended(state: State) -> bool {
        state.has_waiters()
    }
}

/// A mode, or another way to one.
///
/// # Safety
///
/// Acquiring `ACCESS` gives an access of `Mode`.
pub(crate) unsafe trait Acquirable {
    /// What is asked for.
    const ACCESS: Access;
    /// What is had once it is acquired.
    type Mode: Mode;
}

/// Shared access, beside other readers.
#[derive(Debug)]
pub(crate) enum Shared {}

/// Shared access, beside plain readers, that may become exclusive.
#[derive(Debug)]
pub(crate) enum Upgradable {}

/// Access with no other beside it.
#[derive(Debug)]
pub(crate) enum Exclusive {}

/// Exclusive access in the place of an upgradable permit, which is there again afterwards.
#[derive(Debug)]
pub(crate) enum Upgraded {}

/// The way to [`Shared`] past writers that wait.
#[derive(Debug)]
pub(crate) enum Recursive {}

// SAFETY: shared access is had by a read; `Recursive` only has another way to it.
unsafe impl Mode for Shared {
    const HELD: Access = Access::Read;

    fn is_contended(state: State) -> bool {
        state.has_waiting_writer()
    }
}

// SAFETY: upgradable access is had by an upgradable read.
unsafe impl Mode for Upgradable {
    const HELD: Access = Access::UpgradableRead;
}

// SAFETY: exclusive access is had by a write; an upgrade of a whole permit takes the upgradable read away, and
// leaves the same.
unsafe impl Mode for Exclusive {
    const HELD: Access = Access::Write;
}

// SAFETY: it is had by an upgrade, whose end leaves the upgradable read.
unsafe impl Mode for Upgraded {
    const HELD: Access = Access::Upgrade;
}

// SAFETY: a read gives shared access.
unsafe impl Acquirable for Shared {
    const ACCESS: Access = Access::Read;
    type Mode = Shared;
}

// SAFETY: a read past waiting writers gives shared access.
unsafe impl Acquirable for Recursive {
    const ACCESS: Access = Access::RecursiveRead;
    type Mode = Shared;
}

// SAFETY: an upgradable read gives upgradable access.
unsafe impl Acquirable for Upgradable {
    const ACCESS: Access = Access::UpgradableRead;
    type Mode = Upgradable;
}

// SAFETY: a write gives exclusive access.
unsafe impl Acquirable for Exclusive {
    const ACCESS: Access = Access::Write;
    type Mode = Exclusive;
}

/// Access of mode `M` to the lock behind `handle`.
#[derive(Debug)]
pub(crate) struct Permit<H: Handle, M: Mode> {
    handle: H,
    hold: Hold,
    mode: PhantomData<M>,
}

impl<H: Handle, M: Mode> Permit<H, M> {
    /// A permit for an access that has been acquired as `A`, by someone.
    ///
    /// # Safety
    ///
    /// An access of mode `M` was acquired of this lock, and no other permit stands for it.
    #[inline]
    pub(crate) unsafe fn new<A: Acquirable<Mode = M>>(handle: H, by: By) -> Permit<H, M> {
        let hold = handle.raw().tag().acquired(A::ACCESS, by);
        // SAFETY: by the caller's promise.
        unsafe { Permit::recorded(handle, hold) }
    }

    /// A permit for an access that has been acquired, and recorded.
    ///
    /// # Safety
    ///
    /// As for [`Permit::new`].
    #[inline]
    unsafe fn recorded(handle: H, hold: Hold) -> Permit<H, M> {
        Permit { handle, hold, mode: PhantomData }
    }

    #[inline]
    pub(crate) fn raw(&self) -> &RawRwLock {
        self.handle.raw()
    }

    #[inline]
    pub(crate) fn lock(&self) -> &H::Lock {
        self.handle.lock()
    }

    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn handle(&self) -> &H {
        &self.handle
    }

    /// The value is used, on this thread.
    #[inline(always)]
    pub(crate) fn used(&self) {
        self.hold.used(self.raw().tag());
    }

    /// The handle and the record alone, once something else stands for the access.
    fn into_parts(self) -> (H, Hold) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped and not used again, so both are moved out once.
        unsafe { (ptr::read(&this.handle), ptr::read(&this.hold)) }
    }

    /// Whether a waiter waits for this access to end.
    pub(crate) fn is_contended(&self) -> bool {
        M::is_contended(self.raw().snapshot())
    }

    /// Releases the access and returns the handle.
    pub(crate) fn release(self) -> H {
        let (handle, hold) = self.into_parts();
        let _wakers = handle.raw().tag().released(hold.key(), M::HELD);
        // SAFETY: this permit stood for one access of mode `M`, and ended without giving it up.
        unsafe { release::<H, M>(&handle) };
        handle
    }

    /// A permit of another mode, in exchange for this one.
    ///
    /// # Safety
    ///
    /// `next` takes an access of mode `M` away from the state and adds one of mode `N`, and does not panic.
    unsafe fn convert<N: Mode>(self, next: fn(State) -> (State, Wake)) -> Permit<H, N> {
        let (handle, hold) = self.into_parts();
        let hold = handle.raw().tag().downgraded(hold, M::HELD, N::HELD);
        // SAFETY: the transition puts an access of mode `N` in the place of this permit's before it wakes
        // a waiter. If a waker panics then, the new permit gives that access up, and this one nothing.
        let permit = unsafe { Permit::recorded(handle, hold) };
        // SAFETY: by the caller's promise it takes away this permit's access, which ends here.
        unsafe { permit.raw().transition(next) };
        permit
    }
}

impl<H: Handle + Clone> Permit<H, Shared> {
    /// Another permit beside this one. Never waits.
    pub(crate) fn share(&self, place: Place) -> Permit<H, Shared> {
        let mut handle = self.handle.clone();
        if !handle.acquire_by_shard() {
            // SAFETY: this permit stands for shared access of this lock.
            unsafe { self.raw().acquire_read_again() };
        }
        let hold = self.raw().tag().cloned(&self.hold, place);
        // SAFETY: it was taken just now, once.
        unsafe { Permit::recorded(handle, hold) }
    }
}

impl<H: Handle> Permit<H, Exclusive> {
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the transition turns the writer into a reader, and touches no other access (invariant 2).
        unsafe { self.convert(State::downgrade_write) }
    }

    pub(crate) fn downgrade_to_upgradable(self) -> Permit<H, Upgradable> {
        // SAFETY: the transition turns the writer into the upgradable reader (invariant 2); there is no other
        // (invariant 1).
        unsafe { self.convert(State::downgrade_write_to_upgradable) }
    }
}

impl<H: Handle> Permit<H, Upgradable> {
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the transition turns the upgradable reader into a plain one (invariants 2 and 8).
        unsafe { self.convert(State::downgrade_upgradable) }
    }

    /// Lends the permit, for an upgrade that ends before the permit is used again.
    pub(crate) fn lend(&mut self) -> UpgradeRequest<'_, H::Lock> {
        UpgradeRequest { lock: self.lock(), hold: self.hold.key() }
    }

    /// The record of the access that an upgrade is asked for in exchange for.
    #[inline(always)]
    pub(crate) fn hold(&self) -> HoldKey {
        self.hold.key()
    }

    /// The permit for exclusive access, once the upgrade has been acquired.
    ///
    /// # Safety
    ///
    /// [`Access::Upgrade`] was acquired: this permit's access has become exclusive.
    pub(crate) unsafe fn into_upgraded(self, by: By) -> Permit<H, Exclusive> {
        let (handle, hold) = self.into_parts();
        let (hold, wakers) = handle.raw().tag().upgraded(hold.key(), by);
        // SAFETY: the upgrade took this permit's access away and added an exclusive one (invariant 1).
        let permit = unsafe { Permit::recorded(handle, hold) };
        wakers.discard();
        permit
    }
}

/// An upgradable permit, mutably borrowed.
pub(crate) struct UpgradeRequest<'a, L> {
    lock: &'a L,
    hold: HoldKey,
}

impl<'a, L: RawLock> UpgradeRequest<'a, L> {
    pub(crate) fn lock(&self) -> &'a L {
        self.lock
    }

    /// The record of the borrowed permit.
    #[inline(always)]
    pub(crate) fn hold(&self) -> HoldKey {
        self.hold
    }

    /// The permit for exclusive access, once the upgrade has been acquired.
    ///
    /// # Safety
    ///
    /// [`Access::Upgrade`] was acquired: the borrowed permit's access has become exclusive.
    pub(crate) unsafe fn into_upgraded(self, by: By) -> Permit<&'a RawRwLock, Upgraded> {
        let word = self.lock.word();
        let (hold, wakers) = word.tag().upgraded(self.hold, by);
        // SAFETY: the upgrade added an exclusive access. The borrowed permit stands for it
        // too, but it is not used before the new one is gone. If the new one is forgotten,
        // the borrowed one stands for more access than it knows of, which keeps others out.
        let permit = unsafe { Permit::recorded(word, hold) };
        wakers.discard();
        permit
    }
}

impl<H: Handle, M: Mode> Drop for Permit<H, M> {
    #[inline]
    fn drop(&mut self) {
        let _wakers = self.raw().tag().released(self.hold.key(), M::HELD);
        // SAFETY: this permit stands for one access of mode `M`, and ends here.
        unsafe { release::<H, M>(&self.handle) }
    }
}
