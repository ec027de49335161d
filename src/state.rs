//! Every state of the lock and every transition between them, as values.
//!
//! Nothing here is atomic and nothing waits. An acquisition maps a [`State`] to the next one, or to a
//! [`Refusal`]. A release or a conversion cannot fail; it maps a state to the next one and says
//! whom to [`Wake`]. The raw lock carries these functions over an atomic word; the model beside
//! this file (`tests/model.rs`) walks every world of a few tasks through the very same functions.
//!
//! | field | bits of 64 (of 32) | meaning |
//! |---|---|---|
//! | `WRITER` | 0 | exclusive access is held |
//! | `UPGRADABLE` | 1 | the upgradable read is held; beside `WRITER`: exclusive access was had by an upgrade |
//! | `CLAIM` | 2 | its holder waits for exclusive access |
//! | `READERS_ASLEEP` | 3 | a plain reader may be listening that nobody has notified |
//! | `UPGRADABLES_ASLEEP` | 4 | the same of an upgradable reader |
//! | `WRITER_WOKEN` | 5 | a writer or upgrader was woken and has not come yet |
//! | `READERS_WOKEN` | 6 | readers, plain or upgradable, were woken and may not all have come yet |
//! | `WAITING` | 7 to 31 (7 to 16) | how many writers wait, woken ones included, upgraders not |
//! | `READERS` | 32 to 63 (17 to 31) | how many plain readers hold the lock or are backing out |
//!
//! The *gate* is closed while `WAITING` is not 0 or `CLAIM` is set: a reader that has not been
//! woken waits behind it. The lock is *idle* when nobody has access, or nobody but an upgrader.
//!
//! Invariants. SAFETY comments cite the first two.
//!
//! 1. `WRITER` excludes an upgradable reader, and every reader but those that are backing out.
//! 2. A release or a conversion changes the fields of its own access, flags and turns; it never
//!    touches what another holder was given.
//! 3. `CLAIM` implies `UPGRADABLE`. Beside `CLAIM`, `WRITER_WOKEN` is the upgrader's, and goes with it: an
//!    upgrade that was forgotten passes nothing on, and may take a wake-up that another one relied on.
//! 4. A waiter sleeps only on a state that would refuse it even if it were [`Priority::Barging`]:
//!    somebody has access, and that somebody's release wakes it or one before it.
//! 5. While `WRITER_WOKEN` is set, the wake-up for this idle lock has been sent or is about to be, to
//!    one who has not come yet. Whoever comes in its turn takes it down, or gives up its turn and hands over;
//!    whoever set it and found nobody to wake takes it down and looks for sleepers once more.
//! 6. `READERS_WOKEN` only makes others step aside, woken writers too. Who steps aside comes again, or
//!    hands over when it gives up.
#![forbid(unsafe_code)]

mod inspect;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use types::{Access, InFlight, Priority, Refusal, Registration, Wake};

use crate::sync::Word;

const WRITER: Word = 1;
const UPGRADABLE: Word = 1 << 1;
const CLAIM: Word = 1 << 2;
const READERS_ASLEEP: Word = 1 << 3;
const UPGRADABLES_ASLEEP: Word = 1 << 4;
const WRITER_WOKEN: Word = 1 << 5;
const READERS_WOKEN: Word = 1 << 6;
const WOKEN: Word = WRITER_WOKEN | READERS_WOKEN;

const WAITING_SHIFT: u32 = 7;
const READERS_SHIFT: u32 = if Word::BITS == 64 { 32 } else { 17 };
const ONE_WAITING: Word = 1 << WAITING_SHIFT;
const ONE_READER: Word = 1 << READERS_SHIFT;
const READERS: Word = Word::MAX << READERS_SHIFT;
const WAITING: Word = !READERS & (Word::MAX << WAITING_SHIFT);
const GATE: Word = WAITING | CLAIM;

/// The highest bit of the counter: half of its range is left to attempts that back out.
const READERS_OVERFLOW: Word = 1 << (Word::BITS - 1);

/// How many plain readers may hold one lock at a time.
pub(crate) const MAX_READERS: usize = (READERS_OVERFLOW >> READERS_SHIFT) as usize;

/// How many writers may wait for one lock at a time.
pub(crate) const MAX_WAITING_WRITERS: usize = (WAITING >> WAITING_SHIFT) as usize;

/// The word of a lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct State(Word);

/// The word, its predicates, and its arithmetic.
impl State {
    /// Free, and nobody waits.
    pub(crate) const FREE: State = State(0);
    /// Held exclusively, and nobody waits.
    pub(crate) const WRITING: State = State(WRITER);
    /// What an arriving reader adds.
    pub(crate) const READER: State = State(ONE_READER);

    pub(crate) const fn from_word(word: Word) -> State {
        State(word)
    }

    pub(crate) const fn word(self) -> Word {
        self.0
    }

    fn has_any(self, bits: Word) -> bool {
        self.0 & bits != 0
    }

    fn with(self, bits: Word) -> State {
        State(self.0 | bits)
    }

    fn without(self, bits: Word) -> State {
        State(self.0 & !bits)
    }

    /// Whether the counter of readers is full.
    pub(crate) fn is_full(self) -> bool {
        self.has_any(READERS_OVERFLOW)
    }

    fn is_gate_open(self) -> bool {
        !self.has_any(GATE)
    }

    fn is_idle(self) -> bool {
        !self.has_any(WRITER | READERS) && (!self.has_any(UPGRADABLE) || self.has_any(CLAIM))
    }
}

/// Acquisitions.
impl State {
    /// Whether a reader that has counted itself in blindly, on top of this state, may stay.
    pub(crate) fn admits_reader_at_once(self) -> bool {
        !self.has_any(WRITER | GATE | READERS_OVERFLOW)
    }

    /// The state once this access is taken.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn acquire(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<State, Refusal> {
        match access {
            Access::Read => self.acquire_read(priority),
            Access::RecursiveRead => self.acquire_recursive_read(access, priority),
            Access::UpgradableRead => self.acquire_upgradable(priority),
            Access::Write => self.acquire_write(priority, registration),
            Access::Upgrade => self.acquire_upgrade(priority),
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_read(self, priority: Priority) -> Result<State, Refusal> {
        self.refuse_beside(WRITER | READERS_OVERFLOW)?;
        let passed = match priority {
            Priority::Arriving | Priority::Late | Priority::Barging if self.is_gate_open() => self,
            _ => self.pass_the_gate(priority)?,
        };
        Ok(State(passed.0 + ONE_READER))
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_recursive_read(self, access: Access, priority: Priority) -> Result<State, Refusal> {
        self.refuse_beside(WRITER | READERS_OVERFLOW)?;
        Ok(State(self.clear_woken(access, priority).0 + ONE_READER))
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_upgradable(self, priority: Priority) -> Result<State, Refusal> {
        self.refuse_beside(WRITER | UPGRADABLE)?;
        self.pass_the_gate(priority).map(|state| state.with(UPGRADABLE))
    }

    fn refuse_beside(self, bits: Word) -> Result<(), Refusal> {
        if self.has_any(bits) {
            return Err(Refusal::Held);
        }
        Ok(())
    }

    /// Shared access where somebody waits or has been woken: who may, and which turns that uses up.
    #[cfg_attr(feature = "std", inline(always))]
    fn pass_the_gate(self, priority: Priority) -> Result<State, Refusal> {
        match priority {
            Priority::Woken if self.has_any(READERS_WOKEN) => Ok(self),
            Priority::LastWoken if self.has_any(READERS_WOKEN) => Ok(self.without(READERS_WOKEN)),
            _ if !self.is_gate_open() && !self.is_idle() => Err(Refusal::Held),
            Priority::Barging => Ok(self.without(WOKEN)),
            // Others have come before those who were woken: their turn is over.
            Priority::Arriving | Priority::Late | Priority::Woken | Priority::LastWoken => {
                self.refuse_in(WOKEN).map(|()| self)
            }
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_write(
        self,
        priority: Priority,
        registration: Registration,
    ) -> Result<State, Refusal> {
        self.refuse_beside(WRITER | UPGRADABLE | READERS)?;
        let taken = self.acquire_exclusive(priority)?;
        Ok(match registration {
            Registration::New => taken,
            Registration::Registered => State(taken.0 - ONE_WAITING),
        })
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_upgrade(self, priority: Priority) -> Result<State, Refusal> {
        self.refuse_beside(READERS)?;
        let taken = self.acquire_exclusive(priority)?;
        Ok(taken.without(CLAIM))
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_exclusive(self, priority: Priority) -> Result<State, Refusal> {
        match priority {
            Priority::Arriving | Priority::Late => self.refuse_in(WOKEN)?,
            // The readers were woken before it, and go before it.
            Priority::Woken | Priority::LastWoken => self.refuse_in(READERS_WOKEN)?,
            Priority::Barging => (),
        }
        Ok(self.without(WOKEN).with(WRITER))
    }

    fn refuse_in(self, turns: Word) -> Result<(), Refusal> {
        if self.has_any(turns) {
            return Err(Refusal::Reserved);
        }
        Ok(())
    }

    /// The state once somebody who listens is on record; `None` if no more writers can be counted.
    ///
    /// Who was woken and could not take its access comes back here: its turn is used up.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn register(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Option<State> {
        let state = self.clear_woken(access, priority);
        match (access, registration) {
            (Access::Read | Access::RecursiveRead, _) => Some(state.with(READERS_ASLEEP)),
            (Access::UpgradableRead, _) => Some(state.with(UPGRADABLES_ASLEEP)),
            (Access::Write, Registration::New) if self.waiting_writers() == MAX_WAITING_WRITERS => {
                None
            }
            (Access::Write, Registration::New) => Some(State(state.0 + ONE_WAITING)),
            (Access::Upgrade, Registration::New) => Some(state.with(CLAIM).without(WRITER_WOKEN)),
            (Access::Write | Access::Upgrade, Registration::Registered) => Some(state),
        }
    }

    /// Whether a writer that has used up its turn, and is on record again, has to [hand
    /// over](State::wake_next): the upgrader goes before it, and those who have left meanwhile relied on the
    /// turn.
    pub(crate) fn must_wake_upgrader(self, access: Access, priority: Priority) -> bool {
        access == Access::Write
            && priority == Priority::Woken
            && self.is_idle()
            && self.has_any(CLAIM)
    }

    fn clear_woken(self, access: Access, priority: Priority) -> State {
        match (access, priority) {
            (_, Priority::Arriving | Priority::Late | Priority::Barging) => self,
            (Access::Write | Access::Upgrade, _) => self.without(WRITER_WOKEN),
            (_, Priority::Woken) => self,
            (_, Priority::LastWoken) => self.without(READERS_WOKEN),
        }
    }
}

/// Releases, conversions and cancellations. They cannot fail, and say whom to wake.
impl State {
    /// Whether the reader that leaves this state has to [hand over](State::wake_next).
    pub(crate) fn last_reader_wakes_next(self) -> bool {
        self.readers() == 1 && self.has_any(GATE) && !self.has_any(WRITER | WRITER_WOKEN)
    }

    /// Whether a reader that counted itself in, was refused and takes its count back has to: its count
    /// may have hidden from another that it was the last. Not in the turn of readers: it steps aside for
    /// them, so it will come again, and a writer that it woke would find them here.
    pub(crate) fn refused_reader_wakes_next(self) -> bool {
        self.last_reader_wakes_next() && !self.has_any(READERS_WOKEN)
    }

    /// A claim goes, and with it the turn of the upgrader that made it.
    fn without_claim(self) -> State {
        self.without(if self.has_any(CLAIM) { CLAIM | WRITER_WOKEN } else { 0 })
    }

    /// The upgradable reader leaves. A claim goes with it: an upgrade may have been forgotten.
    pub(crate) fn release_upgradable(self) -> (State, Wake) {
        self.without_claim().without(UPGRADABLE).wake_next()
    }

    /// The writer leaves: those who wait to read go first.
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

    /// The readers that wait go next. No upgradable one, though, if this writer has overtaken those that
    /// wait by its upgrade: the next would do so too, and the one after it.
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
        State(self.without_claim().without(UPGRADABLE).0 + ONE_READER).wake_next()
    }

    /// Somebody who waits gives up. `right` tells whether it had been woken. One that stepped aside may
    /// have left a turn to be passed on for when it comes again.
    pub(crate) fn cancel(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> (State, Wake) {
        let state = self.clear_woken(access, priority);
        let state = match (access, registration) {
            (Access::Write, Registration::Registered) => State(state.0 - ONE_WAITING),
            (Access::Upgrade, Registration::Registered) => state.without_claim(),
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

    /// Who goes next when readers have left or somebody has given up: the upgrader, else a writer;
    /// readers if neither waits. Whoever was woken and has not come yet stays the next.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn wake_next(self) -> (State, Wake) {
        if self.has_any(WRITER) {
            (self, Wake::Nobody)
        } else if self.is_gate_open() {
            self.wake_readers()
        } else if !self.is_idle() || self.has_any(WRITER_WOKEN) {
            (self, Wake::Nobody)
        } else if self.has_any(CLAIM) {
            (self.with(WRITER_WOKEN), Wake::Upgrader)
        } else {
            (self.with(WRITER_WOKEN), Wake::Writer)
        }
    }

    /// A notification found no writer or upgrader asleep: nobody comes whose turn this is. Says whom
    /// to look for once more, as things are now.
    pub(crate) fn retract_writer_wake(self) -> (State, Wake) {
        let state = self.without(WRITER_WOKEN);
        (state, if state.is_gate_open() { Wake::Nobody } else { state.wake_next().1 })
    }

    /// Nor did the next one, so whoever waits has been woken before. Readers must not hang on those
    /// being polled.
    pub(crate) fn writers_absent(self) -> (State, Wake) {
        if self.is_idle() {
            self.wake_readers()
        } else {
            (self, Wake::Nobody)
        }
    }

    /// A notification found no reader asleep. The turn of those that were woken before goes on.
    pub(crate) fn readers_absent(self, in_flight: InFlight) -> (State, Wake) {
        match in_flight {
            InFlight::Nobody => self.without(READERS_WOKEN).wake_next(),
            InFlight::Readers => self.wake_next(),
        }
    }

    /// The last of the woken readers came by another way than its right.
    pub(crate) fn clear_readers_woken(self) -> State {
        self.without(READERS_WOKEN)
    }

    /// A notification found no upgradable reader asleep.
    pub(crate) fn upgradables_absent(self) -> State {
        self.without(UPGRADABLES_ASLEEP)
    }

    /// A notification found an upgradable reader asleep after all; there may be more, and whoever
    /// left since could not know.
    pub(crate) fn upgradables_present(self) -> (State, Wake) {
        self.with(UPGRADABLES_ASLEEP).wake_next()
    }

    #[cfg_attr(feature = "std", inline(always))]
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
