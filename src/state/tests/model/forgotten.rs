//! Upgrades by reference that are forgotten, and their guards, which go on without them.

use super::queues::QueueEntry;
use super::{Access, Mode, Task, World};
use crate::state::UPGRADER;

/// What upgrades have left behind that were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Forgotten {
    /// One of them is in the queue, and has not been notified. (Several are notified together.)
    is_asleep: bool,
    /// The guard of the last one still has its claim.
    pub(super) has_upgrader: bool,
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

    /// How many forgotten waiters of this kind, at most one, a notification finds asleep.
    pub(super) fn notify_forgotten(&mut self, access: Access) -> u8 {
        let is_found = access == Access::Upgrade && self.forgotten.is_asleep;
        self.forgotten.is_asleep &= !is_found;
        is_found.into()
    }

    /// Whether it has access, and is not an upgrader: what has claimed more holds nothing up.
    pub(super) fn is_in(&self, task: &Task) -> bool {
        let has_upgradered = match task.mode() {
            Some(Mode::Upgradable) => {
                self.forgotten.has_upgrader || task.is_counted(Access::Upgrade)
            }
            _ => false,
        };
        task.mode().is_some() && !has_upgradered
    }

    /// Where there is no claim, none has been left behind.
    pub(super) fn end_left_claim(&mut self) {
        self.forgotten.has_upgrader &= self.state.has_any(UPGRADER);
    }
}
