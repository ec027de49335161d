//! Which shard is a thread's.
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[cfg(not(any(any_rwlock_loom, any_rwlock_shuttle)))]
pub(super) use counted::index;
#[cfg(any_rwlock_loom)]
pub(super) use in_loom::index;
#[cfg(any_rwlock_shuttle)]
pub(super) use in_shuttle::index;

/// How many threads run at once, as the system says; two in a model.
pub(super) fn parallelism() -> usize {
    /// 0 until it has been asked: that takes as long as a thousand reads.
    static FOUND: AtomicUsize = AtomicUsize::new(0);

    if cfg!(any(any_rwlock_loom, any_rwlock_shuttle)) {
        return 2;
    }
    // Relaxed, both: only the number matters, and who is late finds the same.
    match FOUND.load(Ordering::Relaxed) {
        0 => {
            let found = thread::available_parallelism().map_or(1, usize::from);
            FOUND.store(found, Ordering::Relaxed);
            found
        }
        found => found,
    }
}

/// Threads are numbered in the order in which they first read: as many as there are shards do not meet.
#[cfg_attr(any_rwlock_loom, allow(dead_code))]
mod counted {
    use core::cell::Cell;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::thread_local;

    const UNNUMBERED: usize = usize::MAX;

    static NEXT: AtomicUsize = AtomicUsize::new(0);

    thread_local! {
        static INDEX: Cell<usize> = const { Cell::new(UNNUMBERED) };
    }

    /// The number of this thread; 0, if its locals are gone.
    #[inline]
    pub(in super::super) fn index() -> usize {
        match INDEX.try_with(Cell::get) {
            Ok(UNNUMBERED) => number(),
            Ok(index) => index,
            Err(_) => 0,
        }
    }

    #[cold]
    fn number() -> usize {
        // Relaxed: only the number matters.
        let index = NEXT.fetch_add(1, Ordering::Relaxed) % UNNUMBERED;
        let _ = INDEX.try_with(|own| own.set(index));
        index
    }
}

/// A model has to be the same each time it is run, so its threads have the numbers that loom gives them. loom
/// shows them, and says them in no other way.
#[cfg(any_rwlock_loom)]
mod in_loom {
    use std::format;

    pub(in super::super) fn index() -> usize {
        let shown = format!("{:?}", loom::thread::current().id());
        let digits: usize = shown
            .bytes()
            .filter(u8::is_ascii_digit)
            .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        digits
    }
}

/// All threads of a model are one of the system.
#[cfg(any_rwlock_shuttle)]
mod in_shuttle {
    pub(in super::super) fn index() -> usize {
        shuttle::current::try_get_current_task().map_or_else(super::counted::index, usize::from)
    }
}
