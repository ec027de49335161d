//! A model of a few tasks that share one lock, made of the crate's own transitions.
//!
//! [`World`] is the word, the four queues and the tasks; [`World::step`] lets one task do one thing
//! that the others can see: one atomic operation on the word, or one call into a queue. The two
//! files below walk all worlds that can be reached, `interleavings` in any order of steps, as
//! threads take them, `fifo` in the order of wake-ups, as an executor on one thread does.
//!
//! What is modelled here is the order of steps in `acquire.rs` and `raw.rs`; loom checks that the
//! atomic operations there carry it.

mod fifo;
mod interleavings;
mod sending;

use alloc::vec::Vec;

use super::{Access, Refusal, Right, Standing, State, Wake};
use sending::Sending;

/// Turns aside in the model, where no turn takes longer than another.
const TURNS_ASIDE: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Shared,
    Upgradable,
    Exclusive,
}

/// Where a task is. Every variant but `Rests`, `Waits`, `Holds` and `Done` is in the middle of
/// something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    Rests,
    CountedIn,
    Looks,
    Takes(Right),
    Listens(Right),
    Registers(Right),
    Waits,
    ComesIn,
    ClearsTurn,
    Holds(Mode),
    Leaves(Mode),
    HandsOver,
    GivesUp,
    Cancels(Right),
    Sends(Sending),
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Task {
    access: Access,
    at: At,
    /// Where it goes on after having sent wake-ups.
    then: Next,
    standing: Standing,
    turns_aside: u8,
    /// Nobody has been woken since it last stepped aside.
    is_same_turn: bool,
    /// It listens before those who have not been woken yet.
    is_overtaken: bool,
    /// Its executor will poll it.
    is_woken: bool,
    /// Nobody polls it again; it may still be dropped.
    is_forgotten: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Next {
    Looks,
    Holds(Mode),
    Done,
}

impl Task {
    fn new(access: Access) -> Task {
        Task {
            access,
            at: At::Rests,
            then: Next::Done,
            standing: Standing::New,
            turns_aside: 0,
            is_same_turn: false,
            is_overtaken: false,
            is_woken: true,
            is_forgotten: false,
        }
    }

    fn is_between_steps(&self) -> bool {
        !matches!(self.at, At::Rests | At::Waits | At::Holds(_) | At::Done)
    }

    /// What its guard, or the guard that it is upgrading, gives it.
    fn mode(&self) -> Option<Mode> {
        match self.at {
            At::Holds(mode) | At::Leaves(mode) => Some(mode),
            At::ComesIn | At::ClearsTurn => Some(mode_of(self.access)),
            At::Sends(_) => match self.then {
                Next::Holds(mode) => Some(mode),
                Next::Looks if self.access == Access::Upgrade => Some(Mode::Upgradable),
                Next::Looks | Next::Done => None,
            },
            At::Done | At::HandsOver => None,
            _ if self.access == Access::Upgrade => Some(Mode::Upgradable),
            _ => None,
        }
    }
}

fn mode_of(access: Access) -> Mode {
    match access {
        Access::Read | Access::RecursiveRead => Mode::Shared,
        Access::UpgradableRead => Mode::Upgradable,
        Access::Write | Access::Upgrade => Mode::Exclusive,
    }
}

fn queue_of(access: Access) -> usize {
    match access {
        Access::Read | Access::RecursiveRead => 0,
        Access::UpgradableRead => 1,
        Access::Write => 2,
        Access::Upgrade => 3,
    }
}

/// Listeners in the order in which they are woken, and whether they have been notified.
type Queue = Vec<(usize, bool)>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    state: State,
    queues: [Queue; 4],
    readers_coming: u8,
    tasks: Vec<Task>,
    /// Who was woken, in order; for the executor to take.
    wakes: Vec<usize>,
}

impl World {
    fn new(accesses: &[Access]) -> World {
        World {
            state: State::FREE,
            queues: Default::default(),
            readers_coming: 0,
            tasks: accesses.iter().copied().map(Task::new).collect(),
            wakes: Vec::new(),
        }
    }

    fn queue(&mut self, access: Access) -> &mut Queue {
        &mut self.queues[queue_of(access)]
    }

    fn is_listening(&self, who: usize) -> bool {
        self.queues.iter().flatten().any(|&(listener, _)| listener == who)
    }

    /// Takes a task's listener out of its queue; whether it had been notified.
    fn stop_listening(&mut self, who: usize) -> bool {
        let queue = self.queue(self.tasks[who].access);
        match queue.iter().position(|&(listener, _)| listener == who) {
            Some(at) => queue.remove(at).1,
            None => false,
        }
    }

    fn notify(&mut self, access: Access, at_most: usize) -> u8 {
        let sleepers = self.queue(access).iter_mut().filter(|(_, notified)| !notified);
        let mut woken = Vec::new();
        for (listener, notified) in sleepers.take(at_most) {
            *notified = true;
            woken.push(*listener);
        }
        woken.iter().for_each(|&who| self.wake(who));
        if !woken.is_empty() {
            self.tasks.iter_mut().for_each(|task| task.is_same_turn = false);
        }
        woken.len() as u8
    }

    fn wake(&mut self, who: usize) {
        self.tasks[who].is_woken = true;
        self.wakes.push(who);
    }

    fn woken_right(&mut self, access: Access) -> Right {
        if matches!(access, Access::Write | Access::Upgrade) {
            return Right::Woken;
        }
        let is_last = self.readers_coming <= 1;
        self.readers_coming = self.readers_coming.saturating_sub(1);
        if is_last {
            Right::WokenLast
        } else {
            Right::Woken
        }
    }

    /// Carries out a transition; its wake-ups are sent by the steps to come.
    fn transition(&mut self, who: usize, (state, wake): (State, Wake), then: Next) {
        self.state = state;
        self.send(who, wake, then);
    }

    fn send(&mut self, who: usize, wake: Wake, then: Next) {
        self.assert_can_go(wake);
        self.tasks[who].then = then;
        self.tasks[who].at = match wake {
            Wake::Nobody => match then {
                Next::Looks => At::Looks,
                Next::Holds(mode) => At::Holds(mode),
                Next::Done => At::Done,
            },
            wake => At::Sends(Sending::Wake(wake)),
        };
    }

    /// The task is polled: its first step.
    fn poll(&mut self, who: usize) {
        let task = &mut self.tasks[who];
        task.is_woken = false;
        task.at = At::Looks;
        let at_once = self.tasks[who].standing == Standing::New && !self.is_listening(who);
        let task = &mut self.tasks[who];
        if at_once && task.access == Access::Read && task.turns_aside == 0 {
            let found = self.state;
            if found.admits_reader_at_once() {
                task.at = At::ComesIn;
            } else {
                task.at = At::CountedIn;
            }
            self.state = State(found.0 + super::ONE_READER);
        }
    }

    /// The task takes its next step, and those after it that nobody else can see.
    fn step(&mut self, who: usize) {
        self.visible_step(who);
        while matches!(self.tasks[who].at, At::Looks | At::ComesIn) && !self.is_listening(who) {
            self.visible_step(who);
        }
    }

    fn visible_step(&mut self, who: usize) {
        let Task { access, standing, .. } = self.tasks[who];
        match self.tasks[who].at {
            At::CountedIn => self.back_out(who),
            At::Looks => self.tasks[who].at = At::Takes(self.right(who)),
            At::Takes(right) => self.take(who, right),
            At::Listens(right) => {
                self.listen(who, right);
                self.tasks[who].at = At::Registers(right);
            }
            At::Registers(right) => {
                self.state = self.state.register(access, right, standing).expect("few writers");
                self.tasks[who].standing = Standing::Counted;
                match self.state.take(access, Right::Arrival, Standing::Counted) {
                    // It does not ask its place before it has stepped aside.
                    Err(Refusal::Turn) => self.stay(who, Refusal::Turn),
                    _ => self.tasks[who].at = At::Looks,
                }
            }
            At::ComesIn => self.come_in(who),
            At::ClearsTurn => {
                self.state = self.state.readers_have_come();
                self.tasks[who].at = At::Holds(mode_of(access));
            }
            At::Leaves(mode) => self.leave(who, mode),
            At::HandsOver => self.transition(who, self.state.hand_over(), self.tasks[who].then),
            At::GivesUp => {
                let notified = self.stop_listening(who);
                let right = if notified { self.woken_right(access) } else { Right::Arrival };
                self.tasks[who].at = At::Cancels(right);
            }
            At::Cancels(right) => self.cancel(who, right),
            At::Sends(sending) => self.send_one(who, sending),
            At::Rests | At::Waits | At::Holds(_) | At::Done => unreachable!("not between steps"),
        }
    }

    fn listen(&mut self, who: usize, right: Right) {
        let Task { access, .. } = self.tasks[who];
        let is_overtaken = access == Access::Write && right == Right::Woken;
        self.tasks[who].is_overtaken = is_overtaken;
        self.tasks[who].turns_aside = 0;
        let World { queues, tasks, .. } = self;
        let queue = &mut queues[queue_of(access)];
        let first = queue.iter().position(|&(other, _)| !tasks[other].is_overtaken);
        let end = queue.len();
        queue.insert(if is_overtaken { first.unwrap_or(end) } else { end }, (who, false));
    }

    fn back_out(&mut self, who: usize) {
        let left = self.state;
        self.state = State(left.0 - super::ONE_READER);
        self.tasks[who].then = Next::Looks;
        self.tasks[who].at =
            if left.refused_reader_hands_over() { At::HandsOver } else { At::Looks };
    }

    fn right(&mut self, who: usize) -> Right {
        let access = self.tasks[who].access;
        if self.queue(access).contains(&(who, true)) {
            self.stop_listening(who);
            return self.woken_right(access);
        }
        let task = self.tasks[who];
        if task.is_same_turn && task.turns_aside >= TURNS_ASIDE {
            Right::Patient
        } else {
            Right::Arrival
        }
    }

    fn take(&mut self, who: usize, right: Right) {
        let Task { access, standing, .. } = self.tasks[who];
        let is_listening = self.is_listening(who);
        let task = &mut self.tasks[who];
        match self.state.take(access, right, standing) {
            Ok(taken) => {
                self.state = taken;
                task.at = At::ComesIn;
            }
            Err(_) if !is_listening => task.at = At::Listens(right),
            Err(refusal) => self.stay(who, refusal),
        }
    }

    /// It is in its queue, and still has to wait.
    fn stay(&mut self, who: usize, refusal: Refusal) {
        let task = &mut self.tasks[who];
        task.at = At::Waits;
        if refusal == Refusal::Turn {
            task.turns_aside = if task.is_same_turn { task.turns_aside + 1 } else { 1 };
            task.is_same_turn = true;
            self.wake(who);
        }
    }

    fn come_in(&mut self, who: usize) {
        let access = self.tasks[who].access;
        let was_last = self.stop_listening(who) && self.woken_right(access) == Right::WokenLast;
        let task = &mut self.tasks[who];
        task.standing = Standing::New;
        task.turns_aside = 0;
        task.is_woken = false;
        task.at = if was_last { At::ClearsTurn } else { At::Holds(mode_of(access)) };
    }

    fn leave(&mut self, who: usize, mode: Mode) {
        let left = self.state;
        match mode {
            Mode::Shared => {
                self.state = State(left.0 - super::ONE_READER);
                self.tasks[who].then = Next::Done;
                self.tasks[who].at =
                    if left.last_reader_hands_over() { At::HandsOver } else { At::Done };
            }
            Mode::Upgradable => self.transition(who, left.release_upgradable(), Next::Done),
            Mode::Exclusive => self.transition(who, left.release_write(), Next::Done),
        }
    }

    fn cancel(&mut self, who: usize, right: Right) {
        let Task { access, standing, .. } = self.tasks[who];
        let then = match access {
            Access::Upgrade => Next::Holds(Mode::Upgradable),
            _ => Next::Done,
        };
        let is_counted =
            matches!(access, Access::Write | Access::Upgrade) && standing == Standing::Counted;
        self.tasks[who].standing = Standing::New;
        if is_counted || right != Right::Arrival {
            self.transition(who, self.state.cancel(access, right, standing), then);
        } else {
            self.send(who, Wake::Nobody, then);
        }
    }

    /// Exclusion, and that the word counts what the tasks have.
    fn check(&self) -> Result<(), &'static str> {
        let has = |mode| self.tasks.iter().filter(|task| task.mode() == Some(mode)).count();
        let backing_out = self.tasks.iter().filter(|task| matches!(task.at, At::CountedIn)).count();
        let (shared, upgradable, exclusive) =
            (has(Mode::Shared), has(Mode::Upgradable), has(Mode::Exclusive));
        let promises = [
            (exclusive == 0 || shared + upgradable == 0, "a writer beside readers"),
            (exclusive <= 1, "two writers"),
            (upgradable <= 1, "two upgradable readers"),
            (self.state.readers() == shared + backing_out, "the count of readers is off"),
            (self.state.is_write_locked() == (exclusive == 1), "the writer's bit is off"),
            (self.state.is_upgradable_locked() == (upgradable == 1), "the upgradable's bit is off"),
        ];
        promises.iter().try_for_each(|&(kept, broken)| if kept { Ok(()) } else { Err(broken) })
    }
}
