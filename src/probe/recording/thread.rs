//! Threads, by numbers that are never used twice.

use core::sync::atomic::{AtomicU32, Ordering};
use std::string::String;
use std::thread::{self, ThreadId};
use std::thread_local;

use alloc::sync::Arc;

/// What is known of a thread, also after its end.
#[derive(Debug)]
pub(crate) struct Thread {
    number: u32,
    /// `None`: it was already ending when it was first seen.
    identity: Option<(ThreadId, Option<String>)>,
}

/// Relaxed: it only counts.
static NUMBERS: AtomicU32 = AtomicU32::new(1);

thread_local! {
    static CURRENT: Arc<Thread> = {
        let current = thread::current();
        Arc::new(Thread::new(Some((current.id(), current.name().map(String::from)))))
    };
}

impl Thread {
    fn new(identity: Option<(ThreadId, Option<String>)>) -> Thread {
        Thread { number: NUMBERS.fetch_add(1, Ordering::Relaxed), identity }
    }

    /// The thread that calls. If it is ending, and its locals are gone, it is a new one each time.
    #[inline]
    pub(crate) fn current() -> Arc<Thread> {
        CURRENT.try_with(Arc::clone).unwrap_or_else(|_| Arc::new(Thread::new(None)))
    }

    #[inline]
    pub(crate) fn is_current(number: u32) -> bool {
        CURRENT.try_with(|current| current.number == number).unwrap_or(true)
    }

    #[inline]
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn id(&self) -> Option<ThreadId> {
        self.identity.as_ref().map(|(id, _)| *id)
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.identity.as_ref()?.1.as_deref()
    }
}
