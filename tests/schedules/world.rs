//! One lock, its tasks, and a plain account of who has what.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use any_rwlock::futures::{Read, UpgradableRead, Upgrade, Write};
use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

use super::agenda::{Agenda, Alarm};

/// The value counts the writes.
pub(crate) type Lock = RwLock<usize>;

pub(crate) enum Guard<'a> {
    Read(RwLockReadGuard<'a, usize>),
    Upgradable(RwLockUpgradableReadGuard<'a, usize>),
    Write(RwLockWriteGuard<'a, usize>),
}

impl Guard<'_> {
    fn value(&self) -> usize {
        match self {
            Guard::Read(guard) => **guard,
            Guard::Upgradable(guard) => **guard,
            Guard::Write(guard) => **guard,
        }
    }
}

pub(crate) enum Wait<'a> {
    Read(Pin<Box<Read<'a, usize>>>),
    Upgradable(Pin<Box<UpgradableRead<'a, usize>>>),
    Write(Pin<Box<Write<'a, usize>>>),
    Upgrade(Pin<Box<Upgrade<'a, usize>>>),
}

impl<'a> Wait<'a> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Guard<'a>> {
        match self {
            Wait::Read(future) => future.as_mut().poll(cx).map(Guard::Read),
            Wait::Upgradable(future) => future.as_mut().poll(cx).map(Guard::Upgradable),
            Wait::Write(future) => future.as_mut().poll(cx).map(Guard::Write),
            Wait::Upgrade(future) => future.as_mut().poll(cx).map(Guard::Write),
        }
    }
}

pub(crate) enum Doing<'a> {
    Nothing,
    Waiting(Wait<'a>),
    /// Waiting, and never polled again.
    Abandoned(Wait<'a>),
    /// With the value as it was when the access, or the one it was made of, began.
    Holding(Guard<'a>, usize),
}

pub(crate) struct Task<'a> {
    pub(crate) doing: Doing<'a>,
    alarm: Arc<Alarm>,
}

pub(crate) struct World<'a> {
    pub(crate) lock: &'a Lock,
    pub(crate) tasks: Vec<Task<'a>>,
    pub(crate) agenda: Arc<Agenda>,
}

/// How many have each access, and how many wait for exclusive access.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) readers: usize,
    pub(crate) upgradables: usize,
    pub(crate) writers: usize,
    pub(crate) waiting_writers: usize,
    pub(crate) waiting_upgraders: usize,
}

impl Account {
    fn check(&self) {
        assert!(self.upgradables <= 1 && self.writers <= 1, "{self:?}");
        assert!(self.writers == 0 || self.readers + self.upgradables == 0, "{self:?}");
    }

    fn is_idle(&self) -> bool {
        self.writers + self.readers == 0 && self.upgradables == self.waiting_upgraders
    }

    /// Whether `try_read` may or must succeed. Between the two: who has only deferred so far
    /// may not be on record yet.
    pub(crate) fn admits_read(&self) -> (bool, bool) {
        let nobody_waits = self.waiting_writers + self.waiting_upgraders == 0;
        let nobody_has_access = self.readers + self.upgradables == 0;
        (self.writers == 0, self.writers == 0 && (nobody_waits || nobody_has_access))
    }

    /// The same of `try_upgradable_read`.
    pub(crate) fn admits_upgradable(&self) -> (bool, bool) {
        let (may, must) = self.admits_read();
        (may && self.upgradables == 0, must && self.upgradables == 0)
    }

    pub(crate) fn admits_write(&self) -> (bool, bool) {
        let free = self.readers + self.upgradables + self.writers == 0;
        (free, free)
    }

    pub(crate) fn admits_upgrade(&self) -> bool {
        self.readers == 0
    }
}

impl<'a> World<'a> {
    pub(crate) fn new(lock: &'a Lock, tasks: usize) -> World<'a> {
        let agenda = Arc::new(Agenda::default());
        let task = |who| Task { doing: Doing::Nothing, alarm: Alarm::new(who, &agenda) };
        World { lock, tasks: (0..tasks).map(task).collect(), agenda: Arc::clone(&agenda) }
    }

    pub(crate) fn account(&self) -> Account {
        let mut account = Account::default();
        for task in &self.tasks {
            match &task.doing {
                Doing::Nothing => {}
                Doing::Holding(Guard::Read(_), _) => account.readers += 1,
                Doing::Holding(Guard::Upgradable(_), _) => account.upgradables += 1,
                Doing::Holding(Guard::Write(_), _) => account.writers += 1,
                Doing::Waiting(wait) | Doing::Abandoned(wait) => match wait {
                    Wait::Write(_) => account.waiting_writers += 1,
                    Wait::Upgrade(_) => {
                        account.waiting_upgraders += 1;
                        account.upgradables += 1;
                    }
                    Wait::Read(_) | Wait::Upgradable(_) => {}
                },
            }
        }
        account
    }

    /// Nobody has access beside somebody who must be alone, nobody's value has changed, and a report says the same.
    pub(crate) fn check(&self) {
        self.account().check();
        super::reported::check(self);
        for task in &self.tasks {
            if let Doing::Holding(guard, began) = &task.doing {
                let own = usize::from(matches!(guard, Guard::Write(_)));
                assert_eq!(guard.value(), began + own, "somebody else wrote");
            }
        }
    }

    /// A guard has been had: a writer writes at once, once.
    pub(crate) fn hold(&mut self, who: usize, mut guard: Guard<'a>) {
        let began = guard.value();
        if let Guard::Write(guard) = &mut guard {
            **guard += 1;
        }
        self.tasks[who].doing = Doing::Holding(guard, began);
    }

    /// Polls. One that must go on waiting while others have access wakes at most itself; one that
    /// defers may wake again those for whom it does.
    pub(crate) fn poll(&mut self, who: usize, mut wait: Wait<'a>) -> bool {
        self.agenda.take_this(who);
        let others = self.wakes_of_others(who);
        let waker = self.tasks[who].alarm.waker();
        match wait.poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(guard) => {
                self.hold(who, guard);
                true
            }
            Poll::Pending => {
                self.tasks[who].doing = Doing::Waiting(wait);
                let idle = self.account().is_idle();
                assert!(
                    idle || self.wakes_of_others(who) == others,
                    "a poll in vain woke somebody"
                );
                false
            }
        }
    }

    /// Polls again whoever waits and is not abandoned; whether it had to go on waiting.
    pub(crate) fn poll_again(&mut self, who: usize) -> bool {
        match self.take(who) {
            Doing::Waiting(wait) => !self.poll(who, wait),
            other => {
                self.tasks[who].doing = other;
                false
            }
        }
    }

    pub(crate) fn take(&mut self, who: usize) -> Doing<'a> {
        std::mem::replace(&mut self.tasks[who].doing, Doing::Nothing)
    }

    fn wakes_of_others(&self, who: usize) -> usize {
        let others = self.tasks.iter().enumerate().filter(|&(other, _)| other != who);
        others.map(|(_, task)| task.alarm.wakes()).sum()
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes_of_others(usize::MAX)
    }
}
