//! Actors that ask for accesses again and again, in any order.
//!
//! Checked in every world: exclusion; that no wake-up is lost; that only guards block; that a later
//! reader waits behind a writer; and in any order of polls, that a writer which leaves wakes the
//! readers that sleep, and no writer before them. An actor that has left is one that has not come yet,
//! so no walk ends: these are all worlds of so many actors, however often they ask.

use super::walk::{explore, Rules, ALL};
use super::{At, Deferred, Mode, Next, QueueEntry, Task, World};
use crate::state::{Access, Priority, Refusal, Registration, State};

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grain {
    /// All that is done until a poll returns or a guard is gone: one thread.
    Polls,
    /// One operation that others can see: as many threads as actors.
    Operations,
}

/// What is allowed beside polls of the woken and releases.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Trouble {
    None,
    /// Guards are converted and cloned, and there are attempts.
    Conversions,
    /// The same; waits are cancelled, and polled without having been woken.
    Cancellation,
    /// The same; waits are never polled again, and the guard of an upgrade goes on without it, or without what it
    /// gave.
    Forgetting,
}

#[derive(Clone, Copy)]
pub(super) struct Worlds {
    /// What an actor may ask for.
    pub(super) accesses: &'static [Access],
    pub(super) trouble: Trouble,
    pub(super) grain: Grain,
}

/// Takes the world after an action of one actor.
type Act<'a, const ACTORS: usize> = dyn FnMut(&dyn Fn(&mut World<ACTORS>)) + 'a;

impl Worlds {
    fn act<const ACTORS: usize>(
        &self,
        world: &World<ACTORS>,
        who: usize,
        act: &mut Act<'_, ACTORS>,
    ) {
        let task = world.tasks[who];
        match task.at {
            At::Rests => self.start(world, who, act),
            At::Waits => self.wait(&task, who, act),
            At::Holds(mode) => {
                act(&|world| world.leave(who, mode));
                if let Some(biased) = world.biased_again(who) {
                    act(&|world| world.state = biased);
                }
                if self.trouble >= Trouble::Conversions {
                    convert(world, who, mode, act);
                }
                if self.trouble == Trouble::Forgetting
                    && mode == Mode::Exclusive
                    && world.is_upgraded()
                {
                    act(&|world| world.forget_upgraded(who));
                }
            }
            At::Acquires(priority) => {
                act(&|world| world.step(who));
                // On several processors some barge without having deferred.
                let goes = matches!(priority, Priority::Arriving | Priority::Late)
                    && world.state.acquire(task.access, priority, task.registration)
                        == Err(Refusal::Reserved);
                if goes {
                    act(&|world| world.tasks[who].at = At::Acquires(Priority::Barging));
                }
            }
            _ => act(&|world| world.step(who)),
        }
    }

    fn start<const ACTORS: usize>(
        &self,
        world: &World<ACTORS>,
        who: usize,
        act: &mut Act<'_, ACTORS>,
    ) {
        for &access in self.accesses {
            let reads = matches!(access, Access::Read | Access::RecursiveRead);
            if reads && world.state.is_biased() {
                for shard in 0..2 {
                    act(&|world| world.ask_by_shard(who, access, shard));
                }
            }
            act(&|world| world.ask(who, access));
            if self.trouble >= Trouble::Conversions {
                attempt(world, who, access, act);
            }
        }
        let is_shared = world.tasks.iter().any(|task| task.at == At::Holds(Mode::Shared));
        if self.trouble >= Trouble::Conversions && is_shared {
            act(&|world| {
                world.state = State(world.state.0 + State::READER.0);
                world.tasks[who] = Task::holding(Mode::Shared);
            });
            if world.state.is_biased() {
                act(&|world| world.share_by_shard(who));
            }
        }
    }

    fn wait<const ACTORS: usize>(&self, task: &Task, who: usize, act: &mut Act<'_, ACTORS>) {
        if !task.is_forgotten && (task.is_woken || self.trouble >= Trouble::Cancellation) {
            act(&|world| world.poll(who));
            // It has to defer more often.
            if task.deferred == Deferred::Enough || task.has_deferred_to_readers {
                act(&|world| {
                    let task = &mut world.tasks[who];
                    if task.deferred == Deferred::Enough {
                        task.deferred = Deferred::Before;
                    }
                    task.has_deferred_to_readers = false;
                    world.poll(who);
                });
            }
        }
        if self.trouble >= Trouble::Cancellation {
            act(&|world| world.give_up(who));
        }
        if self.trouble == Trouble::Forgetting && !task.is_forgotten {
            act(&|world| world.tasks[who].is_forgotten = true);
        }
        if self.trouble == Trouble::Forgetting && task.access == Access::Upgrade {
            act(&|world| world.forget_upgrade(who));
        }
    }
}

/// One look, and no wait.
fn attempt<const ACTORS: usize>(
    world: &World<ACTORS>,
    who: usize,
    access: Access,
    act: &mut Act<'_, ACTORS>,
) {
    if world.state.acquire(access, Priority::Barging, Registration::New).is_ok() {
        act(&|world| {
            world.tasks[who] = Task::new(access, At::Acquires(Priority::Barging));
            world.step(who);
        });
    } else if world.state.is_biased() && !access.is_shared() {
        act(&|world| world.attempt_past_shards(who, access));
    }
}

fn convert<const ACTORS: usize>(
    world: &World<ACTORS>,
    who: usize,
    mode: Mode,
    act: &mut Act<'_, ACTORS>,
) {
    let holds = Next::Holds;
    match mode {
        Mode::Shared => {}
        Mode::Upgradable => {
            act(&|world| {
                world.transition(who, world.state.downgrade_upgradable(), holds(Mode::Shared));
            });
            act(&|world| world.ask(who, Access::Upgrade));
            attempt(world, who, Access::Upgrade, act);
        }
        Mode::Exclusive => {
            act(&|world| {
                world.transition(who, world.state.downgrade_write(), holds(Mode::Shared));
            });
            act(&|world| {
                let upgradable = world.state.downgrade_write_to_upgradable();
                world.transition(who, upgradable, holds(Mode::Upgradable));
            });
        }
    }
}

/// Where nobody can take a step but those at rest, nobody who is polled when woken may still wait,
/// unless behind one that is forgotten, and was woken or holds a guard.
fn check_nobody_is_lost<const ACTORS: usize>(world: &World<ACTORS>) -> Result<(), &'static str> {
    let can_go = |task: &Task| match task.at {
        At::Waits => task.is_woken && !task.is_forgotten,
        At::Rests => false,
        _ => true,
    };
    let sleeps = |task: &Task| task.at == At::Waits && !task.is_forgotten;
    let swallows = |task: &Task| task.is_forgotten && (task.is_woken || task.mode().is_some());
    let is_lost = !world.stays_locked()
        && world.tasks.iter().any(sleeps)
        && !world.tasks.iter().any(|task| can_go(task) || swallows(task));
    if is_lost {
        return Err("a lost wake-up");
    }
    Ok(())
}

/// Where nobody holds a guard and nobody is in the middle of something, whoever is polled a few
/// times gets in.
fn check_only_guards_block<const ACTORS: usize>(world: &World<ACTORS>) -> Result<(), &'static str> {
    if world.forgotten.has_writer {
        return Ok(());
    }
    // An upgrade holds its guard, but what it claims beyond that holds nothing up.
    let holds = |task: &Task| task.mode().is_some() && task.registration == Registration::New;
    if world.tasks.iter().any(|task| holds(task) || task.is_between_steps()) {
        return Ok(());
    }
    for (who, task) in world.tasks.iter().enumerate() {
        let waits_for_upgrader = matches!(task.access, Access::UpgradableRead | Access::Write)
            && world.state.is_upgradable_locked();
        if task.at != At::Waits || waits_for_upgrader {
            continue;
        }
        let mut alone = *world;
        for _ in 0..3 {
            if alone.tasks[who].at == At::Waits {
                alone.poll(who);
                alone.finish(who);
            }
        }
        if alone.tasks[who].at == At::Waits {
            return Err("a task is kept out by nobody");
        }
    }
    Ok(())
}

impl<const ACTORS: usize> Rules<World<ACTORS>> for Worlds {
    fn key(&self, world: &World<ACTORS>) -> u64 {
        world.key(|_| ())
    }

    fn visit_successors(&self, world: &World<ACTORS>, visit: &mut dyn FnMut(World<ACTORS>)) {
        for (who, task) in world.tasks.iter().enumerate() {
            if world.tasks[..who].contains(task) {
                continue;
            }
            self.act(world, who, &mut |action| {
                let mut next = *world;
                action(&mut next);
                if self.grain == Grain::Polls {
                    next.finish(who);
                    check_phases(world, who, &mut next);
                    next.end_group_of_readers();
                }
                next.end_what_was_left();
                next.wakes = Default::default();
                visit(next);
            });
        }
    }

    fn check(&self, world: &World<ACTORS>) -> Result<(), &'static str> {
        world.check()?;
        check_nobody_is_lost(world)?;
        check_only_guards_block(world)
    }

    fn tell(&self, world: &World<ACTORS>) {
        world.tell();
    }
}

/// A writer that leaves or becomes a reader wakes every plain reader that sleeps; no writer, if there
/// is one.
fn check_phases<const ACTORS: usize>(
    before: &World<ACTORS>,
    who: usize,
    after: &mut World<ACTORS>,
) {
    let sleeps = |task: &Task| matches!(task.entry, QueueEntry::Asleep { .. });
    let reads = |task: &Task| matches!(task.access, Access::Read | Access::RecursiveRead);
    if before.tasks[who].at != At::Holds(Mode::Exclusive) || after.forgotten.has_writer {
        return;
    }
    let was_woken = |(before, after): (&Task, &Task)| {
        sleeps(before) && !sleeps(after) && before.access == Access::Write
    };
    let is_writer_woken = before.tasks.iter().zip(&after.tasks).any(was_woken);
    let reader_slept = before.tasks.iter().any(|task| sleeps(task) && reads(task));
    let reader_sleeps = after.tasks.iter().any(|task| sleeps(task) && reads(task));
    after.break_unless(!reader_sleeps, "a reader sleeps on though the writer has left");
    after.break_unless(!(reader_slept && is_writer_woken), "a writer was woken before a reader");
}

fn walk<const ACTORS: usize>(rules: Worlds, at_least: usize) {
    let worlds = explore(&rules, World::<ACTORS>::new());
    let Worlds { accesses, trouble, grain } = rules;
    std::println!("{ACTORS} actors, {grain:?}, {trouble:?}, {accesses:?}: {worlds} worlds");
    assert!(worlds >= at_least);
}

const fn polls(trouble: Trouble) -> Worlds {
    Worlds { accesses: ALL, trouble, grain: Grain::Polls }
}

const fn operations(trouble: Trouble) -> Worlds {
    Worlds { accesses: ALL, trouble, grain: Grain::Operations }
}

#[test]
fn three_actors_in_any_order_of_polls() {
    walk::<3>(polls(Trouble::Forgetting), 10_000);
}

#[test]
fn two_actors_in_any_order_of_operations() {
    walk::<2>(operations(Trouble::Forgetting), 10_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn four_actors_with_forgotten_futures_in_any_order_of_polls() {
    walk::<4>(polls(Trouble::Forgetting), 1_000_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn three_actors_with_cancellation_in_any_order_of_operations() {
    walk::<3>(operations(Trouble::Cancellation), 5_000_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn three_actors_in_any_order_of_operations() {
    walk::<3>(operations(Trouble::None), 1_000_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn three_readers_and_writers_with_cancellation_in_any_order_of_operations() {
    let accesses = &[Access::Read, Access::Write];
    walk::<3>(Worlds { accesses, ..operations(Trouble::Cancellation) }, 1_000_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn four_upgradable_readers_in_any_order_of_operations() {
    let accesses = &[Access::UpgradableRead];
    walk::<4>(Worlds { accesses, ..operations(Trouble::None) }, 300_000);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn five_actors_with_cancellation_in_any_order_of_polls() {
    walk::<5>(polls(Trouble::Cancellation), 2_000_000);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn five_actors_with_forgotten_futures_in_any_order_of_polls() {
    walk::<5>(polls(Trouble::Forgetting), 20_000_000);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn three_actors_with_forgotten_futures_in_any_order_of_operations() {
    walk::<3>(operations(Trouble::Forgetting), 10_000_000);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn four_readers_and_writers_in_any_order_of_operations() {
    let accesses = &[Access::Read, Access::Write];
    walk::<4>(Worlds { accesses, ..operations(Trouble::None) }, 10_000_000);
}
