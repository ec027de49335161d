//! Where those who wait listen, and what the lock has learnt about waiting.
//!
//! A lock gets its queues when somebody first waits: one allocation that it keeps, so that a lock
//! nobody ever waited for is a word and a null pointer.
#![forbid(unsafe_code)]

use event_listener::{Event, EventListener, IntoNotification};

use crate::state::Access;
use crate::sync::{AtomicUsize, Ordering};

/// For how many turns of its executor an arrival steps aside for somebody who was woken: at first,
/// and again after a woken waiter has found the lock free.
pub(crate) const MIN_TURNS_ASIDE: usize = 1;

/// The number of turns doubles each time a woken waiter finds that it was overtaken, up to this.
pub(crate) const MAX_TURNS_ASIDE: usize = 16;

#[derive(Debug)]
pub(crate) struct Queues {
    readers: Event,
    upgradables: Event,
    writers: Event,
    upgrader: Event,
    /// How many of the readers that were woken together have not come yet. Advisory: it decides
    /// when their turn is over, and the turn only makes others step aside.
    readers_coming: AtomicUsize,
    /// Between [`MIN_TURNS_ASIDE`] and [`MAX_TURNS_ASIDE`]. Advisory.
    turns_aside: AtomicUsize,
}

impl Queues {
    pub(crate) fn new() -> Queues {
        Queues {
            readers: Event::new(),
            upgradables: Event::new(),
            writers: Event::new(),
            upgrader: Event::new(),
            readers_coming: AtomicUsize::new(0),
            turns_aside: AtomicUsize::new(MIN_TURNS_ASIDE),
        }
    }

    fn event(&self, access: Access) -> &Event {
        match access {
            Access::Read | Access::RecursiveRead => &self.readers,
            Access::UpgradableRead => &self.upgradables,
            Access::Write => &self.writers,
            Access::Upgrade => &self.upgrader,
        }
    }

    pub(crate) fn listen(&self, access: Access) -> EventListener {
        self.event(access).listen()
    }

    /// Wakes the first who sleeps; whether there was one.
    ///
    /// `additional`: somebody who was woken before and has not come does not count.
    pub(crate) fn wake_one(&self, access: Access) -> bool {
        self.event(access).notify(1.additional().relaxed()) == 1
    }

    /// Wakes all who sleep; how many there were.
    pub(crate) fn wake_all(&self, access: Access) -> usize {
        self.event(access).notify(usize::MAX.additional().relaxed())
    }

    /// These readers were woken together.
    pub(crate) fn expect_readers(&self, count: usize) {
        self.readers_coming.store(count, Ordering::Relaxed);
    }

    /// One of the readers that were woken has come, or has given up; whether it was the last.
    pub(crate) fn reader_comes_last(&self) -> bool {
        self.readers_coming.fetch_sub(1, Ordering::Relaxed) <= 1
    }

    pub(crate) fn turns_aside(&self) -> usize {
        self.turns_aside.load(Ordering::Relaxed)
    }

    /// A woken waiter found the lock taken.
    pub(crate) fn was_overtaken(&self) {
        let turns = (2 * self.turns_aside()).min(MAX_TURNS_ASIDE);
        self.turns_aside.store(turns, Ordering::Relaxed);
    }

    /// A woken waiter found the lock free.
    pub(crate) fn was_in_time(&self) {
        if self.turns_aside() != MIN_TURNS_ASIDE {
            self.turns_aside.store(MIN_TURNS_ASIDE, Ordering::Relaxed);
        }
    }
}
