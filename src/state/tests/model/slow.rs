//! Tasks on one thread, of which one is polled less often than the others.
//!
//! So do executors with the future that they block on. Each task asks for its access again and again.
//! Checked in every world: exclusion; and that no wait has more losses than it takes until arrivals step
//! aside for as long as that task is not polled, and one more: a writer may be woken while readers that were
//! woken before it have not come yet, and find them there.

use super::queues::List;
use super::walk::{combinations, explore, Rules};
use super::{At, Deferrals, World};
use crate::state::Access;

/// The task that is polled once in so many polls of others.
const SLOW: usize = 0;

#[derive(Clone, Copy)]
struct Executor<const TASKS: usize> {
    world: World<TASKS>,
    queue: List<TASKS>,
    /// How often others have been polled since the slow one was.
    polls: u8,
}

/// What a task does once it has its guard. It asks again in the next poll, or in the same.
#[derive(Clone, Copy, PartialEq)]
enum Program {
    DropAndYield,
    HoldOverYield,
    DropAndAskAgain,
}

const PROGRAMS: [Program; 3] =
    [Program::DropAndYield, Program::HoldOverYield, Program::DropAndAskAgain];

/// All but those that step aside for nobody.
const ACCESSES: &[Access] = &[Access::Read, Access::Write, Access::UpgradableRead];

struct Slow<const TASKS: usize> {
    /// What each task asks for.
    accesses: [Access; TASKS],
    once_in: u8,
    max_losses: u8,
}

impl<const TASKS: usize> Executor<TASKS> {
    fn new(deferrals_owed: Deferrals) -> Self {
        let mut queue = List::default();
        (0..TASKS).for_each(|who| queue.push(who));
        Executor { world: World { deferrals_owed, ..World::new() }, queue, polls: 0 }
    }

    /// Who is polled next.
    fn take_next(&mut self, once_in: u8) -> usize {
        let is_due = self.polls >= once_in;
        let mut next = None;
        let mut left = List::default();
        for who in self.queue.iter() {
            if next.is_none() && (who == SLOW) == is_due {
                next = Some(who);
            } else {
                left.push(who);
            }
        }
        let next = next.unwrap_or_else(|| left.take_first());
        self.queue = left;
        self.polls = if next == SLOW { 0 } else { once_in.min(self.polls + 1) };
        next
    }

    fn finish(&mut self, who: usize) {
        self.world.finish(who);
        for woken in core::mem::take(&mut self.world.wakes).iter() {
            if !self.queue.iter().any(|queued| queued == woken) {
                self.queue.push(woken);
            }
        }
    }

    fn release(&mut self, who: usize) {
        if let At::Holds(mode) = self.world.tasks[who].at {
            self.world.leave(who, mode);
            self.finish(who);
        }
    }
}

impl<const TASKS: usize> Slow<TASKS> {
    fn turn(&self, executor: &mut Executor<TASKS>, program: Program) {
        let who = executor.take_next(self.once_in);
        executor.release(who);
        for again in [true, false] {
            match executor.world.tasks[who].at {
                At::Rests => executor.world.ask(who, self.accesses[who]),
                _ => executor.world.poll(who),
            }
            executor.finish(who);
            if executor.world.tasks[who].at == At::Waits {
                return;
            }
            if program != Program::HoldOverYield {
                executor.release(who);
            }
            if !(again && program == Program::DropAndAskAgain) {
                break;
            }
        }
        executor.queue.push(who);
    }
}

impl<const TASKS: usize> Rules<Executor<TASKS>> for Slow<TASKS> {
    fn key(&self, executor: &Executor<TASKS>) -> u64 {
        let entry = |who| executor.queue.iter().position(|queued| queued == who);
        let is_slow = |who| who == SLOW;
        executor.world.key(|who| (self.accesses[who], entry(who), is_slow(who), executor.polls))
    }

    fn visit_successors(&self, executor: &Executor<TASKS>, visit: &mut dyn FnMut(Executor<TASKS>)) {
        for &program in &PROGRAMS {
            let mut next = *executor;
            self.turn(&mut next, program);
            visit(next);
        }
    }

    fn check(&self, executor: &Executor<TASKS>) -> Result<(), &'static str> {
        executor.world.check()?;
        if executor.queue.is_empty() {
            return Err("everybody sleeps");
        }
        if executor.world.tasks.iter().any(|task| task.losses > self.max_losses) {
            return Err("a task loses again and again");
        }
        Ok(())
    }

    fn tell(&self, executor: &Executor<TASKS>) {
        executor.world.tell();
        std::println!("    {:?}, {} polls", executor.queue, executor.polls);
    }
}

fn walk<const TASKS: usize>(
    once_in: u8,
    deferrals_owed: Deferrals,
    max_losses: u8,
    at_least: usize,
) {
    let mut worlds = 0;
    // The slow task may ask for anything beside any others.
    for &asked in ACCESSES {
        for mut accesses in combinations::<TASKS>(ACCESSES) {
            accesses[SLOW] = asked;
            let rules = Slow { accesses, once_in, max_losses };
            worlds += explore(&rules, Executor::new(deferrals_owed));
        }
    }
    std::println!("{TASKS} tasks, one polled once in {once_in} polls: {worlds} worlds");
    assert!(worlds >= at_least);
}

#[test]
fn a_task_that_is_polled_once_in_three_polls_loses_twice_at_most() {
    walk::<3>(3, Deferrals { least: 1, growth: 2, most: 4 }, 2, 1_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn a_task_that_is_polled_once_in_seven_polls_loses_four_times_at_most() {
    walk::<4>(7, Deferrals { least: 1, growth: 2, most: 8 }, 4, 10_000);
}
