//! Threads, by numbers that are never used twice. A record has the number alone, because a count for each of them would
//! cost every access two more operations; who a thread is, is looked up when someone wants to know.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::sync::atomic::{AtomicU32, Ordering};
use std::collections::HashMap;
use std::panic::catch_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::thread_local;

/// The number of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ThreadNumber(u32);

/// Who a thread is, or was.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) id: ThreadId,
    pub(crate) name: Option<String>,
}

/// Of those that have ended, so many are still known.
const ENDED: usize = 256;

#[derive(Default)]
pub(crate) struct Threads {
    known: HashMap<ThreadNumber, Thread>,
    ended: VecDeque<ThreadNumber>,
}

impl Threads {
    /// `None`: it has ended long ago, or was ending already when it was first seen.
    pub(crate) fn get(&self, number: ThreadNumber) -> Option<&Thread> {
        self.known.get(&number)
    }
}

/// Made when the first thread is seen.
static THREADS: Mutex<Option<Threads>> = Mutex::new(None);

/// Relaxed: it only counts. The number 0 is that of threads that are ending.
static NUMBERS: AtomicU32 = AtomicU32::new(1);

thread_local! {
    static CURRENT: Current = Current::new();
}

struct Current(ThreadNumber);

fn threads() -> MutexGuard<'static, Option<Threads>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Current {
    fn new() -> Current {
        let number = ThreadNumber(NUMBERS.fetch_add(1, Ordering::Relaxed));
        // Older ones of `std` panic where the thread is about to end.
        if let Ok(current) = catch_unwind(thread::current) {
            let name = current.name().map(String::from);
            let thread = Thread { id: current.id(), name };
            threads().get_or_insert_with(Threads::default).known.insert(number, thread);
        }
        Current(number)
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        if let Some(threads) = &mut *threads() {
            threads.ended.push_back(self.0);
            if threads.ended.len() > ENDED {
                let first = threads.ended.pop_front();
                first.and_then(|first| threads.known.remove(&first));
            }
        }
    }
}

impl ThreadNumber {
    /// That of the thread that calls.
    #[inline]
    pub(crate) fn current() -> ThreadNumber {
        CURRENT.try_with(|current| current.0).unwrap_or(ThreadNumber(0))
    }

    pub(crate) fn raw(self) -> u32 {
        self.0
    }

    /// Whether it may be the same. All threads that are ending have one number.
    pub(crate) fn is_same(self, other: ThreadNumber) -> bool {
        self == other && self.0 != 0
    }
}

/// Looks up who threads are.
pub(crate) fn look_up<R>(look: impl FnOnce(&Threads) -> R) -> R {
    look(threads().get_or_insert_with(Threads::default))
}
