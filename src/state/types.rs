//! What somebody asks for, by what right, and whom to wake.
#![forbid(unsafe_code)]

/// What somebody asks for.
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

/// By what right somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Priority {
    /// By none: it steps aside for whoever was woken.
    Arriving,
    /// By none any longer: it was woken, and others have come before it.
    Late,
    /// It has stepped aside as often as it must, or it is a `try_*` and cannot.
    Barging,
    /// It was woken, and so were others that may not have come yet.
    Woken,
    /// It was woken, and of those woken with it, it is the last to come.
    LastWoken,
}

impl Priority {
    /// Whether it was woken, and no later waiter has taken its turn: it uses up the wake-up.
    pub(crate) fn is_due(self) -> bool {
        matches!(self, Priority::Woken | Priority::LastWoken)
    }

    /// Whether it was woken: to be refused is then a loss.
    ///
    /// (A woken writer may be refused in the turn of readers who were woken before it, too. Nothing tells that
    /// apart, and to be more patient than it need be does a writer no harm.)
    pub(crate) fn was_woken(self) -> bool {
        matches!(self, Priority::Woken | Priority::LastWoken | Priority::Late)
    }
}

/// Why somebody cannot have what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Refusal {
    /// Others have access, or wait before it: sleep.
    Held,
    /// It would be given to the patient, but others were woken for it: step aside.
    Reserved,
}

/// Whether a writer or upgrader is already on record as waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Registration {
    /// The word does not know of it.
    New,
    /// It is counted in `WAITING`, or has set `CLAIM`.
    Registered,
}

/// Who was woken before somebody else is, and may not have come yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum InFlight {
    /// Nobody whose turn it still is.
    Nobody,
    /// Readers, plain or upgradable.
    Readers,
}

/// Whom a transition asks to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a wake-up that is not sent is lost"]
pub(crate) enum Wake {
    /// Nobody: there is nobody who could go.
    Nobody,
    /// Every plain reader that listens.
    Readers,
    /// One upgradable reader.
    Upgradable,
    /// Every plain reader that listens, and one upgradable reader.
    ReadersAndUpgradable,
    /// One writer.
    Writer,
    /// The holder of the upgradable read.
    Upgrader,
}
