//! Tasks on one thread, polled in the order in which they were woken.
//!
//! Each asks for its access again and again. Checked in every world: exclusion; that nobody
//! overtakes a woken waiter; and the bounds on waiting that the documentation of `RwLock` states.

use alloc::vec::Vec;
use std::collections::HashSet;

use super::{At, Task, World};
use crate::state::{Access, Right};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Executor {
    world: World,
    queue: Vec<usize>,
    /// For each task, how many writes were begun by others since it was first polled.
    writes: Vec<u8>,
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

impl Executor {
    fn new(accesses: &[Access]) -> Executor {
        Executor {
            world: World::new(accesses),
            queue: (0..accesses.len()).collect(),
            writes: accesses.iter().map(|_| 0).collect(),
        }
    }

    /// Polls the first in the queue.
    fn turn(&mut self, programs: [Program; 2]) -> Result<(), &'static str> {
        let who = self.queue.remove(0);
        if matches!(self.world.tasks[who].at, At::Holds(_)) {
            self.release(who)?;
        }
        for program in programs {
            self.world.poll(who);
            self.finish(who)?;
            if self.world.tasks[who].at == At::Waits {
                return Ok(());
            }
            self.writes[who] = 0;
            match program {
                Program::HoldOverYield => break,
                Program::DropAndYield => {
                    self.release(who)?;
                    break;
                }
                Program::Again => self.release(who)?,
            }
        }
        self.queue.push(who);
        Ok(())
    }

    fn release(&mut self, who: usize) -> Result<(), &'static str> {
        let task = &mut self.world.tasks[who];
        if let At::Holds(mode) = task.at {
            task.at = At::Leaves(mode);
        }
        self.finish(who)?;
        self.world.tasks[who] = Task::new(self.world.tasks[who].access);
        Ok(())
    }

    /// Lets the task go on until its poll returns or its guard is gone.
    fn finish(&mut self, who: usize) -> Result<(), &'static str> {
        while self.world.tasks[who].is_between_steps() {
            let before = self.world.tasks[who].at;
            self.world.step(who);
            let after = self.world.tasks[who];
            if matches!(before, At::Takes(Right::Woken | Right::WokenLast))
                && !matches!(after.at, At::ComesIn | At::ClearsTurn | At::Holds(_))
                && self.world.state.is_write_locked()
            {
                return Err("a woken waiter was overtaken");
            }
            if matches!(before, At::Takes(_)) && matches!(after.at, At::ComesIn | At::Holds(_)) {
                self.count(who, after.access);
            }
            self.world.check()?;
        }
        for woken in self.world.wakes.drain(..) {
            if !self.queue.contains(&woken) {
                self.queue.push(woken);
            }
        }
        Ok(())
    }

    fn count(&mut self, who: usize, access: Access) {
        for (other, writes) in self.writes.iter_mut().enumerate() {
            let waits = self.world.tasks[other].at == At::Waits;
            if access == Access::Write && other != who && waits {
                *writes += 1;
            }
        }
    }

    fn check_bounds(&self) -> Result<(), &'static str> {
        let of = |access| self.world.tasks.iter().filter(|task| task.access == access).count();
        for (task, &writes) in self.world.tasks.iter().zip(&self.writes) {
            let bound = match task.access {
                Access::Read | Access::RecursiveRead => 1,
                Access::UpgradableRead => of(Access::UpgradableRead),
                Access::Write | Access::Upgrade => of(Access::Write) - 1,
            };
            if usize::from(writes) > bound {
                return Err("somebody waits for more writes than the documentation says");
            }
        }
        if self.queue.is_empty() {
            return Err("everybody sleeps");
        }
        Ok(())
    }
}

/// Walks every reachable world, and panics with the way to one that breaks a promise.
fn explore(accesses: &[Access]) -> usize {
    let first = Executor::new(accesses);
    let mut seen = HashSet::from([first.clone()]);
    let mut ways = Vec::from([(0, first)]);
    let mut open = 0;
    while open < ways.len() {
        for &one in &PROGRAMS {
            for &other in &PROGRAMS {
                let mut next = ways[open].1.clone();
                let verdict = next.turn([one, other]).and_then(|()| next.check_bounds());
                if let Err(broken) = verdict {
                    tell_the_way(&ways, open);
                    panic!("{broken}: {:?}", next.world);
                }
                if seen.insert(next.clone()) {
                    ways.push((open, next));
                }
            }
        }
        open += 1;
    }
    ways.len()
}

fn tell_the_way(ways: &[(usize, Executor)], mut to: usize) {
    let mut way = Vec::from([to]);
    while to != 0 {
        to = ways[to].0;
        way.push(to);
    }
    for &at in way.iter().rev() {
        let Executor { world, queue, writes } = &ways[at].1;
        let ats: Vec<At> = world.tasks.iter().map(|task| task.at).collect();
        std::println!("{:?}\n    {ats:?} {:?} {queue:?} {writes:?}", world.state, world.queues);
    }
}

#[test]
fn nobody_overtakes_a_woken_waiter_on_one_thread() {
    use Access::{Read, RecursiveRead, UpgradableRead, Write};
    for accesses in [
        &[Write, Write, Write, Read][..],
        &[Read, Read, Read, Write],
        &[Read, Read, Write, Write],
        &[Read, RecursiveRead, Write, Write],
        &[Read, UpgradableRead, UpgradableRead, Write],
        &[UpgradableRead, UpgradableRead, UpgradableRead, Write],
    ] {
        std::println!("{accesses:?}: {} worlds", explore(accesses));
    }
}

#[test]
fn five_tasks_keep_the_bounds_on_one_thread() {
    use Access::{Read, Write};
    std::println!("{} worlds", explore(&[Read, Read, Write, Write, Write]));
}
