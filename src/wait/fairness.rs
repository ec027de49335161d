//! For whom arrivals defer, and for how long: the same for every engine.
//!
//! Each wake-up begins a *wake epoch*. While it lasts, an arrival that finds the lock free *defers*: it wakes
//! itself and comes again. The epoch is over for an arrival once it has deferred at least once itself, and
//! all arrivals together as often as is owed to the waiter that was woken. (Together: executors count the
//! polls of all tasks, and a future that is never polled again costs the same however many arrivals there are.
//! At least once: so no waiter is overtaken by a task whose executor polls in the order of wake-ups.)
//!
//! How many deferrals are owed depends on the waiter: more with each *loss*, a wake-up that came to nothing
//! because a later arrival was faster. There is a bound, because the waiter may never be polled again.
//!
//! A writer that is woken while woken readers have not all come defers to them, too, and others to it. What is owed to
//! these readers is counted apart, so that it does not become more by what is owed to that writer.
//!
//! All of this but that a writer is late is advisory: it changes who goes first, and how soon. So every access here
//! is Relaxed, and two operations in a row need not be one.
#![forbid(unsafe_code)]

use super::queue::Waiting;
use super::spin::{SpinBudget, IS_EARNED};
use crate::state::{Access, InFlight, Priority};
use crate::sync::constructor;
#[cfg(not(feature = "std"))]
use crate::sync::AtomicU16;
#[cfg(feature = "std")]
use crate::sync::AtomicUsize;

mod epoch;
mod late;
mod readers;
pub(crate) use epoch::EpochSnapshot;
use epoch::WakeEpoch;
use late::LatestWriter;
pub(crate) use late::Notification;
pub(crate) use readers::GroupBits;
use readers::ReadersInFlight;

/// What a waiter keeps of the number of an epoch: whether it deferred in the present one may be taken for so
/// once in 65 536.
pub(crate) type EpochBits = u16;

/// The number of an epoch, or a number of readers. Without `std` no more of it, for a small lock.
#[cfg(feature = "std")]
pub(crate) type EpochNumber = usize;
#[cfg(feature = "std")]
type AtomicNumber = AtomicUsize;
#[cfg(not(feature = "std"))]
pub(crate) type EpochNumber = u16;
#[cfg(not(feature = "std"))]
type AtomicNumber = AtomicU16;

/// How many deferrals are owed to a woken waiter that has never lost. (In a model each poll counts, and a few
/// are enough.)
pub(crate) const MIN_DEFERRALS: usize = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// With each loss twice as many, so many times over.
const GROWTH_LOG2: u32 = if cfg!(any_rwlock_loom) { 1 } else { 4 };

/// How many are owed at most. Without `std` few: an executor that runs in interrupts polls a task that has
/// woken itself again at once, which keeps tasks of lower priority from running.
pub(crate) const MAX_DEFERRALS: usize = if cfg!(any_rwlock_loom) {
    2
} else if cfg!(feature = "std") {
    1 << 16
} else {
    16
};

/// Losses beyond this number make no difference.
pub(crate) const MAX_LOSSES: u8 = {
    let mut losses = 0;
    while MIN_DEFERRALS << (GROWTH_LOG2 * losses) < MAX_DEFERRALS {
        losses += 1;
    }
    losses as u8
};

/// How many deferrals are owed to a woken waiter after so many losses.
#[inline]
pub(crate) const fn deferrals_owed(losses: usize) -> usize {
    if losses == 0 {
        return MIN_DEFERRALS;
    }
    let owed = MIN_DEFERRALS << (GROWTH_LOG2 * losses as u32);
    if owed < MAX_DEFERRALS {
        owed
    } else {
        MAX_DEFERRALS
    }
}

/// The policy's data of one lock.
#[derive(Debug)]
pub(crate) struct Fairness {
    epoch: WakeEpoch,
    spin_budget: SpinBudget,
    readers: ReadersInFlight,
    writer: LatestWriter,
}

impl Fairness {
    constructor! {
        pub(crate) fn new() -> Fairness {
            Fairness {
                epoch: WakeEpoch::new(),
                spin_budget: SpinBudget::new(),
                readers: ReadersInFlight::new(),
                writer: LatestWriter::new(),
            }
        }
    }

    #[inline]
    pub(crate) fn spin_budget(&self) -> &SpinBudget {
        &self.spin_budget
    }
}

/// Waking.
impl Waiting {
    /// Wakes all plain readers that sleep, or the first waiter for another access; returns how many there were, and what
    /// each was sent. (Of upgraders it wakes all: all but one are forgotten.)
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn wake(&self, access: Access, in_flight: InFlight) -> (usize, Notification) {
        let Waiting { queues, fairness } = self;
        let owed = deferrals_owed(queues.losses(access));
        let epoch = fairness.epoch.begin(owed, in_flight);
        if access.is_shared() {
            let still_owed = if in_flight.are_readers() {
                fairness.epoch.owed_to_readers()
            } else {
                fairness.readers.begin(epoch);
                0
            };
            fairness.epoch.owe_to_readers(owed.max(still_owed));
        }
        let count = match access {
            Access::UpgradableRead | Access::Write => 1,
            Access::Read | Access::RecursiveRead | Access::Upgrade => usize::MAX,
        };
        (queues.wake(access, count, epoch), Notification::sent_in(epoch))
    }
}

/// Who is in flight.
impl Fairness {
    /// A writer was sent this: one that was woken in an earlier epoch is late.
    ///
    /// (Who was sent it may have come already: it is not late for an epoch that is not over.)
    #[inline]
    pub(crate) fn record_writer(&self, sent: Notification) {
        self.writer.record(sent);
    }

    /// Counts readers that were woken. Returns whether any have not come.
    #[inline]
    pub(crate) fn add_readers_in_flight(&self, count: usize) -> bool {
        self.readers.add(count)
    }

    /// Whether readers were woken and have not come.
    #[inline]
    pub(crate) fn has_readers_in_flight(&self) -> bool {
        self.readers.are_any()
    }
}

/// Coming.
impl Fairness {
    /// Counts the arrival of a waiter that was woken, or its giving up; returns the priority that it has.
    #[inline]
    pub(crate) fn count_arrival(&self, access: Access, notification: Notification) -> Priority {
        match access {
            Access::Write if self.writer.is_late(notification) => Priority::Late,
            Access::Write | Access::Upgrade => Priority::Woken,
            _ if self.readers.is_late(notification) => Priority::Late,
            _ => self.count_reader(),
        }
    }

    /// Counts the arrival of a reader that was woken in the present epoch.
    #[inline]
    pub(crate) fn count_reader(&self) -> Priority {
        self.readers.count_arrival()
    }

    /// Whether so many deferrals as are owed to the readers in flight have been made.
    #[inline]
    pub(crate) fn are_readers_paid(&self) -> bool {
        self.epoch.owed_to_readers() == 0
    }

    /// Which readers are in flight: others than those that were before, if this differs.
    #[inline]
    pub(crate) fn group_of_readers(&self) -> GroupBits {
        self.readers.group()
    }

    /// A wake-up that was sent this moment.
    #[cfg_attr(any(feature = "intrusive", not(feature = "std")), allow(dead_code))]
    pub(crate) fn sent_now(&self) -> Notification {
        Notification::sent_in(self.epoch.number())
    }

    #[inline]
    pub(crate) fn epoch(&self) -> EpochSnapshot {
        self.epoch.snapshot()
    }

    #[inline]
    pub(crate) fn epoch_number(&self) -> EpochBits {
        low_bits(self.epoch.number())
    }

    /// Begins an epoch in which as much is owed as was left of the one before; returns its number.
    pub(crate) fn renew_epoch(&self) -> EpochBits {
        low_bits(self.epoch.renew())
    }

    /// An arrival defers, and counts for so many; returns the number of the epoch.
    #[inline]
    pub(crate) fn defer(&self, weight: usize) -> EpochBits {
        low_bits(self.epoch.defer(weight))
    }

    /// Whether an arrival may barge past the waiter that was woken; that costs a part of the budget.
    #[inline]
    pub(crate) fn spend_to_barge(&self) -> bool {
        if !IS_EARNED {
            return false;
        }
        let epoch = self.epoch();
        let barges = epoch.allows_barging() && self.spin_budget.spend_to_barge();
        if barges {
            self.epoch.record_barging(epoch);
        }
        barges
    }

    /// A woken waiter came for nothing: spinning and barging have not paid.
    pub(crate) fn record_loss(&self) {
        self.spin_budget.end();
        if IS_EARNED && self.epoch().has_been_barged() {
            self.spin_budget.bar();
        }
    }
}

#[allow(clippy::unnecessary_cast)] // Without `std` it is none.
fn low_bits(number: EpochNumber) -> EpochBits {
    number as EpochBits
}

/// How many deferrals one more of a task counts for, after so many of its own in this epoch.
///
/// At first it comes again as soon as its executor likes. After [`PROMPT_DEFERRALS`] it lets other threads run:
/// the woken task may wait for the processor that this one has. That takes about as long as so many polls.
pub(crate) fn task_weight(deferrals: u8) -> usize {
    if cfg!(feature = "std") && deferrals >= PROMPT_DEFERRALS {
        16
    } else {
        1
    }
}

/// In a model: more than any epoch lasts, so that only those let others run that see an old value.
pub(crate) const PROMPT_DEFERRALS: u8 = if cfg!(any_rwlock_loom) { 3 } else { 16 };

#[cfg(all(feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
pub(crate) fn yield_thread() {
    std::thread::yield_now();
}

#[cfg(any_rwlock_loom)]
pub(crate) use loom::thread::yield_now as yield_thread;

/// With shuttle, others may run at each operation. Its yield would wake the task, and so hide a lost wake-up.
#[cfg(not(any(all(feature = "std", not(any_rwlock_shuttle)), any_rwlock_loom)))]
pub(crate) fn yield_thread() {}

#[cfg(all(test, feature = "std", not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests;
