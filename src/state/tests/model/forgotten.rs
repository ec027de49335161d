//! Upgrades by reference that are forgotten, and their guards, which go on without them.

use super::queues::QueueEntry;
use super::{Access, Mode, Task, World};
use crate::state::{UPGRADABLE, UPGRADER, WRITER};

/// What upgrades have left behind that were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Forgotten {
    /// One of them is in the queue, and has not been notified. (Several are notified together.)
    is_asleep: bool,
    /// The guard of the last one still has its claim.
    pub(super) has_upgrader: bool,
    /// The exclusive access of an upgrade has been forgotten, and nobody has had it since.
    pub(super) has_writer: bool,
}

impl<const TASKS: usize> World<TASKS> {
    /// The borrow of its guard ends, and the upgrade that waits is not dropped.
    pub(super) fn forget_upgrade(&mut self, who: usize) {
        let sleeps = matches!(self.tasks[who].entry, QueueEntry::Asleep { .. });
        self.forgotten.is_asleep |= sleeps;
        self.forgotten.has_upgrader = true;
        self.dequeue(who);
        self.tasks[who] = Task::holding(Mode::Upgradable);
    }

    /// Whether exclusive access that is held was had by an upgrade.
    pub(super) fn is_upgraded(&self) -> bool {
        self.state.has_any(UPGRADABLE)
    }

    /// The borrow of its guard ends, and what the upgrade gave is not dropped.
    pub(super) fn forget_upgraded(&mut self, who: usize) {
        self.forgotten.has_writer = true;
        self.tasks[who] = Task::holding(Mode::Upgradable);
    }

    /// Whether nobody is left who could end the exclusive access that was forgotten.
    pub(super) fn stays_locked(&self) -> bool {
        let may_upgrade = |task: &Task| task.mode() == Some(Mode::Upgradable);
        self.forgotten.has_writer && !self.tasks.iter().any(may_upgrade)
    }

    /// How many forgotten waiters of this kind, at most one, a notification finds asleep.
    pub(super) fn notify_forgotten(&mut self, access: Access) -> u8 {
        let is_found = access == Access::Upgrade && self.forgotten.is_asleep;
        self.forgotten.is_asleep &= !is_found;
        is_found.into()
    }

    /// Whether it has access, and is not an upgrader: what has claimed more holds nothing up.
    pub(super) fn is_in(&self, task: &Task) -> bool {
        let is_upgrader = match task.mode() {
            Some(Mode::Upgradable) => {
                self.forgotten.has_upgrader || task.is_counted(Access::Upgrade)
            }
            _ => false,
        };
        task.mode().is_some() && !is_upgrader
    }

    /// Where no upgrader or no writer stands, none has been left behind; and who has exclusive access has that which was.
    pub(super) fn end_what_was_left(&mut self) {
        self.forgotten.has_upgrader &= self.state.has_any(UPGRADER);
        let is_held = self.tasks.iter().any(|task| task.mode() == Some(Mode::Exclusive));
        self.forgotten.has_writer &= self.state.has_any(WRITER) && !is_held;
    }
}
