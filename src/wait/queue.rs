//! Where those who wait listen, and what the lock has learnt about waiting.
//!
//! A lock gets its queues when somebody first waits: one allocation that it keeps, so that a lock
//! nobody ever waited for is a word and a null pointer.
#![forbid(unsafe_code)]

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use event_listener::{EventListener, Listener};

use crate::state::{Access, InFlight, Priority};
use crate::sync::{AtomicUsize, Ordering};
use crate::wait::fairness::{deferrals_owed, EpochSnapshot, WakeEpoch, MAX_LOSSES};
use crate::wait::spin::{SpinBudget, IS_EARNED};
use crate::wait::unwind::OnUnwind;
#[cfg(feature = "std")]
use crate::wait::waker;

mod told;
use told::{Event, Told};

/// A place in a queue. To be given back by [`Queues::leave`] or [`Queues::leave_for_good`].
#[derive(Debug)]
pub(crate) struct QueueEntry {
    listener: EventListener<Told>,
    is_overtaken: bool,
    /// It knows that it was notified.
    is_notified: bool,
}

impl QueueEntry {
    /// In which turn this place was notified, if it was; if not, the task will be woken when it is.
    #[cfg_attr(feature = "std", inline)]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn poll_notified(&mut self, cx: &mut Context<'_>) -> Option<Told> {
        match Pin::new(&mut self.listener).poll(cx) {
            Poll::Ready(told) => {
                self.is_notified = true;
                Some(told)
            }
            Poll::Pending => None,
        }
    }
}

/// Those who wait for one kind of access.
#[derive(Debug)]
struct Queue {
    waiting: Event,
    /// Those who were woken once and did not get in: they go before the others.
    overtaken: Event,
    record: Record,
}

impl Queue {
    fn new() -> Queue {
        Queue { waiting: told::event(), overtaken: told::event(), record: Record::new() }
    }

    /// How patient the first are, or one of them is.
    #[inline]
    fn deferrals_owed(&self) -> usize {
        deferrals_owed(self.record.snapshot() & LOSSES)
    }

    /// Wakes so many of those who sleep, the first ones; how many there were.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn wake(&self, count: usize, turn: usize) -> usize {
        if self.record.is_anybody_there() {
            return self.wake_overtaken(count, turn);
        }
        told::notify(&self.waiting, count, turn)
    }

    #[cold]
    fn wake_overtaken(&self, count: usize, turn: usize) -> usize {
        // If a waker panics, its place has been notified, and maybe others before it: a record of too many
        // is a look in vain.
        let panicked = OnUnwind::new(|| self.record.leave(1));
        let woken = told::notify(&self.overtaken, count, turn);
        panicked.disarm();
        self.record.leave(woken);
        match count - woken {
            0 => woken,
            left => woken + told::notify(&self.waiting, left, turn),
        }
    }
}

/// How many sleep in a queue of the overtaken, and how many losses the one of them has that has most.
#[derive(Debug)]
struct Record(AtomicUsize);

const LOSSES_BITS: u32 = u8::BITS - MAX_LOSSES.leading_zeros();
const LOSSES: usize = (1 << LOSSES_BITS) - 1;

impl Record {
    fn new() -> Record {
        Record(AtomicUsize::new(0))
    }

    #[inline]
    fn snapshot(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    fn is_anybody_there(&self) -> bool {
        // Relaxed: the record of the place in the word, which follows its own record here, and the
        // release that reads the one in the word before it looks here, order the two.
        self.snapshot() > LOSSES
    }

    fn change(&self, change: impl Fn(usize) -> usize) {
        let mut seen = self.snapshot();
        while let Err(found) = self.0.compare_exchange_weak(
            seen,
            change(seen),
            // Relaxed: see `is_anybody_there`.
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            seen = found;
        }
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn enter(&self, losses: u8) {
        self.change(|seen| {
            let most = (seen & LOSSES).max(losses.into());
            (seen & !LOSSES | most).wrapping_add(1 << LOSSES_BITS)
        });
    }

    /// So many have been woken, or have given up.
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn leave(&self, count: usize) {
        if count > 0 {
            self.change(|seen| {
                let left = seen.wrapping_sub(count << LOSSES_BITS);
                if left > LOSSES {
                    left
                } else {
                    0
                }
            });
        }
    }
}

#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Queues {
    readers: Queue,
    upgradables: Queue,
    writers: Queue,
    upgrader: Queue,
    /// How many of the readers that were woken have not come yet. Advisory: it decides when their
    /// turn is over, and the turn only makes others step aside.
    readers_in_flight: AtomicUsize,
    /// The turn in which the first of them were woken. Who was woken in an earlier one is late.
    readers_epoch: AtomicUsize,
    /// The turn in which a writer or the upgrader was last woken. Not beyond the turn of one who is coming:
    /// a late one leaves the flag of the turn up in the word, for that one.
    exclusive_epoch: AtomicUsize,
    turn: WakeEpoch,
    budget: SpinBudget,
}

impl Queues {
    pub(crate) fn new() -> Queues {
        Queues {
            readers: Queue::new(),
            upgradables: Queue::new(),
            writers: Queue::new(),
            upgrader: Queue::new(),
            readers_in_flight: AtomicUsize::new(0),
            readers_epoch: AtomicUsize::new(0),
            exclusive_epoch: AtomicUsize::new(0),
            turn: WakeEpoch::new(),
            budget: SpinBudget::new(),
        }
    }

    #[inline]
    fn queue(&self, access: Access) -> &Queue {
        match access {
            Access::Read | Access::RecursiveRead => &self.readers,
            Access::UpgradableRead => &self.upgradables,
            Access::Write => &self.writers,
            Access::Upgrade => &self.upgrader,
        }
    }

    /// Queues up behind those who wait for the same access.
    #[inline]
    pub(crate) fn enqueue(&self, access: Access) -> QueueEntry {
        let listener = self.queue(access).waiting.listen();
        QueueEntry { listener, is_overtaken: false, is_notified: false }
    }

    /// Queues up before those who have not been woken yet, after having been woken for nothing, and
    /// overtaken so many times.
    pub(crate) fn enqueue_overtaken(&self, access: Access, losses: u8) -> QueueEntry {
        let queue = self.queue(access);
        // First on record: a wake-up in between takes a place off the record that is on it.
        queue.record.enter(losses);
        let listener = queue.overtaken.listen();
        QueueEntry { listener, is_overtaken: true, is_notified: false }
    }

    /// Leaves the queue; whether the place has been notified and did not know.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn leave(&self, access: Access, entry: QueueEntry) -> bool {
        if entry.is_notified {
            // The notification has been used up, and the drop is the shorter way.
            return false;
        }
        // A drop would pass an unknown notification on within the queue, past the policy.
        let is_overtaken = entry.is_overtaken;
        let forget = || {
            if is_overtaken {
                self.queue(access).record.leave(1);
            }
        };
        // Where there is a waker to drop, and it panics, the place was not notified.
        let panicked = OnUnwind::new(forget);
        let is_notified = entry.listener.discard();
        panicked.disarm();
        if !is_notified {
            forget();
        }
        is_notified
    }

    /// Leaves the queue and will not come again; what the place has been told, if it has been notified and
    /// did not know.
    #[cfg(feature = "std")]
    pub(crate) fn leave_for_good(&self, access: Access, mut entry: QueueEntry) -> Option<Told> {
        let told = entry.poll_notified(&mut Context::from_waker(&waker::noop()));
        self.leave(access, entry);
        told
    }

    /// Leaves the queue and will not come again; whether the place has been notified and did not know.
    #[cfg(not(feature = "std"))]
    pub(crate) fn leave_for_good(&self, access: Access, entry: QueueEntry) -> Option<Told> {
        self.leave(access, entry).then_some(())
    }

    /// Wakes the first who sleeps; whether there was one. Of upgraders, all: one at most is not
    /// forgotten.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn wake_exclusive(&self, access: Access, in_flight: InFlight) -> bool {
        let queue = self.queue(access);
        let turn = self.turn.begin(queue.deferrals_owed(), in_flight);
        let count = if access == Access::Upgrade { usize::MAX } else { 1 };
        let has_woken = queue.wake(count, turn) > 0;
        if has_woken {
            // Whoever was woken may have come already: nobody is late for a turn that is not over.
            self.exclusive_epoch.store(turn, Ordering::Relaxed);
        }
        has_woken
    }

    /// Wakes all plain readers who sleep, or the first upgradable one; how many there were.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn wake_readers(&self, access: Access, in_flight: InFlight) -> usize {
        let queue = self.queue(access);
        let turn = self.turn.begin(queue.deferrals_owed(), in_flight);
        if in_flight == InFlight::Nobody {
            self.readers_epoch.store(turn, Ordering::Relaxed);
            self.readers_in_flight.store(0, Ordering::Relaxed);
        }
        queue.wake(if access == Access::UpgradableRead { 1 } else { usize::MAX }, turn)
    }

    /// So many readers were woken. Whether some of those who were are still to come.
    pub(crate) fn add_readers_in_flight(&self, count: usize) -> bool {
        let before = self.readers_in_flight.fetch_add(count, Ordering::Relaxed);
        is_some(before.wrapping_add(count))
    }

    /// Whether readers were woken that have not come yet.
    pub(crate) fn has_readers_in_flight(&self) -> bool {
        is_some(self.readers_in_flight.load(Ordering::Relaxed))
    }

    /// One who was woken has come, or has given up: by which right.
    #[inline]
    pub(crate) fn count_arrival(&self, access: Access, told: Told) -> Priority {
        match access {
            Access::Write | Access::Upgrade => {
                if told::is_before(told, self.exclusive_epoch.load(Ordering::Relaxed)) {
                    Priority::Late
                } else {
                    Priority::Woken
                }
            }
            _ if told::is_before(told, self.readers_epoch.load(Ordering::Relaxed)) => {
                Priority::Late
            }
            _ => self.count_reader(),
        }
    }

    /// A reader whose turn it still is has come.
    pub(crate) fn count_reader(&self) -> Priority {
        if self.readers_in_flight.fetch_sub(1, Ordering::Relaxed) == 1 {
            Priority::LastWoken
        } else {
            Priority::Woken
        }
    }

    #[inline]
    pub(crate) fn turn(&self) -> EpochSnapshot {
        self.turn.snapshot()
    }

    /// An arrival steps aside, and counts for so many; for which turn.
    pub(crate) fn defer(&self, by: usize) -> usize {
        self.turn.defer(by)
    }

    pub(crate) fn spin_budget(&self) -> &SpinBudget {
        &self.budget
    }

    /// Whether an arrival may go ahead of somebody who was woken.
    pub(crate) fn spend_to_barge(&self) -> bool {
        let turn = self.turn();
        let goes_ahead = IS_EARNED && turn.allows_barging() && self.budget.spend_to_barge();
        if goes_ahead {
            self.turn.barge(turn);
        }
        goes_ahead
    }

    /// A woken waiter came for nothing.
    pub(crate) fn record_loss(&self) {
        self.budget.end();
        if self.turn().has_been_barged() {
            self.budget.bar();
        }
    }
}

/// Less than none: somebody came before it was counted that it was woken.
fn is_some(count: usize) -> bool {
    (count as isize) > 0
}

#[cfg(all(test, feature = "std", not(any_rwlock_loom)))]
mod tests;
