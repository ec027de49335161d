//! Without `std`, the lock has its queues in itself, and nothing is allocated.
#![forbid(unsafe_code)]

use super::Waiting;
use crate::sync::constructor;

/// See [the contract](super).
pub(crate) struct OnFirstWait<T>(T);

impl OnFirstWait<Waiting> {
    constructor! {
        pub(crate) fn new() -> OnFirstWait<Waiting> {
            OnFirstWait(Waiting::new())
        }
    }

    #[inline(always)]
    pub(crate) fn get(&self, _: fn() -> Waiting) -> &Waiting {
        &self.0
    }
}

/// There is nothing to drop, but with `std` there is: a constant that drops a lock would compile without that
/// feature only, and features only add.
impl<T> Drop for OnFirstWait<T> {
    #[inline(always)]
    fn drop(&mut self) {}
}

/// What a lock takes of a microcontroller's memory: ten words, and one more for the flag of a spin lock.
#[cfg(all(target_pointer_width = "32", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
const _: () = {
    const WORDS: usize = if cfg!(feature = "critical-section") { 10 } else { 11 };
    assert!(core::mem::size_of::<crate::RwLock<()>>() == 4 * WORDS);
};
