//! Readers that are counted in two shards, and who collects them: the steps of `raw::sharded`.
//!
//! Which shard a reader comes by is left open. The bias may return whenever a reader has access by the word.

use std::panic;

use super::task::{mode_of, At, Mode, Next, Task};
use super::walk::explore;
use super::worlds::{Grain, Trouble, Worlds};
use super::{Access, Priority, Refusal, Registration, State, World, GATE, ONE_READER};
use crate::state::WRITER;

/// What the shards count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shards {
    pub(super) counts: [u8; 2],
    pub(super) mistake: Option<Mistake>,
}

/// A step that is left out, or in another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mistake {
    /// Who ends the bias does not count itself in.
    NotCountedIn,
    /// A shard's count is taken before it is added to the word.
    TakenBeforeAdded,
    /// A reader looks at the bias before it has counted itself in: without the fence, or without a look after.
    LooksBeforeItCounts,
    /// The shards are looked at before the bias is ended: the collector's side of the fence.
    CollectsBeforeItEnds,
    /// A reader that is refused stays, if its count has been moved.
    StaysIfMoved,
    /// What has left a shard since it was looked at is not given back.
    KeepsWhatHasLeft,
    /// A reader whose count is not in its shard leaves, and not from the word.
    LeavesFromNowhere,
}

/// Where a task is between two steps at a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum AtShards {
    /// It is counted in this shard.
    CountedIn(u8),
    /// It has seen the bias before that.
    Looked(u8),
    /// It was refused.
    GivesBack(u8),
    /// Its count is not in its shard.
    LeavesWord,
    /// It arrives at the word.
    Arrives,
    Collects {
        shard: u8,
        step: Collecting,
    },
    /// It was on record before it collected, and looks at the word.
    LooksAgain,
    /// It has looked at the shards, and not ended the bias.
    HasLooked([u8; 2]),
    /// It attempts once more, and does not wait.
    AttemptsAgain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Collecting {
    Looks,
    Adds(u8),
    Takes(u8),
    GivesBack(u8),
}

impl<const TASKS: usize> World<TASKS> {
    fn biased(mistake: Option<Mistake>) -> Self {
        World {
            state: State::BIASED,
            shards: Some(Shards { counts: [0; 2], mistake }),
            ..World::new()
        }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.shards.map_or(false, |shards| shards.mistake == Some(mistake))
    }

    fn count_in(&mut self, shard: u8) -> &mut u8 {
        &mut self.shards.as_mut().expect("shards").counts[usize::from(shard)]
    }

    /// The first step of a task that reads by a shard, where it has seen the bias.
    pub(super) fn ask_by_shard(&mut self, who: usize, access: Access, shard: u8) {
        let at = if self.makes(Mistake::LooksBeforeItCounts) {
            AtShards::Looked(shard)
        } else {
            *self.count_in(shard) += 1;
            AtShards::CountedIn(shard)
        };
        self.tasks[who] = Task::new(access, At::Shards(at));
    }

    pub(super) fn hold_by_shard(&mut self, who: usize, shard: u8) {
        self.tasks[who] = Task { shard: Some(shard), ..Task::holding(Mode::Shared) };
    }

    /// Holds access by the first shard, as a clone of another guard.
    pub(super) fn share_by_shard(&mut self, who: usize) {
        *self.count_in(0) += 1;
        self.hold_by_shard(who, 0);
    }

    /// Ends the bias, in the operation that makes `state` of it, and collects.
    pub(super) fn end_bias(&mut self, who: usize, state: State, then: Next) {
        self.state = match self.makes(Mistake::NotCountedIn) {
            true => State(state.0 - ONE_READER),
            false => state,
        };
        self.tasks[who].then = then;
        self.tasks[who].at = At::Shards(AtShards::Collects { shard: 0, step: Collecting::Looks });
    }

    pub(super) fn step_at_shards(&mut self, who: usize, at: AtShards) {
        let Task { access, then, .. } = self.tasks[who];
        match at {
            AtShards::Looked(shard) => {
                *self.count_in(shard) += 1;
                self.hold_by_shard(who, shard);
            }
            AtShards::CountedIn(shard) if self.state.is_biased() => self.hold_by_shard(who, shard),
            AtShards::CountedIn(shard) => {
                self.tasks[who].at = At::Shards(AtShards::GivesBack(shard));
            }
            AtShards::GivesBack(shard) => {
                self.tasks[who].then = Next::Arrives;
                if *self.count_in(shard) > 0 {
                    *self.count_in(shard) -= 1;
                    self.done(who, Next::Arrives);
                } else if self.makes(Mistake::StaysIfMoved) {
                    self.check_order(who, Priority::Arriving);
                    self.hold_by_shard(who, shard);
                } else {
                    self.tasks[who].at = At::Shards(AtShards::LeavesWord);
                }
            }
            AtShards::LeavesWord => self.leave_word(who, then),
            AtShards::Arrives => self.ask(who, access),
            AtShards::AttemptsAgain => self.attempt_again(who),
            AtShards::Collects { shard, step } => self.collect(who, shard, step),
            AtShards::LooksAgain => self.look_on_record(who),
            AtShards::HasLooked(seen) => {
                let state = self.state.without_bias();
                self.state = State(state.0 + State::of_readers(seen.iter().sum::<u8>().into()));
                let shards = self.shards.as_mut().expect("shards");
                for (count, seen) in shards.counts.iter_mut().zip(seen) {
                    *count = count.saturating_sub(seen);
                }
                self.done(who, then);
            }
        }
    }

    /// The first step of the release of a read that came by a shard.
    pub(super) fn leave_by_shard(&mut self, who: usize, shard: u8) {
        self.tasks[who] = Task::at_rest();
        if *self.count_in(shard) > 0 {
            *self.count_in(shard) -= 1;
        } else if !self.makes(Mistake::LeavesFromNowhere) {
            self.tasks[who].at = At::Shards(AtShards::LeavesWord);
        }
    }

    fn leave_word(&mut self, who: usize, then: Next) {
        let left = self.state;
        self.state = State(left.0 - ONE_READER);
        if left.last_reader_wakes_next() {
            self.tasks[who].at = At::WakesNext;
        } else {
            self.done(who, then);
        }
    }

    fn collect(&mut self, who: usize, shard: u8, step: Collecting) {
        let adds_first = !self.makes(Mistake::TakenBeforeAdded);
        let next_shard = (shard + 1, Collecting::Looks);
        let (shard, step) = match step {
            Collecting::Looks if shard == 2 => return self.end_collection(who),
            Collecting::Looks => match *self.count_in(shard) {
                0 => next_shard,
                count if adds_first => (shard, Collecting::Adds(count)),
                count => (shard, Collecting::Takes(count)),
            },
            Collecting::Adds(count) => {
                self.state = State(self.state.0 + State::of_readers(count.into()));
                if adds_first {
                    (shard, Collecting::Takes(count))
                } else {
                    next_shard
                }
            }
            Collecting::Takes(count) => {
                let taken = count.min(*self.count_in(shard));
                *self.count_in(shard) -= taken;
                match count - taken {
                    _ if !adds_first => (shard, Collecting::Adds(taken)),
                    0 => next_shard,
                    _ if self.makes(Mistake::KeepsWhatHasLeft) => next_shard,
                    gone => (shard, Collecting::GivesBack(gone)),
                }
            }
            Collecting::GivesBack(gone) => {
                self.state = State(self.state.0 - State::of_readers(gone.into()));
                next_shard
            }
        };
        self.tasks[who].at = At::Shards(AtShards::Collects { shard, step });
    }

    fn end_collection(&mut self, who: usize) {
        let then = self.tasks[who].then;
        if self.makes(Mistake::NotCountedIn) {
            return self.done(who, then);
        }
        self.leave_word(who, then);
    }

    /// Whether the word and the shards count those who have access or are backing out, and no one else. One who
    /// makes mistakes is to break a promise by that.
    pub(super) fn counts_readers_right(&self, readers: usize) -> bool {
        let counted = self.state.readers() + self.counted_in_shards();
        self.shards.map_or(false, |shards| shards.mistake.is_some())
            || counted == readers + self.counted_in_between()
    }

    fn counted_in_between(&self) -> usize {
        let in_between = |task: &Task| match task.at {
            At::Shards(AtShards::Collects { step: Collecting::Takes(count), .. }) => 1 + count,
            At::Shards(AtShards::Collects { step: Collecting::GivesBack(gone), .. }) => 1 + gone,
            At::Shards(
                AtShards::CountedIn(_)
                | AtShards::GivesBack(_)
                | AtShards::LeavesWord
                | AtShards::Collects { .. },
            ) => 1,
            _ => 0,
        };
        self.tasks.iter().map(in_between).map(usize::from).sum()
    }

    fn counted_in_shards(&self) -> usize {
        self.shards.map_or(0, |shards| shards.counts.iter().sum::<u8>().into())
    }

    /// Invariant 7.
    pub(super) fn check_bias(&self) -> bool {
        !self.state.is_biased() || !self.state.has_any(GATE | WRITER)
    }

    /// A reader with access by the word may bring the bias back.
    pub(super) fn biased_again(&self, who: usize) -> Option<State> {
        let task = &self.tasks[who];
        let is_at_word = self.shards.is_some() && task.shard.is_none();
        let biased = self.state.bias().filter(|_| !self.state.is_biased());
        biased.filter(|_| is_at_word && task.at == At::Holds(Mode::Shared))
    }

    /// The first step of an attempt at exclusive access that finds the shards empty.
    pub(super) fn attempt_past_shards(&mut self, who: usize, access: Access) {
        self.tasks[who] = Task::new(access, At::Rests);
        if self.makes(Mistake::CollectsBeforeItEnds) {
            let seen = self.shards.expect("shards").counts;
            self.tasks[who].then = Next::Attempts;
            self.tasks[who].at = At::Shards(AtShards::HasLooked(seen));
        } else {
            self.end_bias(who, self.state.end_bias(), Next::Attempts);
        }
    }

    fn attempt_again(&mut self, who: usize) {
        let access = self.tasks[who].access;
        match self.state.acquire(access, Priority::Barging, Registration::New) {
            Ok(acquired) => {
                self.state = acquired;
                self.tasks[who] = Task::holding(mode_of(access));
            }
            Err(Refusal::Held | Refusal::Reserved) if access == Access::Upgrade => {
                self.tasks[who] = Task::holding(Mode::Upgradable);
            }
            Err(_) => self.tasks[who] = Task::at_rest(),
        }
    }
}

const READS_AND_WRITES: &[Access] = &[Access::Read, Access::Write];
const READS_AND_UPGRADES: &[Access] = &[Access::Read, Access::UpgradableRead, Access::Write];

fn operations(accesses: &'static [Access], trouble: Trouble) -> Worlds {
    Worlds { accesses, trouble, grain: Grain::Operations }
}

fn walk<const ACTORS: usize>(rules: Worlds, at_least: usize) {
    let worlds = explore(&rules, World::<ACTORS>::biased(None));
    let Worlds { accesses, trouble, .. } = rules;
    std::println!("{ACTORS} actors, two shards, {trouble:?}, {accesses:?}: {worlds} worlds");
    assert!(worlds >= at_least);
}

#[test]
#[cfg_attr(not(feature = "std"), ignore = "no lock is biased then")]
fn two_actors_with_shards_in_any_order_of_operations() {
    walk::<2>(operations(READS_AND_UPGRADES, Trouble::Forgetting), 300_000);
}

#[test]
#[cfg_attr(feature = "std", ignore = "takes minutes: for the deep lane")]
#[cfg_attr(not(feature = "std"), ignore = "no lock is biased then")]
fn three_readers_and_writers_with_shards_in_any_order_of_operations() {
    walk::<3>(operations(READS_AND_WRITES, Trouble::None), 5_000_000);
}

/// Whether three actors that make this mistake come to a world that breaks a promise.
fn is_noticed(mistake: Mistake) -> bool {
    let rules = operations(READS_AND_WRITES, Trouble::Conversions);
    panic::catch_unwind(|| explore(&rules, World::<3>::biased(Some(mistake)))).is_err()
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
#[cfg_attr(not(feature = "std"), ignore = "no lock is biased then")]
fn each_mistake_at_the_shards_is_noticed() {
    for mistake in [
        Mistake::NotCountedIn,
        Mistake::TakenBeforeAdded,
        Mistake::LooksBeforeItCounts,
        Mistake::CollectsBeforeItEnds,
        Mistake::StaysIfMoved,
        Mistake::KeepsWhatHasLeft,
        Mistake::LeavesFromNowhere,
    ] {
        assert!(is_noticed(mistake), "{mistake:?}");
    }
}
