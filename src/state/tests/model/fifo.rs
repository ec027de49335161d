//! Tasks on one thread, polled in the order in which they were woken.
//!
//! Each asks for its access again and again. Checked in every world: exclusion; that nobody
//! overtakes a woken waiter; and the bounds on waiting that the documentation of `RwLock` states.

use super::queues::List;
use super::walk::{combinations, explore, Rules, ALL};
use super::{At, World};
use crate::state::{Access, Priority};

#[derive(Clone, Copy)]
struct Executor<const TASKS: usize> {
    world: World<TASKS>,
    queue: List<TASKS>,
    /// For each task, how many writes were begun by others since it was first polled.
    writes: [u8; TASKS],
}

/// What a task does once it has its guard. Each ends by asking again.
#[derive(Clone, Copy)]
enum Program {
    /// Drops it, and asks again in the same poll; at most twice, then it yields.
    Again,
    /// Drops it and yields.
    DropAndYield,
    /// Holds it over a yield.
    HoldOverYield,
}

const PROGRAMS: [Program; 3] = [Program::Again, Program::DropAndYield, Program::HoldOverYield];

/// What each task asks for.
struct Fifo<const TASKS: usize>([Access; TASKS]);

impl<const TASKS: usize> Fifo<TASKS> {
    /// Polls the first in the queue.
    fn turn(&self, executor: &mut Executor<TASKS>, programs: [Program; 2]) {
        let who = executor.queue.take_first();
        if let At::Holds(_) = executor.world.tasks[who].at {
            executor.release(who);
        }
        for program in programs {
            match executor.world.tasks[who].at {
                At::Rests => executor.world.ask(who, self.0[who]),
                _ => executor.world.poll(who),
            }
            self.finish(executor, who);
            if executor.world.tasks[who].at == At::Waits {
                return;
            }
            executor.writes[who] = 0;
            match program {
                Program::HoldOverYield => break,
                Program::DropAndYield => {
                    executor.release(who);
                    break;
                }
                Program::Again => executor.release(who),
            }
        }
        executor.queue.push(who);
    }

    /// Lets the task go on until its poll returns.
    fn finish(&self, executor: &mut Executor<TASKS>, who: usize) {
        let Executor { world, writes, .. } = executor;
        while world.tasks[who].is_between_steps() {
            let before = world.tasks[who].at;
            world.step(who);
            let is_overtaken = before == At::Acquires(Priority::Late)
                || matches!(before, At::Acquires(Priority::Woken | Priority::LastWoken))
                    && matches!(world.tasks[who].at, At::Enqueues(_))
                    && world.state.is_write_locked();
            world.break_unless(!is_overtaken, "a woken waiter was overtaken");
        }
        if self.0[who] == Access::Write && matches!(world.tasks[who].at, At::Holds(_)) {
            for (writes, task) in writes.iter_mut().zip(&world.tasks) {
                *writes += u8::from(task.at == At::Waits);
            }
        }
        executor.take_wakes();
    }

    fn check_bounds(&self, executor: &Executor<TASKS>) -> Result<(), &'static str> {
        let of = |access| self.0.iter().filter(|&&other| other == access).count();
        for (access, &writes) in self.0.iter().zip(&executor.writes) {
            let bound = match access {
                Access::Read | Access::RecursiveRead => 1,
                Access::UpgradableRead => of(Access::UpgradableRead),
                Access::Write | Access::Upgrade => of(Access::Write) - 1,
            };
            if usize::from(writes) > bound {
                return Err("somebody waits for more writes than the documentation says");
            }
        }
        if executor.queue.is_empty() {
            return Err("everybody sleeps");
        }
        Ok(())
    }
}

impl<const TASKS: usize> Executor<TASKS> {
    fn new() -> Self {
        let mut queue = List::default();
        (0..TASKS).for_each(|who| queue.push(who));
        Executor { world: World::new(), queue, writes: [0; TASKS] }
    }

    fn release(&mut self, who: usize) {
        if let At::Holds(mode) = self.world.tasks[who].at {
            self.world.leave(who, mode);
        }
        self.world.finish(who);
        self.take_wakes();
    }

    fn take_wakes(&mut self) {
        for woken in core::mem::take(&mut self.world.wakes).iter() {
            if !self.queue.iter().any(|queued| queued == woken) {
                self.queue.push(woken);
            }
        }
    }
}

impl<const TASKS: usize> Rules<Executor<TASKS>> for Fifo<TASKS> {
    fn key(&self, executor: &Executor<TASKS>) -> u64 {
        let entry = |who| executor.queue.iter().position(|queued| queued == who);
        executor.world.key(|who| (self.0[who], entry(who), executor.writes[who]))
    }

    fn visit_successors(&self, executor: &Executor<TASKS>, visit: &mut dyn FnMut(Executor<TASKS>)) {
        for &one in &PROGRAMS {
            for &other in &PROGRAMS {
                let mut next = *executor;
                self.turn(&mut next, [one, other]);
                visit(next);
            }
        }
    }

    fn check(&self, executor: &Executor<TASKS>) -> Result<(), &'static str> {
        executor.world.check()?;
        self.check_bounds(executor)
    }

    fn tell(&self, executor: &Executor<TASKS>) {
        executor.world.tell();
        std::println!("    {:?}, writes {:?}", executor.queue, executor.writes);
    }
}

fn walk<const TASKS: usize>(at_least: usize) {
    let all = combinations::<TASKS>(ALL).into_iter();
    let worlds: usize = all.map(|accesses| explore(&Fifo(accesses), Executor::new())).sum();
    std::println!("{TASKS} tasks, first woken, first polled: {worlds} worlds");
    assert!(worlds >= at_least);
}

#[test]
fn nobody_overtakes_a_woken_waiter_on_one_thread() {
    walk::<4>(10_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn five_tasks_keep_the_bounds_on_one_thread() {
    walk::<5>(100_000);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn six_tasks_keep_the_bounds_on_one_thread() {
    walk::<6>(1_000_000);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn seven_tasks_keep_the_bounds_on_one_thread() {
    walk::<7>(10_000_000);
}
