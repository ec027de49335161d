//! One lock, those who use it, and what each of them can do next.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use crate::futures::UpgradeArc;
use crate::state::Access;
use crate::sync::tests::interrupt;
use crate::{RwLock, RwLockReadGuardArc, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};

/// Those who use the lock: some of the main program, the last two of the interrupt.
pub(super) const CAST: usize = 6;

/// More polls than a task needs that defers as often as it must.
const MANY_POLLS: usize = 5000;

/// What somebody does. Who is not in a position to do it does nothing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Whether or not it succeeds.
    Try(usize, Access),
    /// Makes a future, and does not poll it yet.
    LockRequest(usize, Access),
    /// Once, woken or not.
    Poll(usize),
    /// As often as it is woken, at once.
    Run(usize),
    /// Everybody who is woken is polled, in this order.
    RunAll,
    /// A guard or a future.
    Drop(usize),
    /// The first has a clone of the second's guard.
    Clone(usize, usize),
    TryUpgrade(usize),
    Upgrade(usize),
    UpgradeRef(usize),
    /// Of an upgrade.
    Cancel(usize),
    Downgrade(usize),
    DowngradeToUpgradable(usize),
    /// Somebody has seen that tasks run on several processors.
    SeenInParallel,
}

enum Guard {
    Read(RwLockReadGuardArc<usize>),
    Upgradable(RwLockUpgradableReadGuardArc<usize>),
    Write(RwLockWriteGuardArc<usize>),
}

impl Guard {
    fn value(&self) -> usize {
        match self {
            Guard::Read(guard) => **guard,
            Guard::Upgradable(guard) => **guard,
            Guard::Write(guard) => **guard,
        }
    }
}

enum Wait {
    Access(Pin<Box<dyn Future<Output = Guard>>>),
    Upgrade(Pin<Box<UpgradeArc<usize>>>),
    /// It writes, and is an upgradable reader again.
    UpgradeRef(Pin<Box<dyn Future<Output = Guard>>>),
}

impl Wait {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Guard> {
        match self {
            Wait::Access(future) | Wait::UpgradeRef(future) => future.as_mut().poll(cx),
            Wait::Upgrade(future) => future.as_mut().poll(cx).map(Guard::Write),
        }
    }
}

enum Doing {
    Nothing,
    /// In the middle of a step, where an interrupt came in.
    Busy,
    Waiting(Wait),
    /// With the value as it was when the access, or the one that it was made of, began.
    Holding(Guard, usize),
}

/// The guard has been had: a writer writes at once, once.
fn holding(mut guard: Guard) -> Doing {
    let began = guard.value();
    if let Guard::Write(guard) = &mut guard {
        **guard += 1;
    }
    Doing::Holding(guard, began)
}

/// Who has been woken, in this order.
#[derive(Default)]
struct Agenda(Mutex<VecDeque<usize>>);

impl Agenda {
    fn take(&self) -> Option<usize> {
        self.0.lock().unwrap().pop_front()
    }

    fn take_this(&self, who: usize) -> bool {
        let mut queue = self.0.lock().unwrap();
        let entry = queue.iter().position(|&woken| woken == who);
        entry.and_then(|entry| queue.remove(entry)).is_some()
    }

    fn put(&self, who: usize) {
        let mut queue = self.0.lock().unwrap();
        if !queue.contains(&who) {
            queue.push_back(who);
        }
    }
}

struct Alarm(usize, Arc<Agenda>);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.1.put(self.0);
    }
}

pub(super) struct Stage {
    lock: Arc<RwLock<usize>>,
    /// Borrowed for a moment only: never while something is done with the lock.
    slots: RefCell<[Doing; CAST]>,
    agenda: Arc<Agenda>,
    wakers: [Waker; CAST],
}

/// What is done.
impl Stage {
    pub(super) fn new() -> Stage {
        let agenda = Arc::new(Agenda::default());
        Stage {
            lock: Arc::new(RwLock::new(0)),
            slots: RefCell::new([(); CAST].map(|()| Doing::Nothing)),
            wakers: core::array::from_fn(|who| Arc::new(Alarm(who, Arc::clone(&agenda))).into()),
            agenda,
        }
    }

    /// Whether it could be done.
    pub(super) fn act(&self, step: Step) -> bool {
        match step {
            Step::Try(who, access) => self.begin(who, || self.attempt(access)),
            Step::LockRequest(who, access) => self.begin(who, || self.ask(who, access)),
            Step::Poll(who) => self.poll(who),
            Step::Run(who) => self.run(who),
            Step::RunAll => self.run_all(),
            Step::Clone(who, of) => self.clone_guard(who, of),
            Step::Drop(who) => self.change(who, |doing| match doing {
                Doing::Nothing => Err(Doing::Nothing),
                doing => {
                    drop(doing);
                    Ok(Doing::Nothing)
                }
            }),
            Step::SeenInParallel => {
                self.lock.raw.waiting().fairness.spin_budget().earn_by_chance();
                true
            }
            Step::Cancel(who) => self.change(who, |doing| match doing {
                Doing::Waiting(Wait::Upgrade(mut upgrade)) => {
                    Ok(holding(Guard::Upgradable(upgrade.as_mut().cancel().expect("pending"))))
                }
                doing => Err(doing),
            }),
            Step::TryUpgrade(who)
            | Step::Upgrade(who)
            | Step::UpgradeRef(who)
            | Step::Downgrade(who)
            | Step::DowngradeToUpgradable(who) => self.change(who, |doing| match doing {
                Doing::Holding(guard, began) => {
                    self.convert(step, guard).map_err(|guard| Doing::Holding(guard, began))
                }
                doing => Err(doing),
            }),
        }
    }

    /// Changes what somebody does, if nobody is just doing that.
    fn change(&self, who: usize, change: impl FnOnce(Doing) -> Result<Doing, Doing>) -> bool {
        let doing = self.put(who, Doing::Busy);
        if let Doing::Busy = doing {
            return false;
        }
        let changed = change(doing);
        let is_done = changed.is_ok();
        self.put(who, changed.unwrap_or_else(|unchanged| unchanged));
        self.check();
        is_done
    }

    fn put(&self, who: usize, doing: Doing) -> Doing {
        core::mem::replace(&mut self.slots.borrow_mut()[who], doing)
    }

    fn begin(&self, who: usize, begin: impl FnOnce() -> Doing) -> bool {
        self.change(who, |doing| match doing {
            Doing::Nothing => Ok(begin()),
            doing => Err(doing),
        })
    }

    fn attempt(&self, access: Access) -> Doing {
        let guard = match access {
            Access::Read => self.lock.try_read_arc().map(Guard::Read),
            Access::RecursiveRead => self.lock.try_read_recursive_arc().map(Guard::Read),
            Access::UpgradableRead => self.lock.try_upgradable_read_arc().map(Guard::Upgradable),
            Access::Write => self.lock.try_write_arc().map(Guard::Write),
            Access::Upgrade => unreachable!("a conversion"),
        };
        guard.map_or(Doing::Nothing, holding)
    }

    /// A task that has been spawned counts as woken.
    fn ask(&self, who: usize, access: Access) -> Doing {
        self.agenda.put(who);
        let lock = Arc::clone(&self.lock);
        Doing::Waiting(Wait::Access(match access {
            Access::Read => Box::pin(async move { Guard::Read(lock.read_arc().await) }),
            Access::RecursiveRead => {
                Box::pin(async move { Guard::Read(lock.read_recursive_arc().await) })
            }
            Access::UpgradableRead => {
                Box::pin(async move { Guard::Upgradable(lock.upgradable_read_arc().await) })
            }
            Access::Write => Box::pin(async move { Guard::Write(lock.write_arc().await) }),
            Access::Upgrade => unreachable!("a conversion"),
        }))
    }

    fn convert(&self, step: Step, guard: Guard) -> Result<Doing, Guard> {
        use {RwLockUpgradableReadGuardArc as Upgradable, RwLockWriteGuardArc as Write};
        Ok(match (step, guard) {
            (Step::TryUpgrade(_), Guard::Upgradable(guard)) => {
                holding(Upgradable::try_upgrade(guard).map_or_else(Guard::Upgradable, Guard::Write))
            }
            (Step::Upgrade(who), Guard::Upgradable(guard)) => {
                self.agenda.put(who);
                Doing::Waiting(Wait::Upgrade(Box::pin(Upgradable::upgrade(guard))))
            }
            (Step::UpgradeRef(who), Guard::Upgradable(mut guard)) => {
                self.agenda.put(who);
                Doing::Waiting(Wait::UpgradeRef(Box::pin(async move {
                    let began = *guard;
                    *Upgradable::upgrade_ref(&mut guard).await += 1;
                    assert_eq!(*guard, began + 1, "somebody else wrote");
                    Guard::Upgradable(guard)
                })))
            }
            (Step::Downgrade(_), Guard::Upgradable(guard)) => {
                holding(Guard::Read(Upgradable::downgrade(guard)))
            }
            (Step::Downgrade(_), Guard::Write(guard)) => {
                holding(Guard::Read(Write::downgrade(guard)))
            }
            (Step::DowngradeToUpgradable(_), Guard::Write(guard)) => {
                holding(Guard::Upgradable(Write::downgrade_to_upgradable(guard)))
            }
            (_, guard) => return Err(guard),
        })
    }

    fn clone_guard(&self, who: usize, of: usize) -> bool {
        let clone = |doing| match doing {
            Doing::Nothing => {
                let mut clone = None;
                self.change(of, |doing| {
                    if let Doing::Holding(Guard::Read(guard), _) = &doing {
                        clone = Some(Guard::Read(RwLockReadGuardArc::clone(guard)));
                    }
                    Ok(doing)
                });
                clone.map(holding).ok_or(Doing::Nothing)
            }
            doing => Err(doing),
        };
        self.change(who, clone)
    }

    fn poll(&self, who: usize) -> bool {
        self.agenda.take_this(who);
        self.change(who, |doing| match doing {
            Doing::Waiting(mut wait) => {
                Ok(match wait.poll(&mut Context::from_waker(&self.wakers[who])) {
                    Poll::Ready(guard) => holding(guard),
                    Poll::Pending => Doing::Waiting(wait),
                })
            }
            doing => Err(doing),
        })
    }

    fn run(&self, who: usize) -> bool {
        let polls = (0..MANY_POLLS).take_while(|_| self.agenda.take_this(who) && self.poll(who));
        let polls = polls.count();
        assert!(polls < MANY_POLLS, "it defers for ever");
        polls > 0
    }

    fn run_all(&self) -> bool {
        let polls = (0..CAST * MANY_POLLS)
            .take_while(|_| self.agenda.take().map(|who| self.poll(who)).is_some())
            .count();
        assert!(polls < CAST * MANY_POLLS, "tasks wake one another in a circle");
        polls > 0
    }
}

/// What must be true.
impl Stage {
    fn has(&self, is_so: impl Fn(&Doing) -> bool) -> usize {
        self.slots.borrow().iter().filter(|doing| is_so(doing)).count()
    }

    /// Those who have access may have it together, and nobody else wrote meanwhile. If nobody is
    /// in the middle of a step, the word counts them.
    fn check(&self) {
        let [mut readers, mut upgradables, mut writers, mut busy] = [0; 4];
        for doing in self.slots.borrow().iter() {
            match doing {
                Doing::Nothing | Doing::Waiting(Wait::Access(_)) => (),
                Doing::Busy => busy += 1,
                Doing::Waiting(Wait::Upgrade(_) | Wait::UpgradeRef(_)) => upgradables += 1,
                Doing::Holding(guard, began) => {
                    let (count, own) = match guard {
                        Guard::Read(_) => (&mut readers, 0),
                        Guard::Upgradable(_) => (&mut upgradables, 0),
                        Guard::Write(_) => (&mut writers, 1),
                    };
                    *count += 1;
                    assert_eq!(guard.value(), began + own, "somebody else wrote");
                }
            }
        }
        let found = (readers, upgradables, writers);
        assert!(upgradables <= 1 && writers <= 1, "{found:?}");
        assert!(writers == 0 || readers + upgradables == 0, "{found:?}");
        if busy == 0 {
            let state = interrupt::unhooked(|| self.lock.raw.snapshot());
            let counted = (state.is_upgradable_locked(), state.is_write_locked());
            assert_eq!(state.readers(), readers, "{state:?}");
            assert_eq!(counted, (upgradables == 1, writers == 1), "{state:?}");
        }
    }

    /// Guards are dropped, and who is woken is polled, until everybody is done.
    pub(super) fn run_down(&self) {
        self.release_all();
        while self.run_all() {
            self.release_all();
        }
        let asleep = self.has(|doing| !matches!(doing, Doing::Nothing));
        assert_eq!(asleep, 0, "the lock is free, and somebody sleeps: {:?}", self.lock);
    }

    fn release_all(&self) {
        let is_held = |doing: &Doing| matches!(doing, Doing::Holding(..));
        while self.has(is_held) > 0 {
            for who in 0..CAST {
                if is_held(&self.slots.borrow()[who]) {
                    self.act(Step::Drop(who));
                }
            }
        }
    }

    /// After the run-down. That somebody may still sleep, or come, is all that may have been left on
    /// record; a writer clears it up.
    pub(super) fn assert_free(&self) {
        let state = self.lock.raw.snapshot();
        assert!(!state.is_locked() && !state.has_waiting_writer(), "{state:?}");
        let shown = std::format!("{state:?}");
        assert!(shown.contains(" writer_woken: false, upgrader_woken: false"), "{state:?}");
        assert!(self.lock.try_write().is_some(), "{state:?}");
        assert_eq!(self.lock.raw.snapshot(), crate::state::State::FREE);
    }
}
