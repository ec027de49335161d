//! What goes, goes from the reports: guards, futures, locks, threads, tasks.

use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::task::Waker;
use std::thread;

use any_rwlock::diagnostics::Access;
use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::support::*;

#[test]
fn a_forgotten_guard_holds_on_where_its_lock_moves_and_goes_with_it() {
    let name = "forgotten guard";
    let lock = RwLock::named(name, 0);
    let (guard, at) = (lock.try_write().unwrap(), line());
    std::mem::forget(guard);
    let id = lock.report().lock.id;
    let moved = Box::new(lock);
    let report = in_use(name).unwrap();
    assert_eq!((report.lock.id, report.holders[0].location.line()), (id, at));
    assert_eq!(moved.report().lock.id, id);
    drop(moved);
    assert!(in_use(name).is_none());
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_future_waits_on_and_goes_with_its_lock() {
    let name = "forgotten future";
    let lock = RwLock::named(name, 0);
    let guard = lock.try_write().unwrap();
    std::mem::forget(Task::waiting(lock.write()));
    drop(guard);
    let report = in_use(name).unwrap();
    assert_eq!((report.holders.len(), report.waiters.len()), (0, 1));
    assert!(report.waiters[0].woken_ago.is_some());
    let moved = Box::new(lock);
    assert_eq!(moved.report().waiters.len(), 1);
    drop(moved);
    assert!(in_use(name).is_none());
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_upgrade_goes_with_the_guard_it_came_from() {
    let name = "forgotten upgrade";
    let lock = RwLock::named(name, 0);
    let reader = lock.try_read().unwrap();
    for is_downgraded in [false, true] {
        let mut guard = lock.try_upgradable_read().unwrap();
        std::mem::forget(Task::waiting(RwLockUpgradableReadGuard::upgrade_ref(&mut guard)));
        assert_eq!(waiter(&lock).access, Access::Upgrade);
        if is_downgraded {
            drop(RwLockUpgradableReadGuard::downgrade(guard));
        } else {
            drop(guard);
        }
        assert!(lock.report().waiters.is_empty());
    }
    drop(reader);
    assert!(in_use(name).is_none());
}

/// Asks for an upgrade that has to wait, and forgets it.
fn forget_upgrade(guard: &mut RwLockUpgradableReadGuard<'_, u32>, waker: &Waker) {
    let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade_ref(guard));
    assert!(upgrade.poll_with(waker).is_none());
    std::mem::forget(upgrade);
}

/// No one holds it or waits for it, also once the task that has forgotten its upgrades reads.
#[track_caller]
fn is_free(lock: &RwLock<u32>, name: &str, task: &mut Task<impl Future>) {
    assert!(!lock.is_locked() && !lock.has_waiters());
    let report = lock.report();
    assert!(report.holders.is_empty() && report.waiters.is_empty(), "{report}");
    assert!(in_use(name).is_none());
    let reader = task.finishes();
    assert!(deadlocks_of(name).is_empty());
    drop(reader);
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_upgrade_goes_though_the_next_one_is_dropped() {
    let name = "forgotten upgrade, then one that is dropped";
    let lock = RwLock::named(name, 0);
    let mut task = Task::new(lock.read());
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    forget_upgrade(&mut guard, &task.waker());
    let (next, at) = (Task::waiting(RwLockUpgradableReadGuard::upgrade_ref(&mut guard)), line());
    assert_eq!(waiter(&lock).location.line(), at, "it waits instead of the one before");
    drop(next);
    assert!(lock.report().waiters.is_empty());
    drop((guard, reader));
    is_free(&lock, name, &mut task);
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn of_several_forgotten_upgrades_none_stays() {
    let name = "several forgotten upgrades";
    let lock = RwLock::named(name, 0);
    let mut task = Task::new(lock.read());
    let reader = lock.try_read().unwrap();
    let mut guard = lock.try_upgradable_read().unwrap();
    for _ in 0..3 {
        forget_upgrade(&mut guard, &task.waker());
    }
    drop((guard, reader));
    is_free(&lock, name, &mut task);
    assert_eq!(lock.report().counts.waits, 3);
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn a_forgotten_upgrade_goes_when_another_is_granted() {
    let name = "forgotten upgrade, then one that is granted";
    let lock = RwLock::named(name, 0);
    for is_by_value in [true, false] {
        let mut task = Task::new(lock.read());
        let reader = lock.try_read().unwrap();
        let mut guard = lock.try_upgradable_read().unwrap();
        forget_upgrade(&mut guard, &task.waker());
        drop(reader);
        if is_by_value {
            let writer = RwLockUpgradableReadGuard::try_upgrade(guard).unwrap();
            assert!(lock.report().waiters.is_empty());
            drop(writer);
        } else {
            drop(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
            assert!(lock.report().waiters.is_empty());
            drop(guard);
        }
        is_free(&lock, name, &mut task);
    }
}

#[test]
fn a_lock_that_gives_its_value_back_leaves_nothing() {
    let name = "gives its value back";
    let lock = RwLock::named(name, 7);
    std::mem::forget(lock.try_read().unwrap());
    assert_eq!(lock.into_inner(), 7);
    assert!(in_use(name).is_none());
}

#[test]
fn the_thread_of_a_guard_may_end() {
    let lock = Arc::new(RwLock::named("thread that ends", 0));
    let taken = Arc::clone(&lock);
    let thread = thread::Builder::new().name("short".into());
    let guard = thread.spawn(move || taken.write_arc_blocking()).unwrap().join().unwrap();
    let by = lock.report().holders[0].by.clone();
    assert_eq!((by.thread_name.as_deref(), by.task), (Some("short"), None));
    // It is used here before it is released.
    assert_eq!(*guard, 0);
    assert_eq!(lock.report().holders[0].by.thread, Some(thread::current().id()));
    drop(guard);
    assert!(lock.report().holders.is_empty());
}

#[test]
fn a_thread_that_is_ending_may_take_and_release_a_lock() {
    struct AtEnd(Arc<RwLock<u32>>);
    impl Drop for AtEnd {
        fn drop(&mut self) {
            let guard = self.0.write_blocking();
            assert_eq!(self.0.report().holders.len(), 1);
            drop(guard);
        }
    }
    thread_local!(static AT_END: std::cell::RefCell<Option<AtEnd>> = const { std::cell::RefCell::new(None) });
    let lock = Arc::new(RwLock::new(0));
    for is_first_use in [true, false] {
        let ending = AtEnd(Arc::clone(&lock));
        let user = Arc::clone(&lock);
        let thread = thread::spawn(move || {
            AT_END.with(|at_end| *at_end.borrow_mut() = Some(ending));
            if !is_first_use {
                drop(user.read_blocking());
            }
        });
        thread.join().unwrap();
    }
    assert!(lock.report().holders.is_empty());
    assert_eq!(lock.report().counts.writes, 2);
}

#[test]
fn a_panic_releases_what_it_unwinds() {
    let name = "panic";
    let lock = RwLock::named(name, 0);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _guard = lock.try_write().unwrap();
        assert!(in_use(name).is_none(), "on purpose");
    }));
    assert!(panicked.is_err());
    assert!(in_use(name).is_none());
}

#[test]
fn a_task_is_let_go_of_with_its_guards_and_waits() {
    let lock = RwLock::new(0);
    let mut task = Task::new(lock.read());
    let guard = task.finishes();
    assert_eq!(task.clones(), 1, "its address is not used again");
    drop(guard);
    assert_eq!(task.clones(), 0);

    let held = lock.try_write().unwrap();
    let mut task = Task::waiting(lock.read());
    assert!(task.clones() > 0);
    drop(held);
    let guard = task.finishes();
    assert_eq!(task.clones(), 1);
    drop(guard);
    assert_eq!(task.clones(), 0);

    let reader = lock.try_read();
    let upgrade = RwLockUpgradableReadGuard::upgrade(lock.try_upgradable_read().unwrap());
    let upgrading = Task::waiting(upgrade);
    let wakes = upgrading.weak();
    drop(upgrading);
    assert_eq!(wakes.strong_count(), 0);
    drop(reader);

    let mut task = Task::new(lock.upgradable_read());
    let guard = task.finishes();
    let mut upgrading = Task::new(RwLockUpgradableReadGuard::upgrade(guard));
    let guard = upgrading.finishes();
    assert_eq!((task.clones(), upgrading.clones()), (0, 1));
    drop(guard);
    assert_eq!(upgrading.clones(), 0);
}

#[test]
fn a_task_whose_guard_was_forgotten_is_let_go_of_with_the_lock() {
    let lock = Arc::new(RwLock::new(0));
    let forgets = async { std::mem::forget(lock.read().await) };
    let mut task = Task::new(forgets);
    task.finishes();
    let wakes = task.weak();
    drop(task);
    assert_eq!(wakes.strong_count(), 1, "its address is not used again");
    drop(lock);
    assert_eq!(wakes.strong_count(), 0);
}
