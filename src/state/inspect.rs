//! What can be seen of a state from outside.
#![forbid(unsafe_code)]

use core::fmt;

use super::{
    State, BIASED, GATE, READERS, READERS_ASLEEP, READERS_SHIFT, READERS_WOKEN, UPGRADABLE,
    UPGRADABLES_ASLEEP, UPGRADER, UPGRADER_WOKEN, WAITING, WAITING_SHIFT, WRITER, WRITER_WOKEN,
};
use crate::sync::Word;

/// Who was woken before another waiter is, and may not have come yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InFlight(Word);

impl InFlight {
    pub(crate) const NOBODY: InFlight = InFlight(0);
    /// Readers, plain or upgradable.
    pub(crate) const READERS: InFlight = InFlight(READERS_WOKEN);

    #[inline]
    pub(crate) fn is_somebody(self) -> bool {
        self != InFlight::NOBODY
    }

    #[inline]
    pub(crate) fn are_readers(self) -> bool {
        self.0 & READERS_WOKEN != 0
    }
}

impl State {
    /// How many plain readers hold the lock, or are backing out.
    pub(crate) fn readers(self) -> usize {
        (self.0 >> READERS_SHIFT) as usize
    }

    /// How many writers wait.
    pub(crate) fn waiting_writers(self) -> usize {
        ((self.0 & WAITING) >> WAITING_SHIFT) as usize
    }

    /// Whether anybody has access of any kind.
    pub(crate) fn is_locked(self) -> bool {
        self.has_any(WRITER | UPGRADABLE | READERS)
    }

    /// Whether anybody may be waiting.
    pub(crate) fn has_waiters(self) -> bool {
        self.has_any(GATE | READERS_ASLEEP | UPGRADABLES_ASLEEP)
    }

    /// Whether a writer or an upgrader waits.
    pub(crate) fn has_waiting_writer(self) -> bool {
        self.has_any(GATE)
    }

    /// Who was woken and may not have come yet, of readers and writers.
    pub(crate) fn in_flight(self) -> InFlight {
        InFlight(self.0 & (READERS_WOKEN | WRITER_WOKEN))
    }

    pub(crate) fn is_write_locked(self) -> bool {
        self.has_any(WRITER)
    }

    pub(crate) fn is_upgradable_locked(self) -> bool {
        self.has_any(UPGRADABLE) && !self.has_any(WRITER)
    }

    /// Shows a lock in this state, its value (`None`: locked), and how many readers it has.
    pub(crate) fn show<T: ?Sized + fmt::Debug>(
        self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        value: Option<&T>,
        readers: usize,
    ) -> fmt::Result {
        let mut lock = f.debug_struct(name);
        match &value {
            Some(value) => lock.field("value", value),
            None => lock.field("value", &format_args!("<locked>")),
        };
        lock.field("readers", &readers)
            .field("upgradable", &self.is_upgradable_locked())
            .field("writer", &self.is_write_locked())
            .field("waiting_writer", &self.has_waiting_writer())
            .field("waiters", &self.has_waiters())
            .finish()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("writer", &self.has_any(WRITER))
            .field("upgradable", &self.has_any(UPGRADABLE))
            .field("upgrader", &self.has_any(UPGRADER))
            .field("readers", &self.readers())
            .field("waiting_writers", &self.waiting_writers())
            .field("readers_asleep", &self.has_any(READERS_ASLEEP))
            .field("upgradables_asleep", &self.has_any(UPGRADABLES_ASLEEP))
            .field("writer_woken", &self.has_any(WRITER_WOKEN))
            .field("upgrader_woken", &self.has_any(UPGRADER_WOKEN))
            .field("readers_woken", &self.has_any(READERS_WOKEN))
            .field("biased", &self.has_any(BIASED))
            .finish()
    }
}
