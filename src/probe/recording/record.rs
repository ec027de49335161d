//! What stands in a ledger: accesses that are had, waits, and counts of what has been.

use core::panic::Location;
use core::task::Waker;
use core::time::Duration;
use std::time::Instant;

use super::notice::Watchdogs;
use super::{HoldKey, Outcome, Wakers, Who};
use crate::state::Access;

/// An access that is had.
#[derive(Debug)]
pub(crate) struct HoldRecord {
    pub(crate) serial: u64,
    pub(crate) access: Access,
    pub(crate) location: &'static Location<'static>,
    pub(crate) since: Instant,
    pub(crate) who: Who,
    /// The wait for its upgrade. There is one at most: who asks for another has ended the one before, or forgotten it.
    pub(super) upgrade: Option<WaitKey>,
    pub(crate) watchdogs: Watchdogs,
}

/// A waiter that is being polled, or waits.
#[derive(Debug)]
pub(crate) struct WaitRecord {
    pub(crate) serial: u64,
    pub(crate) access: Access,
    /// The upgradable read that an upgrade is asked for in exchange for.
    pub(crate) exchange: HoldKey,
    pub(crate) location: &'static Location<'static>,
    pub(crate) since: Instant,
    /// `None` until its first poll has ended without the access: until then it does not wait.
    pub(crate) who: Option<Who>,
    pub(crate) events: WaitCounts,
    /// What the next wake-up calls. `None`: it has been woken, and not been polled since.
    pub(super) armed: Option<Waker>,
    pub(crate) woken_at: Option<Instant>,
    pub(crate) watchdogs: Watchdogs,
}

/// What has happened to a waiter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WaitCounts {
    pub(crate) woken: u64,
    pub(crate) stepped_aside: u64,
    pub(crate) overtaken: u64,
    /// Polled without having been woken: its task goes on with something else.
    pub(crate) polled_unasked: u64,
}

/// Where the record of a wait is, and which one it is: the place may be used again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitKey {
    pub(super) slot: u32,
    pub(super) serial: u64,
}

/// What has happened to a lock since its first use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// How often shared access was acquired.
    pub reads: u64,
    /// How often an upgradable read was acquired.
    pub upgradable_reads: u64,
    /// How often exclusive access was acquired, upgrades apart.
    pub writes: u64,
    /// How often an upgradable read was upgraded.
    pub upgrades: u64,
    /// How many waits are over, also those that were given up.
    pub waits: u64,
    /// The longest wait that is over.
    pub longest_wait: Duration,
    /// The longest time from an acquisition to its release, through conversions.
    pub longest_hold: Duration,
}

impl HoldRecord {
    #[inline]
    pub(super) fn end(self) -> Wakers {
        self.watchdogs.tell(self.serial, || self.since.elapsed(), Outcome::Acquired);
        Wakers::new(self.who.task, None)
    }
}

impl WaitRecord {
    pub(super) fn end(self, outcome: Outcome) -> (Duration, Wakers) {
        let lasted = self.since.elapsed();
        self.watchdogs.tell(self.serial, || lasted, outcome);
        (lasted, Wakers::new(self.armed, self.who.and_then(|who| who.task)))
    }
}
