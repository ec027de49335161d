//! Who goes next, when every task is polled in the order of wake-ups.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use super::agenda::{Agenda, Alarm};
use super::chance::{for_seeds, Rng};

/// What the tasks have seen of one another.
#[derive(Default)]
struct Log {
    /// In the order of their first polls; `true`: an upgrade.
    waiting_writers: Vec<(usize, bool)>,
    /// An upgrade, which goes before every writer, is woken though one of them was; they may come in
    /// either order.
    has_upgrades: bool,
    arrivals: usize,
    writers_inside: usize,
    writes_begun: usize,
    writes_ended: usize,
}

/// The log as an arrival found it.
struct Arrival {
    place: usize,
    writes_to_come: usize,
    writes_ended: usize,
}

impl Log {
    fn arrive(&mut self) -> Arrival {
        self.arrivals += 1;
        Arrival {
            place: self.arrivals,
            writes_to_come: self.writes_begun - self.writers_inside,
            writes_ended: self.writes_ended,
        }
    }

    fn reader_enters(&self, arrival: &Arrival) {
        let waited_for = self.writes_begun - arrival.writes_to_come;
        assert!(waited_for <= 1, "a reader waited for {waited_for} writes");
        let overtaken = self.waiting_writers.iter().any(|&(place, _)| place < arrival.place);
        let a_phase_has_ended = self.writes_ended > arrival.writes_ended;
        assert!(!overtaken || a_phase_has_ended || self.has_upgrades, "a reader overtook a writer");
    }

    fn writer_arrives(&mut self, upgrade: bool) -> Arrival {
        let arrival = self.arrive();
        self.waiting_writers.push((arrival.place, upgrade));
        self.has_upgrades |= upgrade;
        arrival
    }

    fn writer_enters(&mut self, arrival: &Arrival, upgrade: bool) {
        let before = |&&(place, kind): &&(usize, bool)| kind >= upgrade && place < arrival.place;
        let overtaken = self.waiting_writers.iter().filter(before).count();
        assert!(overtaken <= usize::from(self.has_upgrades), "a writer overtook {overtaken}");
        self.waiting_writers.retain(|&(place, _)| place != arrival.place);
        self.writers_inside += 1;
        self.writes_begun += 1;
    }

    fn writer_leaves(&mut self) {
        self.writers_inside -= 1;
        self.writes_ended += 1;
    }
}

struct Worker<'a> {
    lock: &'a RwLock<()>,
    log: Rc<RefCell<Log>>,
    rng: Rng,
}

impl Worker<'_> {
    async fn work(mut self, upgradables: bool) {
        for _ in 0..8 {
            match self.rng.below(if upgradables { 8 } else { 6 }) {
                0..=2 => self.read().await,
                3..=5 => self.write().await,
                6 => self.upgrade().await,
                _ => self.look().await,
            }
            // Half of the time it comes back in the same poll.
            if self.rng.one_in(2) {
                self.pause(4).await;
            }
        }
    }

    async fn read(&mut self) {
        let arrival = self.log.borrow_mut().arrive();
        let guard = self.lock.read().await;
        self.log.borrow().reader_enters(&arrival);
        self.pause(3).await;
        drop(guard);
    }

    async fn write(&mut self) {
        let arrival = self.log.borrow_mut().writer_arrives(false);
        let guard = self.lock.write().await;
        self.log.borrow_mut().writer_enters(&arrival, false);
        self.pause(3).await;
        self.log.borrow_mut().writer_leaves();
        match self.rng.below(4) {
            0 => {
                let reader = RwLockWriteGuard::downgrade(guard);
                self.pause(3).await;
                drop(reader);
            }
            _ => drop(guard),
        }
    }

    /// An upgradable read. Those wait for one another, so the bounds are not for them.
    async fn look(&mut self) {
        let guard = self.lock.upgradable_read().await;
        self.pause(3).await;
        drop(guard);
    }

    async fn upgrade(&mut self) {
        let guard = self.lock.upgradable_read().await;
        self.pause(3).await;
        let arrival = self.log.borrow_mut().writer_arrives(true);
        let guard = RwLockUpgradableReadGuard::upgrade(guard).await;
        self.log.borrow_mut().writer_enters(&arrival, true);
        self.pause(3).await;
        self.log.borrow_mut().writer_leaves();
        drop(guard);
    }

    async fn pause(&mut self, limit: usize) {
        for _ in 0..self.rng.below(limit) {
            futures_lite::future::yield_now().await;
        }
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls in the order of wake-ups, until everybody is done.
fn run(mut tasks: Vec<Running<'_>>) {
    let agenda = Arc::new(Agenda::default());
    let alarms: Vec<_> = (0..tasks.len()).map(|who| Alarm::new(who, &agenda)).collect();
    (0..tasks.len()).for_each(|who| agenda.put(who));
    let mut running = tasks.len();
    while let Some(who) = agenda.take() {
        let waker = alarms[who].waker();
        if let Poll::Ready(()) = tasks[who].as_mut().poll(&mut Context::from_waker(&waker)) {
            // A stray wake-up must not poll what is done.
            tasks[who] = Box::pin(std::future::pending());
            running -= 1;
        }
    }
    assert_eq!(running, 0, "somebody sleeps, and nobody will wake it");
}

fn work(rng: &mut Rng, upgradables: bool) {
    let lock = RwLock::new(());
    let log = Rc::new(RefCell::new(Log::default()));
    let worker = |rng: &mut Rng| Worker {
        lock: &lock,
        log: Rc::clone(&log),
        rng: Rng::new(rng.below(usize::MAX) as u64),
    };
    let tasks = 2 + rng.below(7);
    run((0..tasks).map(|_| Box::pin(worker(rng).work(upgradables)) as Running<'_>).collect());
    assert!(lock.try_write().is_some());
}

#[test]
fn a_reader_waits_for_one_write_at_most_and_a_writer_for_those_before_it() {
    for_seeds(600, |rng| work(rng, false));
}

#[test]
fn the_bounds_hold_beside_upgradable_readers() {
    for_seeds(600, |rng| work(rng, true));
}
