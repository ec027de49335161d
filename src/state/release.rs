//! Transitions that end or change an access, or withdraw a waiter. They cannot fail, and say whom to wake.
#![forbid(unsafe_code)]

use super::{
    Access, Priority, Registration, State, Wake, GATE, ONE_READER, ONE_WAITING, READERS_ASLEEP,
    READERS_WOKEN, UPGRADABLE, UPGRADABLES_ASLEEP, UPGRADER, UPGRADER_WOKEN, WAITING, WRITER,
    WRITER_WOKEN,
};
use crate::sync::Word;

impl State {
    /// Whether the reader that leaves this state has to [wake the next](State::wake_next).
    pub(crate) fn last_reader_wakes_next(self) -> bool {
        self.readers() == 1 && self.has_any(GATE) && !self.has_any(WRITER)
    }

    /// Whether a reader that counted itself in, was refused and takes its count back has to: its count
    /// may have hidden from another reader that it was the last. Not while woken readers are in flight: it
    /// defers to them, so it will come again, and a writer that it woke would find them here.
    pub(crate) fn refused_reader_wakes_next(self) -> bool {
        self.last_reader_wakes_next() && !self.has_any(READERS_WOKEN | self.next_exclusive().0)
    }

    /// Who goes next of those that wait for exclusive access: the upgrader, else a writer. The flag that one was
    /// woken, and how to wake one.
    #[inline(always)]
    fn next_exclusive(self) -> (Word, Wake) {
        if self.has_any(UPGRADER) {
            (UPGRADER_WOKEN, Wake::Upgrader)
        } else {
            (WRITER_WOKEN, Wake::Writer)
        }
    }

    fn without_upgrader(self) -> State {
        self.without(UPGRADER | UPGRADER_WOKEN)
    }

    /// The upgradable reader leaves, and an upgrader with it: an upgrade may have been forgotten.
    pub(crate) fn release_upgradable(self) -> (State, Wake) {
        self.without_upgrader().without(UPGRADABLE).wake_next()
    }

    /// The writer leaves: waiting readers go first.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn release_write(self) -> (State, Wake) {
        match self.end_write() {
            (state, Wake::Nobody) => state.wake_next(),
            woken => woken,
        }
    }

    /// The writer becomes a plain reader.
    pub(crate) fn downgrade_write(self) -> (State, Wake) {
        let (state, wake) = self.end_write();
        (State(state.0 + ONE_READER), wake)
    }

    /// The waiting readers go next. No upgradable one, though, if this writer has overtaken waiting writers by
    /// its upgrade: the next would do so too, and the one after it.
    #[cfg_attr(feature = "std", inline(always))]
    fn end_write(self) -> (State, Wake) {
        let state = if self.has_any(WAITING) {
            self.without(WRITER)
        } else {
            self.without(WRITER | UPGRADABLE)
        };
        let (state, wake) = state.wake_readers();
        (state.without(UPGRADABLE), wake)
    }

    /// The writer becomes the upgradable reader.
    pub(crate) fn downgrade_write_to_upgradable(self) -> (State, Wake) {
        self.without(WRITER).with(UPGRADABLE).wake_readers()
    }

    /// The upgradable reader becomes a plain one.
    pub(crate) fn downgrade_upgradable(self) -> (State, Wake) {
        State(self.without_upgrader().without(UPGRADABLE).0 + ONE_READER).wake_next()
    }

    /// A waiter gives up. `priority` tells whether it had been woken. One that deferred may have left a
    /// wake-up to be passed on for when it comes again.
    pub(crate) fn cancel(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> (State, Wake) {
        let state = self.clear_woken(access, priority);
        let state = match (access, registration) {
            (Access::Write, Registration::Registered) => State(state.0 - ONE_WAITING),
            (Access::Upgrade, Registration::Registered) => state.without_upgrader(),
            _ => state,
        };
        let nothing_to_pass_on = match access {
            Access::Read | Access::RecursiveRead => state.is_gate_open(),
            Access::UpgradableRead => matches!(priority, Priority::Arriving | Priority::Late),
            Access::Write | Access::Upgrade => false,
        };
        if nothing_to_pass_on {
            return (state, Wake::Nobody);
        }
        state.wake_next()
    }

    /// Who goes next when readers have left or a waiter has given up: the upgrader, else a writer;
    /// readers if neither waits. A waiter that was woken and has not come yet stays the next.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn wake_next(self) -> (State, Wake) {
        if self.has_any(WRITER) {
            return (self, Wake::Nobody);
        }
        if self.is_gate_open() {
            return self.wake_readers();
        }
        if !self.is_idle() {
            return (self, Wake::Nobody);
        }
        match self.next_exclusive() {
            (woken, _) if self.has_any(woken) => (self, Wake::Nobody),
            (woken, wake) => (self.with(woken), wake),
        }
    }

    /// A wake-up found nobody asleep, a writer or the upgrader: its flag stands for none. Says whom to wake in their
    /// place, as things are now; if that is a writer or the upgrader, only whom to look for.
    pub(crate) fn retract_exclusive_wake(self, access: Access) -> (State, Wake) {
        let state = self.clear_woken(access, Priority::Woken);
        match state.wake_next() {
            (_, wake @ (Wake::Writer | Wake::Upgrader)) => (state, wake),
            readers_or_nobody => readers_or_nobody,
        }
    }

    /// Nor did the next one, so all that wait have been woken before. Readers must not depend on those being
    /// polled.
    pub(crate) fn writers_absent(self) -> (State, Wake) {
        if self.is_idle() {
            self.wake_readers()
        } else {
            (self, Wake::Nobody)
        }
    }

    /// A wake-up found no reader asleep. Readers that were woken before may still be in flight.
    pub(crate) fn readers_absent(self, are_in_flight: bool) -> (State, Wake) {
        if are_in_flight {
            self.wake_next()
        } else {
            self.without(READERS_WOKEN).wake_next()
        }
    }

    /// The last of the woken readers came without the priority of one.
    pub(crate) fn clear_readers_woken(self) -> State {
        self.without(READERS_WOKEN)
    }

    /// A wake-up found no upgradable reader asleep.
    pub(crate) fn upgradables_absent(self) -> State {
        self.without(UPGRADABLES_ASLEEP)
    }

    /// A wake-up found an upgradable reader asleep after all. There may be more, and a holder that left
    /// since could not know.
    pub(crate) fn upgradables_present(self) -> (State, Wake) {
        self.with(UPGRADABLES_ASLEEP).wake_next()
    }

    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn wake_readers(self) -> (State, Wake) {
        let readers = self.has_any(READERS_ASLEEP);
        let upgradable = self.has_any(UPGRADABLES_ASLEEP) && !self.has_any(UPGRADABLE);
        let wake = match (readers, upgradable) {
            (false, false) => return (self, Wake::Nobody),
            (true, false) => Wake::Readers,
            (false, true) => Wake::Upgradable,
            (true, true) => Wake::ReadersAndUpgradable,
        };
        (self.without(READERS_ASLEEP).with(READERS_WOKEN), wake)
    }
}
