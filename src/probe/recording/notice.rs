//! What a watchdog is told without asking: that what it has reported is over.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Outcome;

/// The end of a hold or wait.
#[derive(Debug)]
pub(crate) struct Notice {
    /// That of the lock.
    pub(crate) lock: usize,
    /// That of the record.
    pub(crate) serial: u64,
    pub(crate) lasted: Duration,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Default)]
pub(crate) struct Letters {
    pub(crate) notices: Vec<Notice>,
    pub(crate) is_closed: bool,
}

/// Where a watchdog sleeps.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    letters: Mutex<Letters>,
    arrived: Condvar,
}

impl Mailbox {
    /// No code of others runs while it is locked, so it is never left half changed.
    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn close(&self) {
        self.letters().is_closed = true;
        self.arrived.notify_all();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.letters().is_closed
    }

    /// Takes what has come. Waits for it, for at most so long, unless the box is closed.
    pub(crate) fn wait(&self, limit: Duration) -> Letters {
        let mut letters = self.letters();
        if letters.notices.is_empty() && !letters.is_closed {
            let waited = self.arrived.wait_timeout(letters, limit);
            letters = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Letters { notices: core::mem::take(&mut letters.notices), is_closed: letters.is_closed }
    }
}

/// The watchdogs that have reported a record, and the lock of the record.
#[derive(Debug, Default)]
pub(crate) struct Watchdogs(Vec<(Arc<Mailbox>, usize)>);

impl Watchdogs {
    /// Puts this one on the list; returns whether it was not there.
    pub(crate) fn add(&mut self, mailbox: &Arc<Mailbox>, lock: usize) -> bool {
        let is_new = !self.0.iter().any(|(known, _)| Arc::ptr_eq(known, mailbox));
        if is_new {
            self.0.push((Arc::clone(mailbox), lock));
        }
        is_new
    }

    #[inline]
    pub(crate) fn tell(&self, serial: u64, lasted: impl Fn() -> Duration, outcome: Outcome) {
        for (mailbox, lock) in &self.0 {
            let notice = Notice { lock: *lock, serial, lasted: lasted(), outcome };
            mailbox.letters().notices.push(notice);
            mailbox.arrived.notify_all();
        }
    }
}
