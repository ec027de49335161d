//! The queues of the model: each task knows its place.

use super::{Access, At, Deferred, InFlight, Priority, Task, World};

/// A task's place in the queue of those who wait for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum QueueEntry {
    Nowhere,
    Asleep {
        /// How many sleep before it.
        rank: u8,
        is_overtaken: bool,
    },
    Notified {
        /// The epoch that this began is over: another has begun for the same kind.
        is_late: bool,
    },
}

/// At most as many tasks as there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List<const TASKS: usize> {
    of: [u8; TASKS],
    len: u8,
}

impl<const TASKS: usize> Default for List<TASKS> {
    fn default() -> Self {
        List { of: [0; TASKS], len: 0 }
    }
}

impl<const TASKS: usize> List<TASKS> {
    pub(super) fn push(&mut self, who: usize) {
        self.of[usize::from(self.len)] = who as u8;
        self.len += 1;
    }

    pub(super) fn take_first(&mut self) -> usize {
        let first = self.of[0];
        self.of.copy_within(1.., 0);
        self.len -= 1;
        first.into()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.of[..usize::from(self.len)].iter().map(|&who| usize::from(who))
    }
}

fn queue_of(access: Access) -> u8 {
    match access {
        Access::Read | Access::RecursiveRead => 0,
        Access::UpgradableRead => 1,
        Access::Write => 2,
        Access::Upgrade => 3,
    }
}

impl<const TASKS: usize> World<TASKS> {
    /// Those who sleep in this queue: who, and at which rank.
    fn sleepers(&mut self, access: Access) -> impl Iterator<Item = (usize, &mut Task, u8)> {
        let queue = queue_of(access);
        self.tasks.iter_mut().enumerate().filter_map(move |(who, task)| match task.entry {
            QueueEntry::Asleep { rank, .. } if queue_of(task.access) == queue => {
                Some((who, task, rank))
            }
            _ => None,
        })
    }

    pub(super) fn enqueue(&mut self, who: usize) {
        let Task { access, was_woken: is_overtaken, .. } = self.tasks[who];
        let mut rank = 0;
        for (_, sleeper, at) in self.sleepers(access) {
            match &mut sleeper.entry {
                QueueEntry::Asleep { is_overtaken: false, rank } if is_overtaken => *rank = at + 1,
                _ => rank += 1,
            }
        }
        let task = &mut self.tasks[who];
        task.entry = QueueEntry::Asleep { rank, is_overtaken };
        task.is_asked = false;
        task.deferred = Deferred::Never;
    }

    /// Takes a task out of its queue; by which right it may come, if it had been notified.
    pub(super) fn dequeue(&mut self, who: usize) -> Option<Priority> {
        let Task { access, entry, .. } = self.tasks[who];
        self.tasks[who].entry = QueueEntry::Nowhere;
        if let QueueEntry::Asleep { rank, .. } = entry {
            self.move_up(access, rank, 1);
        }
        match entry {
            QueueEntry::Notified { is_late } => Some(self.count_arrival(access, is_late)),
            _ => None,
        }
    }

    /// Those behind this rank have so many fewer before them.
    fn move_up(&mut self, access: Access, behind: u8, by: u8) {
        for (_, sleeper, at) in self.sleepers(access) {
            if let QueueEntry::Asleep { rank, .. } = &mut sleeper.entry {
                *rank = if at >= behind { at - by } else { at };
            }
        }
    }

    /// Begins an epoch, and wakes so many at most, in their order; how many there were.
    pub(super) fn notify(&mut self, access: Access, at_most: u8, in_flight: InFlight) -> u8 {
        let forgotten = self.notify_forgotten(access);
        let losses = self.sleepers(access).map(|(_, sleeper, _)| sleeper.losses).max();
        let deferrals_owed = self.deferrals_owed.after(losses.unwrap_or(0));
        let still_owed = if in_flight.is_somebody() { self.left } else { 0 };
        self.left = deferrals_owed.max(still_owed);
        let sleeps = losses.is_some();
        let ends_that_of = |other: Access| match access {
            Access::Write => sleeps && other == Access::Write,
            Access::Upgrade => false,
            _ => !in_flight.are_readers() && other.is_shared(),
        };
        self.renew_epoch();
        for task in &mut self.tasks {
            // Without `std` no writer is known to be late.
            let can_tell = cfg!(feature = "std") || task.access.is_shared();
            let is_told = can_tell && ends_that_of(task.access);
            if let (QueueEntry::Notified { is_late }, true) = (&mut task.entry, is_told) {
                *is_late = true;
            }
        }
        if access.is_shared() {
            self.begin_readers(deferrals_owed, in_flight);
        }
        let count = (self.sleepers(access).count() as u8).min(at_most);
        for next in 0..count {
            let first = self.sleepers(access).find(|&(_, _, rank)| rank == next);
            let (who, sleeper, _) = first.expect("ranks are dense");
            sleeper.entry = QueueEntry::Notified { is_late: false };
            if !access.is_shared() {
                sleeper.deferred = Deferred::NotSince;
            }
            if sleeper.is_asked {
                self.wake(who);
            }
        }
        self.move_up(access, count, count);
        count + forgotten
    }

    fn begin_readers(&mut self, deferrals_owed: u8, in_flight: InFlight) {
        if in_flight.are_readers() {
            self.left_for_readers = self.left_for_readers.max(deferrals_owed);
            return;
        }
        self.readers_in_flight = 0;
        self.left_for_readers = deferrals_owed;
        self.tasks.iter_mut().for_each(|task| task.has_deferred_to_readers = false);
    }

    /// Between polls: who has deferred to readers does not matter any longer where there are none.
    pub(super) fn end_group_of_readers(&mut self) {
        if !self.state.in_flight().are_readers() {
            self.tasks.iter_mut().for_each(|task| task.has_deferred_to_readers = false);
        }
    }

    pub(super) fn renew_epoch(&mut self) {
        for task in &mut self.tasks {
            if matches!(task.deferred, Deferred::Enough | Deferred::NotSince) {
                task.deferred = Deferred::Before;
            }
        }
    }

    fn count_arrival(&mut self, access: Access, is_late: bool) -> Priority {
        if is_late {
            return Priority::Late;
        }
        if !access.is_shared() {
            return Priority::Woken;
        }
        let in_flight = self.readers_in_flight;
        self.readers_in_flight = in_flight.wrapping_sub(1);
        if in_flight == 1 {
            Priority::LastWoken
        } else {
            Priority::Woken
        }
    }

    /// Whether it matters how many readers are coming: the next batch of them counts anew, unless it is
    /// their turn.
    pub(super) fn counts_readers(&self) -> bool {
        let counts = |task: &Task| {
            matches!(task.at, At::Sends(_))
                || task.entry == QueueEntry::Notified { is_late: false } && task.access.is_shared()
        };
        self.state.in_flight().are_readers() || self.tasks.iter().any(counts)
    }
}
