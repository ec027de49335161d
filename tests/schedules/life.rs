//! Anybody does anything at any time.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use super::chance::Rng;
use super::world::{Doing, Guard, Lock, Wait, World};

pub(crate) struct Habits {
    pub(crate) steps: usize,
    /// One in so many steps of a waiting task is spent on never polling it again; 0: none.
    pub(crate) abandons: usize,
    /// One in so many is spent on giving up.
    pub(crate) gives_up: usize,
}

/// A whole life: in the end whoever has been polled when woken, and not given up, is done.
pub(crate) fn live_to_the_end(rng: &mut Rng, habits: &Habits) {
    let lock = RwLock::new(0);
    let mut world = live(&lock, rng, habits);
    run_down(&mut world);
    for who in 0..world.tasks.len() {
        if matches!(world.tasks[who].doing, Doing::Abandoned(_)) {
            drop(world.take(who));
            run_down(&mut world);
        }
    }
    assert_all_done(&world);
    drop(world);
    assert_free(&lock);
}

pub(crate) fn live<'a>(lock: &'a Lock, rng: &mut Rng, habits: &Habits) -> World<'a> {
    let tasks = 2 + rng.below(6);
    let mut world = World::new(lock, tasks);
    for _ in 0..habits.steps {
        let who = rng.below(world.tasks.len());
        match world.take(who) {
            Doing::Nothing => arrive(&mut world, who, rng),
            Doing::Waiting(wait) => go_on_waiting(&mut world, who, wait, rng, habits),
            Doing::Abandoned(wait) => abandoned(&mut world, who, wait, rng),
            Doing::Holding(guard, began) => go_on_holding(&mut world, who, guard, began, rng),
        }
        world.check();
    }
    world
}

fn arrive(world: &mut World<'_>, who: usize, rng: &mut Rng) {
    let lock = world.lock;
    let account = world.account();
    let (got, (may, must)) = match rng.below(10) {
        0 => (lock.try_read().map(Guard::Read), account.admits_read()),
        1 => (lock.try_upgradable_read().map(Guard::Upgradable), account.admits_upgradable()),
        2 => (lock.try_write().map(Guard::Write), account.admits_write()),
        3..=5 => return begin(world, who, Wait::Read(Box::pin(lock.read()))),
        6 => return begin(world, who, Wait::Upgradable(Box::pin(lock.upgradable_read()))),
        7..=8 => return begin(world, who, Wait::Write(Box::pin(lock.write()))),
        _ => {
            // Never polled: no effect at all.
            let wakes = world.wakes();
            drop((lock.read(), lock.upgradable_read(), lock.write()));
            return assert_eq!(world.wakes(), wakes);
        }
    };
    assert!(got.is_some() || !must, "refused: {account:?}");
    assert!(got.is_none() || may, "admitted: {account:?}");
    if let Some(guard) = got {
        world.hold(who, guard);
    }
}

fn begin<'a>(world: &mut World<'a>, who: usize, wait: Wait<'a>) {
    world.poll(who, wait);
}

fn go_on_waiting<'a>(
    world: &mut World<'a>,
    who: usize,
    wait: Wait<'a>,
    rng: &mut Rng,
    habits: &Habits,
) {
    if rng.one_in(habits.gives_up) {
        // Not always leaving the agenda: a wake-up may come for a task that does something else.
        return give_up(world, who, wait);
    }
    if habits.abandons != 0 && rng.one_in(habits.abandons) {
        world.tasks[who].doing = Doing::Abandoned(wait);
        return;
    }
    let woken = world.agenda.take_this(who);
    if woken || rng.one_in(8) {
        world.poll(who, wait);
    } else {
        world.tasks[who].doing = Doing::Waiting(wait);
    }
}

fn give_up<'a>(world: &mut World<'a>, who: usize, wait: Wait<'a>) {
    if let Wait::Upgrade(mut upgrade) = wait {
        let guard = upgrade.as_mut().cancel().expect("it was pending");
        world.hold(who, Guard::Upgradable(guard));
    }
}

fn abandoned<'a>(world: &mut World<'a>, who: usize, wait: Wait<'a>, rng: &mut Rng) {
    if !rng.one_in(40) {
        world.tasks[who].doing = Doing::Abandoned(wait);
    }
}

fn go_on_holding<'a>(
    world: &mut World<'a>,
    who: usize,
    guard: Guard<'a>,
    began: usize,
    rng: &mut Rng,
) {
    // A writer has written: what it turns into sees that, and nothing else.
    let guard = match (rng.below(12), guard) {
        (0..=3, guard) => return drop(guard),
        (4, Guard::Upgradable(guard)) => Guard::Read(RwLockUpgradableReadGuard::downgrade(guard)),
        (5..=6, Guard::Upgradable(guard)) => {
            let upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(guard));
            return begin(world, who, Wait::Upgrade(upgrade));
        }
        (7, Guard::Upgradable(guard)) => try_upgrade(world, guard),
        (4, Guard::Write(guard)) => Guard::Read(RwLockWriteGuard::downgrade(guard)),
        (5..=6, Guard::Write(guard)) => {
            Guard::Upgradable(RwLockWriteGuard::downgrade_to_upgradable(guard))
        }
        (_, guard) => {
            world.tasks[who].doing = Doing::Holding(guard, began);
            return;
        }
    };
    world.hold(who, guard);
}

fn try_upgrade<'a>(world: &World<'a>, guard: RwLockUpgradableReadGuard<'a, usize>) -> Guard<'a> {
    // Its own access has been taken out of the account.
    let account = world.account();
    let upgraded = RwLockUpgradableReadGuard::try_upgrade(guard);
    assert_eq!(upgraded.is_ok(), account.admits_upgrade(), "{account:?}");
    upgraded.map_or_else(Guard::Upgradable, Guard::Write)
}

/// Nobody begins anything: guards are dropped, and those who are woken are polled.
fn run_down(world: &mut World<'_>) {
    release_all(world);
    let mut polls = 0;
    while let Some(who) = world.agenda.take() {
        world.poll_again(who);
        world.check();
        release_all(world);
        polls += 1;
        assert!(polls < 100_000, "tasks wake one another in a circle");
    }
}

pub(crate) fn release_all(world: &mut World<'_>) {
    for who in 0..world.tasks.len() {
        if let Doing::Holding(..) = world.tasks[who].doing {
            drop(world.take(who));
        }
    }
}

fn assert_all_done(world: &World<'_>) {
    let asleep = world.tasks.iter().filter(|task| !matches!(task.doing, Doing::Nothing)).count();
    assert_eq!(asleep, 0, "the lock is free, and somebody sleeps");
}

fn assert_free(lock: &Lock) {
    let nobody = "readers: 0, upgradable: false, writer: false, waiting_writer: false, ";
    assert!(format!("{lock:?}").contains(nobody), "{lock:?}");
    assert!(lock.try_write().is_some(), "everybody has left, and the lock is not free");
    assert!(lock.try_upgradable_read().is_some());
    assert!(lock.try_read().is_some());
}
