//! A model of a few tasks that share one lock, made of the crate's own transitions.
//!
//! [`World`] is the word and the tasks; [`World::step`] lets one task do one thing that the others
//! can see: one atomic operation on the word, or one call into a queue. `worlds` walks all worlds
//! that can be reached, in any order of steps, as threads take them, or of polls; `random` as far as
//! chance leads, with more tasks; `fifo` in the order of wake-ups, as an executor on one thread does;
//! `slow` as one that polls a task less often than the others.
//!
//! The order of steps in `wait.rs` and `raw.rs` is written here once more, by hand. That the code takes its steps
//! in this order is checked by loom (every interleaving of its operations), by `raw/tests/interleavings.rs` and
//! `tests/interrupts` (another task comes in before any operation), and by `tests/schedules` of the crate (the
//! word after each poll, against a plain model).

mod fifo;
mod forgotten;
mod queues;
mod random;
mod sending;
mod sharded;
mod slow;
mod task;
mod walk;
mod worlds;

use crate::state::{Access, InFlight, Priority, Refusal, Registration, State, Wake};
use crate::state::{GATE, ONE_READER, UPGRADER};
use forgotten::Forgotten;
use queues::{List, QueueEntry};
use sending::Sending;
use sharded::{AtShards, Shards};
use task::{mode_of, At, Deferred, Mode, Next, Task};

/// How often arrivals defer. All zero where that is left open: as often as they like, then.
#[derive(Clone, Copy, Debug, Default)]
struct Deferrals {
    least: u8,
    growth: u8,
    most: u8,
}

impl Deferrals {
    fn after(self, losses: u8) -> u8 {
        (0..losses)
            .fold(self.least, |deferrals_owed, _| (deferrals_owed * self.growth).min(self.most))
    }
}

#[derive(Clone, Copy, Debug)]
struct World<const TASKS: usize> {
    state: State,
    /// `None`: a compact lock.
    shards: Option<Shards>,
    deferrals_owed: Deferrals,
    /// How many deferrals arrivals still owe in this epoch.
    left: u8,
    /// How many are still owed to the readers in flight.
    left_for_readers: u8,
    readers_in_flight: u8,
    forgotten: Forgotten,
    tasks: [Task; TASKS],
    /// Who was woken, in order; for the executor to take.
    wakes: List<TASKS>,
    /// What has been broken on the way here.
    broken: Option<&'static str>,
}

impl<const TASKS: usize> World<TASKS> {
    fn new() -> Self {
        World {
            state: State::FREE,
            shards: None,
            deferrals_owed: Deferrals::default(),
            left: 0,
            left_for_readers: 0,
            readers_in_flight: 0,
            forgotten: Forgotten::default(),
            tasks: [Task::at_rest(); TASKS],
            wakes: List::default(),
            broken: None,
        }
    }

    fn wake(&mut self, who: usize) {
        if !self.tasks[who].is_woken {
            self.tasks[who].is_woken = true;
            self.wakes.push(who);
        }
    }

    /// Carries out a transition; its wake-ups are sent by the steps to come.
    fn transition(&mut self, who: usize, (state, wake): (State, Wake), then: Next) {
        let in_flight = self.state.in_flight();
        self.state = state;
        if wake == Wake::Nobody {
            return self.done(who, then);
        }
        self.check_can_go(wake);
        self.go_on(who, At::Sends(Sending::Wake(wake, in_flight)), then);
    }

    fn go_on(&mut self, who: usize, at: At, then: Next) {
        let task = match then {
            Next::Holds(_) | Next::Rests | Next::Looks => Task::new(Access::Read, at),
            _ => self.tasks[who],
        };
        self.tasks[who] = Task { at, then, ..task };
    }

    /// It has sent its wake-ups.
    fn done(&mut self, who: usize, then: Next) {
        let at = match then {
            Next::Looks => At::Looks,
            Next::Holds(mode) => At::Holds(mode),
            Next::Rests => At::Rests,
            Next::Acquires(priority) => At::Acquires(priority),
            Next::Arrives => At::Shards(AtShards::Arrives),
            Next::LooksAgain => At::Shards(AtShards::LooksAgain),
            Next::Attempts => At::Shards(AtShards::AttemptsAgain),
        };
        self.go_on(who, at, then);
        self.tasks[who].then = Next::Rests;
    }

    /// The first step of a task that asks for an access.
    fn ask(&mut self, who: usize, access: Access) {
        self.tasks[who] = Task::new(access, At::Looks);
        if access != Access::Read {
            self.unseen_steps(who);
            return self.step(who);
        }
        let found = self.state;
        let is_in = found.admits_reader_at_once();
        self.tasks[who].at = if is_in { At::Finishes } else { At::CountedIn };
        self.state = State(found.0 + ONE_READER);
        self.unseen_steps(who);
    }

    /// The first step of a poll of a task that waits.
    fn poll(&mut self, who: usize) {
        self.tasks[who].is_woken = false;
        self.tasks[who].at = At::Looks;
        self.step(who);
    }

    /// The task takes its next step, and those after it that nobody else can see.
    fn step(&mut self, who: usize) {
        self.visible_step(who);
        self.unseen_steps(who);
    }

    fn unseen_steps(&mut self, who: usize) {
        while matches!(self.tasks[who].at, At::Looks | At::Finishes)
            && self.tasks[who].entry == QueueEntry::Nowhere
        {
            self.visible_step(who);
        }
    }

    /// Goes on until its poll returns or its guard is gone.
    fn finish(&mut self, who: usize) {
        while self.tasks[who].is_between_steps() {
            self.step(who);
        }
    }

    fn visible_step(&mut self, who: usize) {
        let Task { access, then, .. } = self.tasks[who];
        match self.tasks[who].at {
            At::CountedIn => self.back_out(who),
            At::Looks => self.tasks[who].at = At::Acquires(self.poll_priority(who)),
            At::Acquires(priority) => self.acquire(who, priority),
            At::Enqueues(priority) => {
                self.enqueue(who);
                self.tasks[who].at = At::Registers(priority);
            }
            At::Registers(priority) => self.register(who, priority),
            At::Asks => {
                self.tasks[who].at = match self.poll_priority(who) {
                    priority @ (Priority::Woken | Priority::LastWoken | Priority::Late) => {
                        At::Acquires(priority)
                    }
                    Priority::Arriving | Priority::Barging => At::Waits,
                }
            }
            At::Finishes => self.leave_queue(who),
            At::ClearsReadersWoken => {
                self.state = self.state.clear_readers_woken();
                self.tasks[who] = Task::holding(mode_of(access));
            }
            At::WakesNext => self.transition(who, self.state.wake_next(), then),
            At::Cancels(priority) => self.cancel(who, priority),
            At::Sends(sending) => self.send_one(who, sending),
            At::Shards(at) => self.step_at_shards(who, at),
            At::Rests | At::Waits | At::Holds(_) => unreachable!("not between steps"),
        }
    }

    fn back_out(&mut self, who: usize) {
        let left = self.state;
        self.state = State(left.0 - ONE_READER);
        let hands_over = left.refused_reader_wakes_next();
        self.tasks[who].then = if hands_over { Next::Looks } else { Next::Rests };
        self.tasks[who].at = if hands_over { At::WakesNext } else { At::Looks };
    }

    /// By which right it asks. Leaves its waker with its place, if it has one.
    fn poll_priority(&mut self, who: usize) -> Priority {
        let task = &mut self.tasks[who];
        task.is_asked = matches!(task.entry, QueueEntry::Asleep { .. });
        if matches!(task.entry, QueueEntry::Notified { .. }) {
            task.was_woken = true;
            let access = task.access;
            return match self.dequeue(who).expect("notified") {
                Priority::Woken if !access.is_shared() => self.priority_beside_readers(who),
                priority => priority,
            };
        }
        if task.has_its_turn() {
            return self.priority_beside_readers(who);
        }
        let has_deferred_enough = task.deferred == Deferred::Enough && self.left == 0;
        if has_deferred_enough {
            Priority::Barging
        } else {
            Priority::Arriving
        }
    }

    /// That of a writer or upgrader that was woken.
    fn priority_beside_readers(&self, who: usize) -> Priority {
        if self.tasks[who].has_deferred_to_readers && self.left_for_readers == 0 {
            Priority::LastWoken
        } else {
            Priority::Woken
        }
    }

    fn acquire(&mut self, who: usize, priority: Priority) {
        let Task { access, registration, .. } = self.tasks[who];
        let found = self.state;
        let task = &mut self.tasks[who];
        match found.acquire(access, priority, registration) {
            Ok(taken) => {
                self.state = taken;
                task.at = At::Finishes;
                self.check_order(who, priority);
            }
            Err(Refusal::Held) if found.is_biased() && !access.is_shared() => {
                self.end_bias(who, found.end_bias(), Next::Acquires(priority));
            }
            Err(Refusal::Reserved) if priority == Priority::Woken && task.keeps_its_turn() => {
                self.renew_epoch();
                self.defer(who);
            }
            Err(_) if task.entry == QueueEntry::Nowhere => {
                let counts = self.deferrals_owed.most > 0 && priority.was_woken();
                task.losses += u8::from(counts);
                task.at = At::Enqueues(priority);
            }
            Err(Refusal::Reserved) => self.defer(who),
            Err(Refusal::Held) if task.is_asked => task.at = At::Waits,
            Err(Refusal::Held) => task.at = At::Registers(priority),
        }
    }

    fn register(&mut self, who: usize, priority: Priority) {
        let Task { access, registration, .. } = self.tasks[who];
        let before = self.state;
        self.state = before
            .register_in_front_of_shards(access, priority, registration)
            .expect("few writers");
        self.tasks[who].registration = Registration::Registered;
        if before.is_biased() && !access.is_shared() {
            return self.end_bias(who, self.state, Next::LooksAgain);
        }
        self.look_on_record(who);
    }

    /// What a waiter does once it is on record.
    fn look_on_record(&mut self, who: usize) {
        let access = self.tasks[who].access;
        match self.state.acquire(access, Priority::Arriving, Registration::Registered) {
            Err(Refusal::Held) => self.tasks[who].at = At::Asks,
            Err(Refusal::Reserved) => self.defer(who),
            Ok(_) => self.tasks[who].at = At::Acquires(Priority::Arriving),
        }
    }

    fn defer(&mut self, who: usize) {
        let task = &mut self.tasks[who];
        task.at = At::Waits;
        task.deferred = if task.has_its_turn() { Deferred::NotSince } else { Deferred::Enough };
        task.has_deferred_to_readers = !task.access.is_shared();
        self.left = self.left.saturating_sub(1);
        self.left_for_readers = self.left_for_readers.saturating_sub(1);
        self.wake(who);
    }

    fn leave_queue(&mut self, who: usize) {
        let access = self.tasks[who].access;
        let was_last = self.dequeue(who) == Some(Priority::LastWoken);
        self.tasks[who] = if was_last {
            Task::new(access, At::ClearsReadersWoken)
        } else {
            Task::holding(mode_of(access))
        };
    }

    /// The first step of the release of its guard.
    fn leave(&mut self, who: usize, mode: Mode) {
        let left = self.state;
        match (mode, self.tasks[who].shard) {
            (Mode::Shared, Some(shard)) => self.leave_by_shard(who, shard),
            (Mode::Shared, None) => {
                self.state = State(left.0 - ONE_READER);
                self.tasks[who] = Task::at_rest();
                if left.last_reader_wakes_next() {
                    self.tasks[who].at = At::WakesNext;
                }
            }
            (Mode::Upgradable, _) => self.transition(who, left.release_upgradable(), Next::Rests),
            (Mode::Exclusive, _) => self.transition(who, left.release_write(), Next::Rests),
        }
    }

    /// The first step of the drop of a future that waits.
    fn give_up(&mut self, who: usize) {
        let has_its_turn = self.tasks[who].has_its_turn();
        let unasked = if has_its_turn { Priority::Woken } else { Priority::Arriving };
        let priority = self.dequeue(who).unwrap_or(unasked);
        self.tasks[who].at = At::Cancels(priority);
    }

    fn cancel(&mut self, who: usize, priority: Priority) {
        let Task { access, registration, .. } = self.tasks[who];
        let then = match access {
            Access::Upgrade => Next::Holds(Mode::Upgradable),
            _ => Next::Rests,
        };
        let cancelled = self.state.cancel(access, priority, registration);
        self.state = self.state.clear_woken(access, priority);
        self.transition(who, cancelled, then);
    }

    fn break_unless(&mut self, kept: bool, broken: &'static str) {
        if !kept {
            self.broken = self.broken.or(Some(broken));
        }
    }

    /// While a writer or upgrader waits, a later reader does not join those that have access.
    fn check_order(&mut self, who: usize, priority: Priority) {
        let is_later = matches!(priority, Priority::Arriving | Priority::Late | Priority::Barging)
            && matches!(self.tasks[who].access, Access::Read | Access::UpgradableRead);
        let others = || self.tasks.iter().enumerate().filter(|&(other, _)| other != who);
        let is_closed = others()
            .any(|(_, task)| task.is_counted(Access::Write) || task.is_counted(Access::Upgrade));
        let is_held = others().any(|(_, task)| self.is_in(task));
        let joins = is_later && is_closed && is_held;
        self.break_unless(!joins, "a later reader did not wait behind a writer");
    }

    /// Exclusion, and that the word counts what the tasks have and wait for.
    fn check(&self) -> Result<(), &'static str> {
        let count = |is: &dyn Fn(&Task) -> bool| self.tasks.iter().filter(|task| is(task)).count();
        let has = |mode| count(&|task| task.mode() == Some(mode));
        let (shared, upgradable, exclusive) =
            (has(Mode::Shared), has(Mode::Upgradable), has(Mode::Exclusive));
        let backing_out = count(&|task| task.at == At::CountedIn);
        let writers = count(&|task| task.is_counted(Access::Write));
        let upgraders = count(&|task| task.is_counted(Access::Upgrade));
        let has_upgrader = upgraders == 1 || self.forgotten.has_upgrader;
        let has_writer = exclusive == 1 || self.forgotten.has_writer;
        let is_upgradable = upgradable == 1 && !has_writer;
        let state = self.state;
        let promises = [
            (exclusive == 0 || shared + upgradable == 0, "a writer beside readers"),
            (exclusive <= 1, "two writers"),
            (upgradable <= 1, "two upgradable readers"),
            (self.counts_readers_right(shared + backing_out), "the count of readers is off"),
            (self.check_bias(), "the lock is biased though a writer has access or waits"),
            (state.is_write_locked() == has_writer, "the writer's bit is off"),
            (state.is_upgradable_locked() == is_upgradable, "the upgradable's bit is off"),
            (state.waiting_writers() == writers, "the count of writers that wait is off"),
            (state.has_any(UPGRADER) == has_upgrader, "the upgrader's bit is off"),
        ];
        let broken = promises.iter().find(|(kept, _)| !kept).map(|&(_, broken)| broken);
        self.broken.or(broken).map_or(Ok(()), Err)
    }
}
