//! What is named a deadlock: each row of the table in the documentation of `RwLock`, and circles.

use std::future::Future;

use any_rwlock::diagnostics::{Access, Deadlock, Obstacle};
use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard};

use crate::support::*;

/// A task that takes a guard and then waits for itself, which the report says as a fact, and which is named.
#[track_caller]
fn waits_for_itself<F: Future>(name: &'static str, task: F, lock: &RwLock<u32>) -> Deadlock {
    let task = Task::waiting(task);
    let report = lock.report();
    let own =
        report.holders.iter().find(|it| it.access != Access::Write || report.holders.len() == 1);
    let own = own.expect("its guard");
    let waiter = report.waiters.last().expect("it waits");
    assert!(waiter.held_by_itself.contains(&own.location), "{report}");
    let fact = format!("held by the task that waits, taken at {}", own.location);
    assert!(report.to_string().contains(&fact), "{report}");
    let mut found = deadlocks_of(name);
    assert_eq!(found.len(), 1, "{found:#?}");
    drop(task);
    assert!(deadlocks_of(name).is_empty());
    found.remove(0)
}

/// A task of one wait, for a guard of its own of this access.
#[track_caller]
fn is_direct(deadlock: &Deadlock, access: Access) {
    assert_eq!(deadlock.steps.len(), 1);
    match &deadlock.steps[0].obstacle {
        Obstacle::Guard(guard) => assert_eq!(guard.access, access),
        other => panic!("{other:?}"),
    }
    assert!(deadlock.to_string().contains("held by the task that waits"), "{deadlock}");
}

#[test]
fn any_access_beside_an_own_write_guard() {
    let name = "beside an own write guard";
    let lock = RwLock::named(name, 0);
    let found = waits_for_itself(name, async { (lock.write().await, lock.read().await) }, &lock);
    is_direct(&found, Access::Write);
    let again = async { (lock.write().await, lock.read_recursive().await) };
    is_direct(&waits_for_itself(name, again, &lock), Access::Write);
    let again = async { (lock.write().await, lock.upgradable_read().await) };
    is_direct(&waits_for_itself(name, again, &lock), Access::Write);
    let again = async { (lock.write().await, lock.write().await) };
    is_direct(&waits_for_itself(name, again, &lock), Access::Write);
}

#[test]
fn a_write_beside_an_own_read_or_upgradable_guard() {
    let name = "a write beside an own guard";
    let lock = RwLock::named(name, 0);
    let task = async { (lock.read().await, lock.write().await) };
    is_direct(&waits_for_itself(name, task, &lock), Access::Read);
    let task = async { (lock.upgradable_read().await, lock.write().await) };
    is_direct(&waits_for_itself(name, task, &lock), Access::UpgradableRead);
}

#[test]
fn a_second_upgradable_read() {
    let name = "a second upgradable read";
    let lock = RwLock::named(name, 0);
    let task = async { (lock.upgradable_read().await, lock.upgradable_read().await) };
    is_direct(&waits_for_itself(name, task, &lock), Access::UpgradableRead);
}

#[test]
fn an_upgrade_beside_an_own_read_guard() {
    let name = "an upgrade beside an own read guard";
    let lock = RwLock::named(name, 0);
    let task = async {
        let reader = lock.read().await;
        let upgradable = lock.upgradable_read().await;
        drop(RwLockUpgradableReadGuard::upgrade(upgradable).await);
        drop(reader);
    };
    is_direct(&waits_for_itself(name, task, &lock), Access::Read);
}

#[test]
fn an_upgrade_does_not_wait_for_its_own_upgradable_read() {
    let name = "its own upgradable read";
    let lock = RwLock::named(name, 0);
    let reader = lock.try_read().unwrap();
    let upgrade = Task::waiting(async {
        let upgradable = lock.upgradable_read().await;
        drop(RwLockUpgradableReadGuard::upgrade(upgradable).await);
    });
    assert!(waiter(&lock).held_by_itself.is_empty());
    assert!(deadlocks_of(name).is_empty());
    drop((upgrade, reader));
}

#[test]
fn a_nested_read_behind_a_waiting_writer_names_the_writer_and_both_reads() {
    let name = "a nested read";
    let lock = RwLock::named(name, 0);
    let mut nested = Task::new(async {
        let outer = lock.read().await;
        futures_lite::future::yield_now().await;
        drop((lock.read().await, outer));
    });
    nested.waits();
    let (writer, at_writer) = (Task::waiting(lock.write()), line());
    nested.waits();
    let found = deadlocks_of(name);
    assert_eq!(found.len(), 1);
    let steps = &found[0].steps;
    assert_eq!(steps.len(), 2);
    let reader = steps.iter().find(|step| step.waiter.access == Access::Read).unwrap();
    match &reader.obstacle {
        Obstacle::WaitingWriter(writer) => assert_eq!(writer.location.line(), at_writer),
        other => panic!("{other:?}"),
    }
    let outer = lock.report().holders[0].location;
    assert_eq!(reader.waiter.held_by_itself, [outer]);
    let shown = found[0].to_string();
    assert!(shown.contains(&format!("held by the task that waits, taken at {outer}")), "{shown}");
    drop(writer);
    assert!(deadlocks_of(name).is_empty());
    drop(nested);
}

#[test]
fn an_upgradable_read_beside_an_own_read_guard_behind_a_waiting_writer() {
    let name = "upgradable behind a writer";
    let lock = RwLock::named(name, 0);
    let mut nested = Task::new(async {
        let outer = lock.read().await;
        futures_lite::future::yield_now().await;
        drop((lock.upgradable_read().await, outer));
    });
    nested.waits();
    let writer = Task::waiting(lock.write());
    nested.waits();
    assert_eq!(deadlocks_of(name).len(), 1);
    drop((writer, nested));
}

#[test]
fn a_yield_beside_another_own_guard_behind_a_waiting_writer() {
    let name = "a yield beside an own guard";
    let lock = RwLock::named(name, 0);
    let mut task = Task::new(async {
        let (one, other) = (lock.read().await, lock.read().await);
        futures_lite::future::yield_now().await;
        drop((RwLockReadGuard::yield_to_waiters(one).await, other));
    });
    task.waits();
    let writer = Task::waiting(lock.write());
    task.waits();
    assert_eq!(deadlocks_of(name).len(), 1);
    drop((writer, task));
}

#[test]
fn two_locks_in_opposite_order() {
    let (one, other) = (RwLock::named("opposite: one", 0), RwLock::named("opposite: other", 0));
    let mut first = Task::new(async {
        let one = one.write().await;
        futures_lite::future::yield_now().await;
        drop((other.read().await, one));
    });
    first.waits();
    let second = Task::waiting(async { (other.write().await, one.read().await) });
    assert!(deadlocks_of("opposite: one").is_empty(), "the first does not wait yet");
    first.waits();
    let found = deadlocks_of("opposite: one");
    assert_eq!(found.len(), 1);
    let mut locks: Vec<_> = found[0].steps.iter().map(|step| step.lock.name.unwrap()).collect();
    locks.sort_unstable();
    assert_eq!(locks, ["opposite: one", "opposite: other"]);
    let mut places: Vec<_> = [one.report(), other.report()]
        .iter()
        .flat_map(|it| [it.holders[0].location, it.waiters[0].location])
        .map(|place| place.line())
        .collect();
    places.dedup();
    assert_eq!(places.len(), 3, "of four places two are on one line");
    let shown = found[0].to_string();
    assert!(places.iter().all(|line| shown.contains(&format!("deadlocks.rs:{line}:"))), "{shown}");
    drop(second);
    assert!(deadlocks_of("opposite: one").is_empty());
    drop(first);
}

#[test]
fn three_tasks_in_a_circle_of_three_locks() {
    let locks = ["circle: 0", "circle: 1", "circle: 2"].map(|name| RwLock::named(name, 0));
    let mut tasks: Vec<_> = (0..3)
        .map(|at| {
            let locks = &locks;
            Task::new(async move {
                let own = locks[at].read().await;
                futures_lite::future::yield_now().await;
                drop((locks[(at + 1) % 3].write().await, own));
            })
        })
        .collect();
    tasks.iter_mut().for_each(Task::waits);
    tasks.iter_mut().for_each(Task::waits);
    let found = deadlocks_of("circle: 0");
    assert_eq!((found.len(), found[0].steps.len()), (1, 3));
}

#[test]
fn a_waiter_beside_a_circle_is_not_in_it() {
    let name = "beside a circle";
    let lock = RwLock::named(name, 0);
    let own = Task::waiting(async { (lock.write().await, lock.write().await) });
    let innocent = Task::waiting(lock.write());
    let found = deadlocks_of(name);
    assert_eq!((found.len(), found[0].steps.len()), (1, 1));
    assert!(lock.report().waiters[1].held_by_itself.is_empty());
    drop((own, innocent));
}
