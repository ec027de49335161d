//! A right to access, as a value: whoever has a [`Permit`] has access, and its drop gives it back.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr;

use crate::raw::RawRwLock;
use crate::state::{Access, Right, Standing, State, Wake};

/// How a permit reaches its lock, and what keeps the lock alive meanwhile.
pub(crate) trait Handle {
    fn raw(&self) -> &RawRwLock;
}

impl Handle for &RawRwLock {
    fn raw(&self) -> &RawRwLock {
        self
    }
}

/// What a permit permits.
pub(crate) trait Mode {
    /// What is asked for to get a permit of this mode.
    const ACCESS: Access;

    /// Takes the access if that takes one read-modify-write and concerns nobody else.
    fn take_at_once(raw: &RawRwLock) -> bool;

    /// Gives the access up.
    ///
    /// # Safety
    ///
    /// The caller gives up an access of this mode that was taken of this lock.
    unsafe fn release(raw: &RawRwLock);
}

/// Shared access, beside other readers.
#[derive(Debug)]
pub(crate) enum Shared {}

/// Shared access, beside plain readers, that may become exclusive.
#[derive(Debug)]
pub(crate) enum Upgradable {}

/// Access beside nobody.
#[derive(Debug)]
pub(crate) enum Exclusive {}

impl Mode for Shared {
    const ACCESS: Access = Access::Read;

    #[inline]
    fn take_at_once(raw: &RawRwLock) -> bool {
        raw.take_read_at_once()
    }

    #[inline]
    unsafe fn release(raw: &RawRwLock) {
        // SAFETY: the caller gives up a read.
        unsafe { raw.release_read() }
    }
}

impl Mode for Upgradable {
    const ACCESS: Access = Access::UpgradableRead;

    #[inline]
    fn take_at_once(raw: &RawRwLock) -> bool {
        raw.take(Self::ACCESS, Right::Arrival, Standing::New).is_ok()
    }

    #[inline]
    unsafe fn release(raw: &RawRwLock) {
        raw.transition(State::release_upgradable);
    }
}

impl Mode for Exclusive {
    const ACCESS: Access = Access::Write;

    #[inline]
    fn take_at_once(raw: &RawRwLock) -> bool {
        raw.take_write_at_once()
    }

    #[inline]
    unsafe fn release(raw: &RawRwLock) {
        // SAFETY: the caller gives up exclusive access.
        unsafe { raw.release_write() }
    }
}

/// Access of mode `M` to the lock behind `handle`.
#[derive(Debug)]
pub(crate) struct Permit<H: Handle, M: Mode> {
    handle: H,
    mode: PhantomData<M>,
}

impl<H: Handle, M: Mode> Permit<H, M> {
    /// A permit for an access that has been taken.
    ///
    /// # Safety
    ///
    /// An access of mode `M` was taken of this lock, and no other permit stands for it.
    #[inline]
    pub(crate) unsafe fn new(handle: H) -> Permit<H, M> {
        Permit { handle, mode: PhantomData }
    }

    /// Takes the access now, or returns the handle. Takes what is free, whoever's turn it is.
    #[inline]
    pub(crate) fn try_take(handle: H) -> Result<Permit<H, M>, H> {
        let raw = handle.raw();
        if M::take_at_once(raw) || raw.take(M::ACCESS, Right::Patient, Standing::New).is_ok() {
            // SAFETY: it was taken just now, once.
            Ok(unsafe { Permit::new(handle) })
        } else {
            Err(handle)
        }
    }

    #[inline]
    pub(crate) fn raw(&self) -> &RawRwLock {
        self.handle.raw()
    }

    /// The handle alone, once something else stands for the access.
    fn into_handle(self) -> H {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped and not used again, so the handle is moved out once.
        unsafe { ptr::read(&this.handle) }
    }

    /// The same access, with another handle to the same lock.
    #[inline]
    pub(crate) fn with_handle<G: Handle>(self, handle: G) -> Permit<G, M> {
        debug_assert!(ptr::eq(self.raw(), handle.raw()), "a handle to another lock");
        self.into_handle();
        // SAFETY: the access was this permit's, which is gone.
        unsafe { Permit::new(handle) }
    }

    /// A permit of another mode, in exchange for this one.
    ///
    /// # Safety
    ///
    /// `next` takes an access of mode `M` away from the state and adds one of mode `N`.
    unsafe fn convert<N: Mode>(self, next: fn(State) -> (State, Wake)) -> Permit<H, N> {
        self.raw().transition(next);
        // SAFETY: by the caller's promise an access of mode `N` is there, and this permit's is not.
        unsafe { Permit::new(self.into_handle()) }
    }
}

impl<H: Handle> Permit<H, Shared> {
    /// Another permit beside this one. Never waits.
    pub(crate) fn share(&self, handle: H) -> Permit<H, Shared> {
        debug_assert!(ptr::eq(self.raw(), handle.raw()), "a handle to another lock");
        // SAFETY: this permit stands for shared access of this lock.
        unsafe { self.raw().take_read_again() };
        // SAFETY: it was taken just now, once.
        unsafe { Permit::new(handle) }
    }

    /// Takes shared access now, past writers that wait, or returns the handle.
    pub(crate) fn try_take_recursively(handle: H) -> Result<Permit<H, Shared>, H> {
        match handle.raw().take(Access::RecursiveRead, Right::Patient, Standing::New) {
            // SAFETY: it was taken just now, once.
            Ok(()) => Ok(unsafe { Permit::new(handle) }),
            Err(_) => Err(handle),
        }
    }
}

impl<H: Handle> Permit<H, Exclusive> {
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the transition turns the writer into a reader.
        unsafe { self.convert(State::downgrade_write) }
    }

    pub(crate) fn downgrade_to_upgradable(self) -> Permit<H, Upgradable> {
        // SAFETY: the transition turns the writer into the upgradable reader.
        unsafe { self.convert(State::downgrade_write_to_upgradable) }
    }
}

impl<H: Handle> Permit<H, Upgradable> {
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the transition turns the upgradable reader into a plain one.
        unsafe { self.convert(State::downgrade_upgradable) }
    }

    pub(crate) fn try_upgrade(self) -> Result<Permit<H, Exclusive>, Self> {
        match self.raw().take(Access::Upgrade, Right::Patient, Standing::New) {
            // SAFETY: the upgrade was taken just now.
            Ok(()) => Ok(unsafe { self.into_upgraded() }),
            Err(_) => Err(self),
        }
    }

    /// The permit for exclusive access, once the upgrade has been taken.
    ///
    /// # Safety
    ///
    /// [`Access::Upgrade`] was taken: this permit's access has become exclusive.
    pub(crate) unsafe fn into_upgraded(self) -> Permit<H, Exclusive> {
        // SAFETY: taking the upgrade took this permit's access away and added an exclusive one.
        unsafe { Permit::new(self.into_handle()) }
    }
}

impl<H: Handle, M: Mode> Drop for Permit<H, M> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this permit stands for one access of mode `M`, and ends here.
        unsafe { M::release(self.handle.raw()) }
    }
}
