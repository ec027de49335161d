//! Every state of a lock and every transition between them, as values.
//!
//! Nothing here is atomic and nothing waits. An acquisition maps a [`State`] to the next one, or to a
//! [`Refusal`]. A release or a conversion cannot fail; it maps a state to the next one and says
//! whom to [`Wake`]. The raw lock carries these functions over an atomic word. A model (`tests/model.rs`)
//! walks every world of a few tasks through the very same functions.
//!
//! | field | bits of 64 (of 32) | meaning |
//! |---|---|---|
//! | `WRITER` | 0 | exclusive access is held |
//! | `UPGRADABLE` | 1 | the upgradable read is held; beside `WRITER`: exclusive access was had by an upgrade |
//! | `UPGRADER` | 2 | the holder of the upgradable read waits for exclusive access |
//! | `READERS_ASLEEP` | 3 | a plain reader may be queued that has not been woken |
//! | `UPGRADABLES_ASLEEP` | 4 | the same of an upgradable reader |
//! | `WRITER_WOKEN` | 5 | a writer was woken and has not come yet |
//! | `UPGRADER_WOKEN` | 6 | the upgrader was woken and has not come yet |
//! | `READERS_WOKEN` | 7 | readers, plain or upgradable, were woken and may not all have come yet |
//! | `BIASED` | 8 | readers may hold a sharded lock without being counted here (`bias`) |
//! | `WAITING` | 9 to 31 (9 to 17) | how many writers wait, woken ones included, the upgrader not |
//! | `READERS` | 32 to 63 (18 to 31) | how many plain readers hold the lock or are backing out |
//!
//! The *gate* is closed while `WAITING` is not 0 or `UPGRADER` is set: a reader that has not been
//! woken waits behind it. The lock is *idle* when there is no access but that of an upgrader. It is *reserved*
//! for those of whom a flag says that they were woken.
//!
//! Invariants. SAFETY comments cite 1, 2 and 8.
//!
//! 1. `WRITER` excludes an upgradable reader, and every reader but those that are backing out; unless the guard
//!    of an upgrade was forgotten. Then `WRITER` stands for no guard, until the upgradable reader waits for exclusive
//!    access once more.
//! 2. A release or a conversion changes the fields of its own access, flags and wake-ups. It never
//!    touches what another holder was given.
//! 3. `UPGRADER_WOKEN` implies `UPGRADER`, and that `UPGRADABLE`. Each goes with the next: an upgrade that was
//!    forgotten passes nothing on.
//! 4. A waiter sleeps only on a state that would refuse it even with [`Priority::Barging`]: there is a holder,
//!    whose release wakes this waiter or one before it.
//! 5. While `WRITER_WOKEN` is set, a wake-up has been sent or is about to be, to a writer that has not come yet, or
//!    that defers to woken readers and keeps its turn. That writer takes the flag down when it gets in or is refused
//!    for anything else, or gives up and wakes the next. A sender that found no waiter takes the flag down and looks
//!    for sleepers once more. `UPGRADER_WOKEN` is the same for the upgrader.
//!    An upgrade leaves `WRITER_WOKEN` up: its holder was let in before that writer was woken, which stays the
//!    next writer. Whoever else takes exclusive access takes the flag down.
//! 6. `READERS_WOKEN` only makes others defer, woken writers too. A waiter that defers comes again, or
//!    wakes the next when it gives up.
//! 7. `BIASED` implies an open gate and no `WRITER`. It is set only where readers are counted elsewhere too, so
//!    never in a compact lock.
//! 8. The upgradable reader may become a plain one: there is room for it in `READERS`. No reader of either kind comes in
//!    while that is full.
#![forbid(unsafe_code)]

#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod bias;
mod inspect;
mod release;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use inspect::InFlight;
pub(crate) use types::{Access, Priority, Refusal, Registration, Wake};

use crate::sync::Word;

const WRITER: Word = 1;
const UPGRADABLE: Word = 1 << 1;
const UPGRADER: Word = 1 << 2;
const READERS_ASLEEP: Word = 1 << 3;
const UPGRADABLES_ASLEEP: Word = 1 << 4;
const WRITER_WOKEN: Word = 1 << 5;
const UPGRADER_WOKEN: Word = 1 << 6;
const READERS_WOKEN: Word = 1 << 7;
const WOKEN: Word = WRITER_WOKEN | UPGRADER_WOKEN | READERS_WOKEN;
/// Without `std` no lock is biased, and no flash is spent on it.
const BIASED: Word = if cfg!(feature = "std") { 1 << 8 } else { 0 };

const WAITING_SHIFT: u32 = 9;
const READERS_SHIFT: u32 = if Word::BITS == 64 { 32 } else { 18 };
const ONE_WAITING: Word = 1 << WAITING_SHIFT;
const ONE_READER: Word = 1 << READERS_SHIFT;
const READERS: Word = Word::MAX << READERS_SHIFT;
const WAITING: Word = !READERS & (Word::MAX << WAITING_SHIFT);
const GATE: Word = WAITING | UPGRADER;

/// The highest bit of the counter: half of its range is left to attempts that back out.
const READERS_OVERFLOW: Word = 1 << (Word::BITS - 1);

/// How many plain readers may hold one lock at a time: one more, if the last was the upgradable one.
pub(crate) const MAX_READERS: usize = (READERS_OVERFLOW >> READERS_SHIFT) as usize;

/// How many writers may wait for one lock at a time.
pub(crate) const MAX_WAITING_WRITERS: usize = (WAITING >> WAITING_SHIFT) as usize;

/// The word of a lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct State(Word);

/// The word, its predicates, and its arithmetic.
impl State {
    /// Free, and no task waits.
    pub(crate) const FREE: State = State(0);
    /// Held exclusively, and no task waits.
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
        !self.has_any(WRITER | READERS) && (!self.has_any(UPGRADABLE) || self.has_any(UPGRADER))
    }
}

/// Acquisitions.
impl State {
    /// Whether a reader that has counted itself in blindly, on top of this state, may stay.
    pub(crate) fn admits_reader_at_once(self) -> bool {
        !self.has_any(WRITER | GATE | READERS_OVERFLOW)
    }

    /// The state once this access is acquired.
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
        let passed = if self.is_gate_open() && !priority.is_due() {
            self
        } else {
            self.pass_the_gate(priority)?
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
        self.refuse_beside(WRITER | UPGRADABLE | READERS_OVERFLOW)?;
        self.pass_the_gate(priority).map(|state| state.with(UPGRADABLE))
    }

    fn refuse_beside(self, bits: Word) -> Result<(), Refusal> {
        if self.has_any(bits) {
            return Err(Refusal::Held);
        }
        Ok(())
    }

    /// Shared access where tasks wait or were woken: which priority may, and which wake-ups that uses up.
    #[cfg_attr(feature = "std", inline(always))]
    fn pass_the_gate(self, priority: Priority) -> Result<State, Refusal> {
        if priority.is_due() && self.has_any(READERS_WOKEN) {
            return Ok(self.clear_woken(Access::Read, priority));
        }
        if !self.is_gate_open() && !self.is_idle() {
            return Err(Refusal::Held);
        }
        if priority == Priority::Barging {
            return Ok(self.without(WOKEN));
        }
        // Those who were woken have been overtaken, and others were woken since.
        self.refuse_reserved(WOKEN).map(|()| self)
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_write(
        self,
        priority: Priority,
        registration: Registration,
    ) -> Result<State, Refusal> {
        self.refuse_beside(WRITER | UPGRADABLE | READERS | BIASED)?;
        let taken = self.acquire_exclusive(priority, WRITER_WOKEN)?;
        Ok(match registration {
            Registration::New => taken,
            Registration::Registered => State(taken.0 - ONE_WAITING),
        })
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_upgrade(self, priority: Priority) -> Result<State, Refusal> {
        self.refuse_beside(READERS | BIASED)?;
        let taken = self.acquire_exclusive(priority, UPGRADER_WOKEN)?;
        Ok(taken.without(UPGRADER))
    }

    /// `woken` is the flag of those who ask for the same.
    #[cfg_attr(feature = "std", inline(always))]
    fn acquire_exclusive(self, priority: Priority, woken: Word) -> Result<State, Refusal> {
        match priority {
            Priority::Arriving | Priority::Late => self.refuse_reserved(woken | READERS_WOKEN)?,
            // The readers were woken before it, and go before it.
            Priority::Woken => self.refuse_reserved(READERS_WOKEN)?,
            Priority::LastWoken | Priority::Barging => (),
        }
        Ok(self.without(woken | READERS_WOKEN).with(WRITER))
    }

    fn refuse_reserved(self, woken: Word) -> Result<(), Refusal> {
        if self.has_any(woken) {
            return Err(Refusal::Reserved);
        }
        Ok(())
    }

    /// The state once a queued waiter is on record; `None` if no more writers can be counted.
    ///
    /// A waiter that was woken and then refused comes here again: its wake-up is used up.
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
            (Access::Upgrade, Registration::New) => {
                // The upgradable reader has no exclusive access: a `WRITER` is that of an upgrade it has forgotten.
                Some(state.with(UPGRADER).without(UPGRADER_WOKEN | WRITER))
            }
            (Access::Write | Access::Upgrade, Registration::Registered) => Some(state),
        }
    }

    /// Without the flag of who comes, or is gone, with this priority.
    pub(crate) fn clear_woken(self, access: Access, priority: Priority) -> State {
        match (access, priority) {
            (_, Priority::Arriving | Priority::Late | Priority::Barging) => self,
            (Access::Write, _) => self.without(WRITER_WOKEN),
            (Access::Upgrade, _) => self.without(UPGRADER_WOKEN),
            (_, Priority::Woken) => self,
            (_, Priority::LastWoken) => self.without(READERS_WOKEN),
        }
    }
}
