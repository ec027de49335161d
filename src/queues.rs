//! Where those who wait listen, and what the lock has learnt about waiting.
//!
//! A lock gets its queues when somebody first waits: one allocation that it keeps, so that a lock
//! nobody ever waited for is a word and a null pointer.
#![forbid(unsafe_code)]

use core::future::Future;
use core::pin::Pin;
use core::task::Context;

use event_listener::{Event, EventListener, IntoNotification, Listener};

use crate::credit::Credit;
use crate::state::{Access, Right};
use crate::sync::{AtomicUsize, Ordering};

/// For how many turns of its executor an arrival steps aside for somebody who was woken, at least.
pub(crate) const MIN_TURNS_ASIDE: usize = 1;

/// The same, at most: it doubles each time a woken waiter finds that it was overtaken, and starts anew
/// each time one finds the lock free. (Halving it then keeps threads that step aside from running
/// whenever processors are scarce: fifty times slower on two busy ones.)
pub(crate) const MAX_TURNS_ASIDE: usize = 16;

/// A place in a queue. To be given back by [`Queues::leave`].
#[derive(Debug)]
pub(crate) struct Place {
    listener: EventListener,
    is_overtaken: bool,
    /// It knows that it was notified.
    is_notified: bool,
}

impl Place {
    /// Whether this place has been notified; if not, the task will be woken when it is.
    #[inline]
    pub(crate) fn poll_notified(&mut self, cx: &mut Context<'_>) -> bool {
        self.is_notified = Pin::new(&mut self.listener).poll(cx).is_ready();
        self.is_notified
    }
}

#[derive(Debug)]
pub(crate) struct Queues {
    readers: Event,
    upgradables: Event,
    writers: Event,
    /// Writers that were woken and found the lock taken: they go before the others.
    overtaken: Event,
    overtaken_count: AtomicUsize,
    upgrader: Event,
    /// How many of the readers that were woken have not come yet. Advisory: it decides when their
    /// turn is over, and the turn only makes others step aside.
    readers_coming: AtomicUsize,
    /// Counts wake-ups, so that an arrival can tell one turn from the next. Advisory.
    turn: AtomicUsize,
    /// Between [`MIN_TURNS_ASIDE`] and [`MAX_TURNS_ASIDE`]. Advisory.
    turns_aside: AtomicUsize,
    credit: Credit,
}

impl Queues {
    pub(crate) fn new() -> Queues {
        Queues {
            readers: Event::new(),
            upgradables: Event::new(),
            writers: Event::new(),
            overtaken: Event::new(),
            overtaken_count: AtomicUsize::new(0),
            upgrader: Event::new(),
            readers_coming: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
            turns_aside: AtomicUsize::new(MIN_TURNS_ASIDE),
            credit: Credit::new(),
        }
    }

    #[inline]
    fn event(&self, access: Access) -> &Event {
        match access {
            Access::Read | Access::RecursiveRead => &self.readers,
            Access::UpgradableRead => &self.upgradables,
            Access::Write => &self.writers,
            Access::Upgrade => &self.upgrader,
        }
    }

    /// Queues up behind those who wait for the same access.
    #[inline]
    pub(crate) fn listen(&self, access: Access) -> Place {
        Place { listener: self.event(access).listen(), is_overtaken: false, is_notified: false }
    }

    /// Queues up for an access after having been woken and overtaken: a writer before those who
    /// have not been woken yet.
    pub(crate) fn listen_again(&self, access: Access) -> Place {
        if access != Access::Write {
            return self.listen(access);
        }
        let listener = self.overtaken.listen();
        // Relaxed: the record of this place in the word, which follows, and the release that reads
        // the record before it looks at the count, order the two.
        self.overtaken_count.fetch_add(1, Ordering::Relaxed);
        Place { listener, is_overtaken: true, is_notified: false }
    }

    /// Leaves the queue; whether the place has been notified and did not know.
    #[inline(always)]
    pub(crate) fn leave(&self, place: Place) -> bool {
        if place.is_overtaken {
            self.overtaken_count.fetch_sub(1, Ordering::Relaxed);
        }
        // A drop would pass an unknown notification on within the queue, past the policy; a known
        // one has been used up, and then a drop is the shorter way.
        !place.is_notified && place.listener.discard()
    }

    /// Wakes the first who sleeps; whether there was one. Of upgraders, all: one at most is not
    /// forgotten.
    ///
    /// `additional`: somebody who was woken before and has not come does not count.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn wake_one(&self, access: Access) -> bool {
        self.next_turn();
        let count: usize = if access == Access::Upgrade { usize::MAX } else { 1 };
        let is_overtaken = access == Access::Write
            // Relaxed: see `listen_again`.
            && self.overtaken_count.load(Ordering::Relaxed) > 0
            && self.overtaken.notify(count.additional().relaxed()) > 0;
        is_overtaken || self.event(access).notify(count.additional().relaxed()) > 0
    }

    /// Wakes all who sleep; how many there were.
    pub(crate) fn wake_all(&self, access: Access) -> usize {
        self.next_turn();
        self.event(access).notify(usize::MAX.additional().relaxed())
    }

    #[inline]
    fn next_turn(&self) {
        // Not one operation: a turn that two threads count as one costs nothing but politeness.
        self.turn.store(self.turn().wrapping_add(1), Ordering::Relaxed);
    }

    /// Which turn this is.
    #[inline]
    pub(crate) fn turn(&self) -> usize {
        self.turn.load(Ordering::Relaxed)
    }

    /// So many readers were woken. Some may have come already, and some of those woken before not yet.
    pub(crate) fn expect_readers(&self, count: usize) {
        self.readers_coming.fetch_add(count, Ordering::Relaxed);
    }

    /// Whether readers were woken that have not come yet.
    pub(crate) fn are_readers_coming(&self) -> bool {
        // Less than none: somebody came before it was counted that it was woken.
        (self.readers_coming.load(Ordering::Relaxed) as isize) > 0
    }

    /// One who was woken has come, or has given up: by which right.
    #[inline]
    pub(crate) fn woken_right(&self, access: Access) -> Right {
        match access {
            Access::Write | Access::Upgrade => Right::Woken,
            _ if self.readers_coming.fetch_sub(1, Ordering::Relaxed) <= 1 => Right::WokenLast,
            _ => Right::Woken,
        }
    }

    #[inline]
    pub(crate) fn turns_aside(&self) -> usize {
        self.turns_aside.load(Ordering::Relaxed)
    }

    pub(crate) fn credit(&self) -> &Credit {
        &self.credit
    }

    /// A woken waiter found the lock taken.
    pub(crate) fn was_overtaken(&self) {
        self.credit.end();
        let turns = (2 * self.turns_aside()).min(MAX_TURNS_ASIDE);
        self.turns_aside.store(turns, Ordering::Relaxed);
    }

    /// A woken waiter found the lock free.
    #[inline]
    pub(crate) fn was_in_time(&self) {
        if self.turns_aside() > MIN_TURNS_ASIDE {
            self.turns_aside.store(MIN_TURNS_ASIDE, Ordering::Relaxed);
        }
    }
}
