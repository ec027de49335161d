//! The bias of a sharded lock towards readers: while it lasts, they are counted in shards, not in the word.
//!
//! Whoever wants exclusive access ends the bias, and is a reader of the word from the same operation on, until
//! it has *collected* what the shards count: so no one finds a word without readers meanwhile.
#![forbid(unsafe_code)]

use super::{Access, Priority, Registration, State, BIASED, ONE_READER, READERS_SHIFT};
use crate::sync::Word;

impl State {
    /// Free, and biased.
    pub(crate) const BIASED: State = State(BIASED);

    pub(crate) fn is_biased(self) -> bool {
        self.has_any(BIASED)
    }

    /// The state once readers may come by shards again; `None` where readers may not come.
    pub(crate) fn bias(self) -> Option<State> {
        self.admits_reader_at_once().then(|| self.with(BIASED))
    }

    /// The bias ends, if there is one; who ends it is a reader, and collects.
    pub(crate) fn end_bias(self) -> State {
        if self.is_biased() {
            State(self.without_bias().0 + ONE_READER)
        } else {
            self
        }
    }

    /// The state as it would be without the bias, and without readers in shards.
    pub(crate) fn without_bias(self) -> State {
        self.without(BIASED)
    }

    /// As [`State::register`]: who goes on record as a writer also [ends the bias](State::end_bias).
    pub(crate) fn register_in_front_of_shards(
        self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Option<State> {
        let state = if access.is_shared() { self } else { self.end_bias() };
        state.register(access, priority, registration)
    }

    /// What so many readers add.
    pub(crate) fn of_readers(count: usize) -> Word {
        (count as Word) << READERS_SHIFT
    }
}
