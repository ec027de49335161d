//! The internal lock of the queues: a critical section, the system's mutex, or a spin lock.
//!
//! The lists are reached by a shared reference, and change in cells. No foreign code runs behind the lock, and
//! nothing takes it twice. Whoever takes it sees what was done by those who had it before.

use super::lists::Lists;
use crate::sync::{constructor, interleave};

#[cfg(all(not(any_rwlock_loom), feature = "critical-section"))]
use section::Mutex;
#[cfg(not(any(any_rwlock_loom, feature = "critical-section", feature = "std")))]
use spin::Mutex;
#[cfg(any(any_rwlock_loom, all(feature = "std", not(feature = "critical-section"))))]
use system::Mutex;

pub(super) struct Locked(Mutex);

impl Locked {
    constructor! {
        pub(super) fn new() -> Locked {
            Locked(Mutex::new(Lists::new()))
        }
    }

    #[inline(always)]
    pub(super) fn with<R>(&self, run: impl FnOnce(&Lists) -> R) -> R {
        interleave();
        self.0.with(run)
    }
}

#[cfg(any(any_rwlock_loom, all(feature = "std", not(feature = "critical-section"))))]
mod system {
    #[cfg(any_rwlock_loom)]
    use loom::sync;
    #[cfg(not(any_rwlock_loom))]
    use std::sync;

    use super::Lists;

    pub(super) struct Mutex(sync::Mutex<Lists>);

    impl Mutex {
        #[cfg(not(any_rwlock_loom))]
        pub(super) const fn new(lists: Lists) -> Mutex {
            Mutex(sync::Mutex::new(lists))
        }

        #[cfg(any_rwlock_loom)]
        pub(super) fn new(lists: Lists) -> Mutex {
            Mutex(sync::Mutex::new(lists))
        }

        #[inline(always)]
        pub(super) fn with<R>(&self, run: impl FnOnce(&Lists) -> R) -> R {
            let lists = match self.0.lock() {
                Ok(lists) => lists,
                Err(poisoned) => poisoned.into_inner(),
            };
            run(&lists)
        }
    }
}

#[cfg(all(not(any_rwlock_loom), feature = "critical-section"))]
mod section {
    use super::Lists;

    pub(super) struct Mutex(critical_section::Mutex<Lists>);

    impl Mutex {
        pub(super) const fn new(lists: Lists) -> Mutex {
            Mutex(critical_section::Mutex::new(lists))
        }

        #[inline(always)]
        pub(super) fn with<R>(&self, run: impl FnOnce(&Lists) -> R) -> R {
            critical_section::with(|section| run(self.0.borrow(section)))
        }
    }
}

#[cfg(not(any(any_rwlock_loom, feature = "critical-section", feature = "std")))]
mod spin {
    use core::cell::UnsafeCell;
    use core::hint;

    use super::Lists;
    use crate::sync::uninterrupted::{AtomicU8, Ordering};

    const FREE: u8 = 0;
    const TAKEN: u8 = 1;

    pub(super) struct Mutex {
        state: AtomicU8,
        lists: UnsafeCell<Lists>,
    }

    // SAFETY: the lists, which are `Send`, are reached by one thread at a time: by who took the lock.
    unsafe impl Sync for Mutex {}

    /// Gives the lock back.
    struct Guard<'a>(&'a Mutex);

    impl Mutex {
        pub(super) const fn new(lists: Lists) -> Mutex {
            Mutex { state: AtomicU8::new(FREE), lists: UnsafeCell::new(lists) }
        }

        #[inline(always)]
        pub(super) fn with<R>(&self, run: impl FnOnce(&Lists) -> R) -> R {
            // Acquire: pairs with the Release of who gave it back.
            while self
                .state
                .compare_exchange_weak(FREE, TAKEN, Ordering::Acquire, Ordering::Relaxed)
                .is_err()
            {
                hint::spin_loop();
            }
            let guard = Guard(self);
            // SAFETY: the lock was taken, and is given back when `run` is over: no other reference exists.
            run(unsafe { &*guard.0.lists.get() })
        }
    }

    impl Drop for Guard<'_> {
        #[inline(always)]
        fn drop(&mut self) {
            // Release: pairs with the Acquire of who takes it next.
            self.0.state.store(FREE, Ordering::Release);
        }
    }
}
