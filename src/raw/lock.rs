//! A raw lock of either kind, for those that ask for access.

#[cfg(feature = "std")]
use super::sharded::RawShardedRwLock;
use super::RawRwLock;
use crate::state::{Access, Priority, Refusal, Registration, State};

/// A word, and the shards in front of it, if there are any. Which of the two it is, is known where it is made:
/// so the compact lock has no code for shards.
#[derive(Clone, Copy)]
pub(crate) struct RawLock<'a> {
    word: &'a RawRwLock,
    #[cfg(feature = "std")]
    sharded: Option<&'a RawShardedRwLock>,
}

impl<'a> RawLock<'a> {
    #[inline(always)]
    pub(crate) fn compact(word: &'a RawRwLock) -> RawLock<'a> {
        RawLock {
            word,
            #[cfg(feature = "std")]
            sharded: None,
        }
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn sharded(lock: &'a RawShardedRwLock) -> RawLock<'a> {
        RawLock { word: lock.word(), sharded: Some(lock) }
    }

    #[inline(always)]
    pub(crate) fn word(self) -> &'a RawRwLock {
        self.word
    }

    /// See [`RawRwLock::acquire_fast`].
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    pub(crate) unsafe fn acquire_fast(self, access: Access) -> bool {
        #[cfg(feature = "std")]
        if let Some(sharded) = self.sharded {
            // SAFETY: by the caller's promise.
            return unsafe { sharded.acquire_fast(access) };
        }
        // SAFETY: by the caller's promise.
        unsafe { self.word.acquire_fast(access) }
    }

    /// See [`RawRwLock::acquire`].
    ///
    /// # Safety
    ///
    /// As there.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) unsafe fn acquire(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal> {
        #[cfg(feature = "std")]
        if let Some(sharded) = self.sharded {
            // SAFETY: by the caller's promise.
            return unsafe { sharded.acquire(access, priority, registration) };
        }
        // SAFETY: by the caller's promise.
        unsafe { self.word.acquire(access, priority, registration) }
    }

    /// Acquires what is free, also past a waiter that was woken.
    ///
    /// # Safety
    ///
    /// As for [`RawRwLock::acquire`]. The word knows of no waiter for this call.
    #[inline]
    pub(crate) unsafe fn acquire_barging(self, access: Access) -> Result<(), Refusal> {
        #[cfg(feature = "std")]
        if let Some(sharded) = self.sharded {
            // SAFETY: by the caller's promise.
            return unsafe { sharded.acquire_barging(access) };
        }
        // SAFETY: by the caller's promise.
        unsafe { self.word.acquire(access, Priority::Barging, Registration::New) }
    }

    /// See [`RawRwLock::register`]. Sets `registration`.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn register(
        self,
        access: Access,
        priority: Priority,
        registration: &mut Registration,
    ) -> State {
        #[cfg(feature = "std")]
        if let Some(sharded) = self.sharded {
            return sharded.register(access, priority, registration);
        }
        let state = self.word.register(access, priority, *registration);
        *registration = Registration::Registered;
        state
    }
}
