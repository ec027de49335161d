//! What is asked for, with which priority, and whom to wake.
#![forbid(unsafe_code)]

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    /// Shared access.
    Read,
    /// Shared access, past writers that wait.
    RecursiveRead,
    /// Shared access that one holder at a time may turn into exclusive access.
    UpgradableRead,
    /// Exclusive access.
    Write,
    /// Exclusive access in exchange for the upgradable read that the asker holds.
    Upgrade,
}

impl Access {
    pub(crate) fn is_shared(self) -> bool {
        !matches!(self, Access::Write | Access::Upgrade)
    }
}

/// The priority with which an access is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Priority {
    /// None: it defers to waiters that were woken.
    Arriving,
    /// It goes past waiters that were woken: it has deferred as often as it must, it has spent from the spin
    /// budget, or it is a `try_*`, which cannot defer.
    Barging,
    /// None any longer: it was woken, and others have come before it.
    Late,
    /// It was woken, and so were others that may not have come yet.
    Woken,
    /// It was woken, and of those woken with it, it is the last to come; or it is to write or to upgrade, and has deferred
    /// enough to the readers that were woken before it.
    LastWoken,
}

impl Priority {
    /// Whether it was woken, and its wake-up still stands in the word: it uses it up.
    pub(crate) fn is_due(self) -> bool {
        matches!(self, Priority::Woken | Priority::LastWoken)
    }

    /// Whether it was woken: to be refused is then a loss.
    ///
    /// (Not that of a writer which is refused only for readers that were woken before it: it keeps its turn.)
    pub(crate) fn was_woken(self) -> bool {
        matches!(self, Priority::Woken | Priority::LastWoken | Priority::Late)
    }
}

/// Why an access is refused. As wide as a small word, so that an access or its refusal comes in two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(not(target_pointer_width = "64"), repr(u32))]
pub(crate) enum Refusal {
    /// There are holders, or waiters before it: sleep.
    Held,
    /// It is free, but waiters were woken for it: defer.
    Reserved,
}

/// Whether a writer or upgrader is already on record as waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Registration {
    /// The word does not know of it.
    New,
    /// It is counted in `WAITING`, or has set `UPGRADER`.
    Registered,
}

/// Whom a transition asks to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a wake-up that is not sent is lost"]
pub(crate) enum Wake {
    /// No waiter: none could go.
    Nobody,
    /// Every plain reader that sleeps.
    Readers,
    /// One upgradable reader.
    Upgradable,
    /// Every plain reader that sleeps, and one upgradable reader.
    ReadersAndUpgradable,
    /// One writer.
    Writer,
    /// The holder of the upgradable read.
    Upgrader,
}
