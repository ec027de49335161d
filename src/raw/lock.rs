//! A raw lock of either kind, for those that ask for access.

use super::RawRwLock;
use crate::state::{Access, Priority, Refusal, Registration, State};

/// A word, or one with shards in front of it. Each kind has its own copy of what asks for access, so the compact
/// lock has no code for shards.
///
/// # Safety
///
/// It is always the same word, and what is acquired of the lock is an access of that word.
pub(crate) unsafe trait RawLock: Send + Sync {
    fn word(&self) -> &RawRwLock;

    /// See [`RawRwLock::acquire_fast`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn acquire_fast(&self, access: Access) -> bool;

    /// See [`RawRwLock::acquire`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn acquire(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal>;

    /// Acquires what is free, also past a waiter that was woken.
    ///
    /// # Safety
    ///
    /// As for [`RawLock::acquire`], of a caller that the word does not know as a waiter.
    #[inline(always)]
    unsafe fn acquire_barging(&self, access: Access) -> Result<(), Refusal> {
        // SAFETY: by the caller's promise.
        unsafe { self.acquire(access, Priority::Barging, Registration::New) }
    }

    /// See [`RawRwLock::register`]. Sets `registration`.
    fn register(
        &self,
        access: Access,
        priority: Priority,
        registration: &mut Registration,
    ) -> State;
}

// SAFETY: it is the word.
unsafe impl RawLock for RawRwLock {
    #[inline(always)]
    fn word(&self) -> &RawRwLock {
        self
    }

    #[inline(always)]
    unsafe fn acquire_fast(&self, access: Access) -> bool {
        // SAFETY: by the caller's promise.
        unsafe { RawRwLock::acquire_fast(self, access) }
    }

    #[inline(always)]
    unsafe fn acquire(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal> {
        // SAFETY: by the caller's promise.
        unsafe { RawRwLock::acquire(self, access, priority, registration) }
    }

    #[inline(always)]
    fn register(
        &self,
        access: Access,
        priority: Priority,
        registration: &mut Registration,
    ) -> State {
        let state = RawRwLock::register(self, access, priority, *registration);
        *registration = Registration::Registered;
        state
    }
}
