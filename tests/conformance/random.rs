//! A world of a few actors that do anything at random with one lock.

use std::pin::Pin;
use std::sync::Arc;

use any_rwlock::futures::Upgrade;
use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use crate::support::*;

enum Actor<'a> {
    Idle,
    Waiting(Task<'a, Guard<'a>>),
    Upgrading { upgrade: Pin<Box<Upgrade<'a, u64>>>, wakes: Arc<Wakes>, seen: usize },
    Holding(Guard<'a>),
}

impl Actor<'_> {
    fn is_woken(&self) -> bool {
        match self {
            Actor::Idle | Actor::Holding(_) => false,
            Actor::Waiting(task) => task.is_woken(),
            Actor::Upgrading { wakes, seen, .. } => wakes.count() > *seen,
        }
    }

    fn waits(&self) -> bool {
        matches!(self, Actor::Waiting(_) | Actor::Upgrading { .. })
    }
}

pub(crate) struct World<'a> {
    lock: &'a RwLock<u64>,
    random: Random,
    actors: Vec<Actor<'a>>,
    /// What the value has to be.
    writes: u64,
}

impl<'a> World<'a> {
    pub(crate) fn new(lock: &'a RwLock<u64>, seed: u64) -> World<'a> {
        let mut random = Random::new(seed);
        let actors = (0..3 + random.below(4)).map(|_| Actor::Idle).collect();
        World { lock, random, actors, writes: 0 }
    }

    /// Somebody does something.
    pub(crate) fn step(&mut self) {
        let index = self.random.below(self.actors.len());
        let actor = std::mem::replace(&mut self.actors[index], Actor::Idle);
        self.actors[index] = match actor {
            Actor::Idle => self.start(),
            Actor::Waiting(task) => match self.random.below(4) {
                0 => Actor::Idle,
                _ => self.poll_task(task),
            },
            Actor::Upgrading { upgrade, wakes, .. } => match self.random.below(5) {
                0 => Actor::Idle,
                1 => Self::cancel(upgrade),
                _ => self.poll_upgrade(upgrade, wakes),
            },
            Actor::Holding(guard) => match self.random.below(3) {
                0 => Actor::Idle,
                _ => self.convert(guard),
            },
        };
    }

    fn start(&mut self) -> Actor<'a> {
        let kind = self.random.kind::<RwLock<u64>>();
        match self.random.below(8) {
            0 => match kind.attempt(self.lock) {
                Some(guard) => self.hold(guard),
                None => Actor::Idle,
            },
            1 => Actor::Waiting(kind.task(self.lock)),
            _ => self.poll_task(kind.task(self.lock)),
        }
    }

    fn poll_task(&mut self, mut task: Task<'a, Guard<'a>>) -> Actor<'a> {
        match task.poll() {
            Some(guard) => self.hold(guard),
            None => Actor::Waiting(task),
        }
    }

    fn poll_upgrade(
        &mut self,
        mut upgrade: Pin<Box<Upgrade<'a, u64>>>,
        wakes: Arc<Wakes>,
    ) -> Actor<'a> {
        let seen = wakes.count();
        match poll_with(&mut upgrade, &wakes) {
            Some(guard) => self.hold(Guard::Write(guard)),
            None => Actor::Upgrading { upgrade, wakes, seen },
        }
    }

    fn cancel(mut upgrade: Pin<Box<Upgrade<'a, u64>>>) -> Actor<'a> {
        let guard = upgrade.as_mut().cancel().expect("not done");
        Actor::Holding(Guard::UpgradableRead(guard))
    }

    /// A guard sees every write before it; a writer adds one.
    fn hold(&mut self, mut guard: Guard<'a>) -> Actor<'a> {
        assert_eq!(guard.value(), self.writes);
        if let Guard::Write(guard) = &mut guard {
            **guard += 1;
            self.writes += 1;
        }
        Actor::Holding(guard)
    }

    fn convert(&mut self, guard: Guard<'a>) -> Actor<'a> {
        let choice = self.random.below(3);
        match guard {
            Guard::Read(_) => Actor::Holding(guard),
            Guard::UpgradableRead(guard) => match choice {
                0 => Actor::Holding(Guard::Read(RwLockUpgradableReadGuard::downgrade(guard))),
                1 => match RwLockUpgradableReadGuard::try_upgrade(guard) {
                    Ok(guard) => self.hold(Guard::Write(guard)),
                    Err(guard) => Actor::Holding(Guard::UpgradableRead(guard)),
                },
                _ => {
                    let upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(guard));
                    self.poll_upgrade(upgrade, Wakes::new())
                }
            },
            Guard::Write(guard) => Actor::Holding(match choice {
                0 => Guard::Read(RwLockWriteGuard::downgrade(guard)),
                1 => Guard::UpgradableRead(RwLockWriteGuard::downgrade_to_upgradable(guard)),
                _ => Guard::Write(guard),
            }),
        }
    }

    pub(crate) fn assert_exclusion(&self) {
        let held = |kind| {
            let is_held = |actor: &&Actor<'_>| match actor {
                Actor::Holding(guard) => guard.kind() == kind,
                Actor::Upgrading { .. } => kind == Kind::UpgradableRead,
                _ => false,
            };
            self.actors.iter().filter(is_held).count()
        };
        let (readers, upgradables, writers) =
            (held(Kind::Read), held(Kind::UpgradableRead), held(Kind::Write));
        assert!(upgradables <= 1, "{} upgradable readers", upgradables);
        if writers > 0 {
            assert_eq!((readers, upgradables, writers), (0, 0, 1));
        }
    }

    /// Everybody gives up, in a random order.
    pub(crate) fn cancel_all(&mut self) {
        while !self.actors.is_empty() {
            let index = self.random.below(self.actors.len());
            drop(self.actors.swap_remove(index));
        }
    }

    /// From here on everybody behaves: a task is polled when it is woken, in a random order, and a
    /// guard is dropped. Panics when somebody is left asleep.
    pub(crate) fn run_to_the_end(&mut self) {
        self.poll_unpolled();
        loop {
            let holds = |actor: &Actor<'_>| matches!(actor, Actor::Holding(_));
            let can_go: Vec<usize> = (0..self.actors.len())
                .filter(|&index| holds(&self.actors[index]) || self.actors[index].is_woken())
                .collect();
            if can_go.is_empty() {
                break;
            }
            let next = can_go[self.random.below(can_go.len())];
            self.behave(next);
        }
        let asleep = self.actors.iter().filter(|actor| actor.waits()).count();
        assert_eq!(asleep, 0, "left asleep");
    }

    fn poll_unpolled(&mut self) {
        for index in 0..self.actors.len() {
            if self.actors[index].waits() {
                self.behave(index);
            }
        }
    }

    fn behave(&mut self, index: usize) {
        let actor = std::mem::replace(&mut self.actors[index], Actor::Idle);
        self.actors[index] = match actor {
            Actor::Idle | Actor::Holding(_) => Actor::Idle,
            Actor::Waiting(task) => self.poll_task(task),
            Actor::Upgrading { upgrade, wakes, .. } => self.poll_upgrade(upgrade, wakes),
        };
    }
}
