//! A task of the model, and where it is.

use super::queues::QueueEntry;
use super::sending::Sending;
use super::sharded::AtShards;
use super::{Access, Priority, Registration};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    Shared,
    Upgradable,
    Exclusive,
}

/// Where a task is. Every variant but `Rests`, `Waits` and `Holds` is in the middle of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    Rests,
    CountedIn,
    Looks,
    Acquires(Priority),
    Enqueues(Priority),
    Registers(Priority),
    Asks,
    Waits,
    Finishes,
    ClearsReadersWoken,
    Holds(Mode),
    WakesNext,
    Cancels(Priority),
    Sends(Sending),
    Shards(AtShards),
}

/// A task; where it is decides which fields matter, and those that do not are as in a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Task {
    pub(super) access: Access,
    pub(super) at: At,
    /// Where it goes on after having sent wake-ups.
    pub(super) then: Next,
    pub(super) registration: Registration,
    /// By which it came, if it reads.
    pub(super) shard: Option<u8>,
    pub(super) entry: QueueEntry,
    pub(super) was_woken: bool,
    /// Not counted where deferrals are not.
    pub(super) losses: u8,
    /// Its place has its waker.
    pub(super) is_asked: bool,
    pub(super) deferred: Deferred,
    /// It has deferred since the first of the readers in flight were woken. (Of writers and upgraders.)
    pub(super) has_deferred_to_readers: bool,
    /// Its executor will poll it.
    pub(super) is_woken: bool,
    /// Nobody polls it again; it may still be dropped.
    pub(super) is_forgotten: bool,
}

/// Whether it has deferred since it is queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Deferred {
    Never,
    /// Not in this epoch, or not as often as it must.
    Before,
    /// It was woken, to write or to upgrade, and nobody else has been woken since, or since it has deferred in its
    /// turn.
    NotSince,
    Enough,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Next {
    Looks,
    Holds(Mode),
    Rests,
    Acquires(Priority),
    /// At the word, after it has been refused by a shard.
    Arrives,
    /// It is on record, and looks at the word anew.
    LooksAgain,
    Attempts,
}

impl Task {
    pub(super) fn new(access: Access, at: At) -> Task {
        Task {
            access,
            at,
            then: Next::Rests,
            registration: Registration::New,
            shard: None,
            entry: QueueEntry::Nowhere,
            was_woken: false,
            losses: 0,
            is_asked: false,
            deferred: Deferred::Never,
            has_deferred_to_readers: false,
            is_woken: false,
            is_forgotten: false,
        }
    }

    pub(super) fn at_rest() -> Task {
        Task::new(Access::Read, At::Rests)
    }

    pub(super) fn holding(mode: Mode) -> Task {
        Task::new(Access::Read, At::Holds(mode))
    }

    /// It was woken to write or upgrade, and readers go before it.
    pub(super) fn has_its_turn(&self) -> bool {
        self.entry == QueueEntry::Nowhere && self.registration == Registration::Registered
    }

    /// Nobody has been woken since it was, or since it has deferred.
    pub(super) fn keeps_its_turn(&self) -> bool {
        !self.access.is_shared() && self.deferred == Deferred::NotSince
    }

    pub(super) fn is_between_steps(&self) -> bool {
        !matches!(self.at, At::Rests | At::Waits | At::Holds(_))
    }

    /// What its guard, or the guard that it is upgrading, gives it.
    pub(super) fn mode(&self) -> Option<Mode> {
        match (self.at, self.then) {
            (At::Holds(mode), _) | (At::WakesNext | At::Sends(_), Next::Holds(mode)) => Some(mode),
            (At::Finishes | At::ClearsReadersWoken, _) => Some(mode_of(self.access)),
            _ if self.access == Access::Upgrade => Some(Mode::Upgradable),
            _ => None,
        }
    }

    /// Whether the word counts it as waiting for exclusive access.
    pub(super) fn is_counted(&self, access: Access) -> bool {
        self.access == access
            && self.registration == Registration::Registered
            && self.at != At::Finishes
    }
}

pub(super) fn mode_of(access: Access) -> Mode {
    match access {
        Access::Read | Access::RecursiveRead => Mode::Shared,
        Access::UpgradableRead => Mode::Upgradable,
        Access::Write | Access::Upgrade => Mode::Exclusive,
    }
}
