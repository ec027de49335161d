//! A task of the model, and where it is.

use super::queues::Place;
use super::sending::Sending;
use super::{Access, Right, Standing};

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
    Takes(Right),
    Listens(Right),
    Registers(Right),
    Asks,
    Waits,
    ComesIn,
    ClearsTurn,
    Holds(Mode),
    HandsOver,
    Cancels(Right),
    Sends(Sending),
}

/// A task; where it is decides which fields matter, and those that do not are as in a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Task {
    pub(super) access: Access,
    pub(super) at: At,
    /// Where it goes on after having sent wake-ups.
    pub(super) then: Next,
    pub(super) standing: Standing,
    pub(super) place: Place,
    pub(super) was_woken: bool,
    /// Not counted where patience is not.
    pub(super) losses: u8,
    /// Its place has its waker.
    pub(super) is_asked: bool,
    pub(super) aside: Aside,
    /// Its executor will poll it.
    pub(super) is_woken: bool,
    /// Nobody polls it again; it may still be dropped.
    pub(super) is_forgotten: bool,
}

/// Whether it has stepped aside since it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Aside {
    Never,
    /// Not for this turn, or not as often as it must.
    Before,
    Enough,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Next {
    Looks,
    /// It has a place, and goes on with it.
    Asks,
    Holds(Mode),
    Rests,
}

impl Task {
    pub(super) fn new(access: Access, at: At) -> Task {
        Task {
            access,
            at,
            then: Next::Rests,
            standing: Standing::New,
            place: Place::Nowhere,
            was_woken: false,
            losses: 0,
            is_asked: false,
            aside: Aside::Never,
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

    pub(super) fn is_between_steps(&self) -> bool {
        !matches!(self.at, At::Rests | At::Waits | At::Holds(_))
    }

    /// What its guard, or the guard that it is upgrading, gives it.
    pub(super) fn mode(&self) -> Option<Mode> {
        match (self.at, self.then) {
            (At::Holds(mode), _) | (At::HandsOver | At::Sends(_), Next::Holds(mode)) => Some(mode),
            (At::ComesIn | At::ClearsTurn, _) => Some(mode_of(self.access)),
            _ if self.access == Access::Upgrade => Some(Mode::Upgradable),
            _ => None,
        }
    }

    /// Whether the word counts it as waiting for exclusive access.
    pub(super) fn is_counted(&self, access: Access) -> bool {
        self.access == access && self.standing == Standing::Counted && self.at != At::ComesIn
    }
}

pub(super) fn mode_of(access: Access) -> Mode {
    match access {
        Access::Read | Access::RecursiveRead => Mode::Shared,
        Access::UpgradableRead => Mode::Upgradable,
        Access::Write | Access::Upgrade => Mode::Exclusive,
    }
}
