//! Executors that poll some tasks once in many polls of others, as tokio's and smol's do with the future
//! that they block on.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Context;

use any_rwlock::RwLock;

use super::agenda::{Agenda, Alarm};
use super::chance::{for_seeds, Rng};
use super::losses::{pause, Asks, Losses, MAX_LOSSES};

/// Arrivals defer so often at most.
const MAX_DEFERRALS: usize = if cfg!(feature = "std") { 1 << 16 } else { 16 };

/// What is counted of one task.
struct Tally {
    alarm: Arc<Alarm>,
    losses: Losses,
    times_in: Cell<usize>,
}

/// Asks for this again and again, holds it over so many yields, and yields so often before it asks again.
async fn work(lock: &RwLock<u64>, asks: Asks, held: usize, free: usize, tally: Rc<Tally>) {
    loop {
        asks.once(lock, held, &tally.losses).await;
        tally.times_in.set(tally.times_in.get() + 1);
        pause(free).await;
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

struct Executor<'a> {
    agenda: Arc<Agenda>,
    tasks: Vec<Running<'a>>,
    tallies: Vec<Rc<Tally>>,
    /// Each task is polled once in so many polls of others, or if nobody else is woken.
    once_in: Vec<usize>,
    polls: usize,
    /// How many polls there had been at the last one of this task.
    polled_at: Vec<usize>,
}

impl<'a> Executor<'a> {
    fn new() -> Self {
        Executor {
            agenda: Arc::default(),
            tasks: Vec::new(),
            tallies: Vec::new(),
            once_in: Vec::new(),
            polls: 0,
            polled_at: Vec::new(),
        }
    }

    fn spawn(&mut self, once_in: usize, work: impl FnOnce(Rc<Tally>) -> Running<'a>) {
        let who = self.tasks.len();
        let alarm = Alarm::new(who, &self.agenda);
        let tally = Tally { alarm, losses: Losses::default(), times_in: Cell::new(0) };
        let tally = Rc::new(tally);
        self.tasks.push(work(Rc::clone(&tally)));
        self.tallies.push(tally);
        self.once_in.push(once_in);
        self.polled_at.push(0);
        self.agenda.put(who);
    }

    /// Polls the first that is woken and due, or else the first that is woken.
    fn step(&mut self) {
        let is_due = |who: usize| self.polls - self.polled_at[who] >= self.once_in[who];
        let who = self.agenda.take_first(is_due).or_else(|| self.agenda.take());
        let who = who.expect("everybody sleeps");
        let waker = self.tallies[who].alarm.waker();
        assert!(self.tasks[who].as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        self.polls += 1;
        self.polled_at[who] = self.polls;
    }
}

/// A crowd of which one or two are polled once in `once_in` polls, and at times others once in fewer; one
/// alone if arrivals do not defer for longer than that, since those who are due wait for one another.
fn crowd(rng: &mut Rng, once_in: usize, asks: &[Asks]) {
    let lock = RwLock::new(0);
    let mut executor = Executor::new();
    let is_alone = once_in == MAX_DEFERRALS;
    let slow = if is_alone { 1 } else { 1 + rng.below(2) };
    let fast = 1 + rng.below(5);
    let mut told = Vec::new();
    for who in 0..slow + fast {
        let asks = asks[rng.below(asks.len())];
        let (held, free) = (rng.below(4), rng.below(3));
        let once_in = match who {
            who if who < slow => once_in / (1 + who * rng.below(3)).max(1),
            _ if !is_alone && rng.one_in(4) => 1 + rng.below(once_in),
            _ => 0,
        };
        told.push((asks, held, free, once_in));
        // A task that never waits for anything runs for ever.
        let (held, free) = if held + free == 0 { (1, 0) } else { (held, free) };
        executor.spawn(once_in, |tally| Box::pin(work(&lock, asks, held, free, tally)));
    }
    for _ in 0..once_in * 300 {
        executor.step();
    }
    let all_told = format!("{told:?}");
    for (tally, told) in executor.tallies.iter().zip(&told) {
        let (losses, times) = (tally.losses.most(), tally.times_in.get());
        assert!(losses <= MAX_LOSSES, "{losses} losses of {told:?} among {all_told}");
        assert!(
            times > 0,
            "{told:?} of {all_told} never got in among {:?}",
            executor.tallies.iter().map(|t| t.times_in.get()).collect::<Vec<_>>()
        );
    }
}

fn crowds(times: u64) {
    let all: &[(usize, u64)] = if cfg!(feature = "std") {
        &[(8, 100), (61, 25), (200, 10), (1000, 4)]
    } else {
        // Without `std` those of others count up to 16.
        &[(4, 400), (8, 400), (16, 200)]
    };
    for &(once_in, seeds) in all {
        for_seeds(seeds * times, |rng| crowd(rng, once_in, &Asks::ALL));
    }
}

#[test]
fn who_is_polled_once_in_many_turns_is_in_after_a_few_losses() {
    crowds(1);
}

#[test]
#[ignore = "millions of polls: with optimizations"]
fn who_is_polled_once_in_many_turns_is_in_after_a_few_losses_for_longer() {
    crowds(16);
}
