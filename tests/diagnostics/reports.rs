//! Who holds a lock.

use std::sync::Arc;
use std::thread;

use any_rwlock::diagnostics::{Access, LockReport};
use any_rwlock::*;

use crate::support::*;

fn held(report: &LockReport) -> Vec<Access> {
    report.holders.iter().map(|holder| holder.access).collect()
}

#[test]
fn a_lock_goes_by_its_name_or_by_its_type_and_the_place_of_its_first_use() {
    static NAMED: RwLock<u32> = RwLock::named("goes by its name", 0);
    assert_eq!(NAMED.report().lock.to_string(), "lock \"goes by its name\"");

    let unnamed = RwLock::new(Vec::<u8>::new());
    let lock = unnamed.report().lock;
    assert_eq!((lock.name, lock.first_use), (None, None));
    let (guard, line) = (unnamed.try_read(), line());
    drop(guard);
    drop(unnamed.try_write());
    let again = unnamed.report().lock;
    assert_eq!(again.id, lock.id);
    assert_eq!(again.first_use.map(|place| (place.file(), place.line())), Some((file!(), line)));
    assert!(again.to_string().starts_with("RwLock<alloc::vec::Vec<u8>> first used at tests"));
    assert_ne!(NAMED.report().lock.id, lock.id);
}

#[test]
fn a_lock_of_an_unsized_value_goes_by_the_type_that_it_was_made_with() {
    let lock: Arc<RwLock<dyn Send + Sync>> = Arc::new(RwLock::new(1_u8));
    assert_eq!(lock.report().lock.type_name, "u8");
}

#[test]
fn every_guard_stands_with_the_line_that_took_it() {
    let lock = RwLock::new(0);
    let (read, at) = (taken(lock.read()), line());
    let (recursive, at_recursive) = (taken(lock.read_recursive()), line());
    let (again, at_clone) = (RwLockReadGuard::clone(&read), line());
    let (tried, at_try) = (lock.try_read().unwrap(), line());
    let (blocking, at_blocking) = (lock.read_blocking(), line());
    let (upgradable, at_upgradable) = (taken(lock.upgradable_read()), line());
    let report = lock.report();
    let lines: Vec<_> = report.holders.iter().map(|holder| holder.location.line()).collect();
    assert_eq!(lines, [at, at_recursive, at_clone, at_try, at_blocking, at_upgradable]);
    assert!(report.holders.iter().all(|holder| holder.location.file() == file!()));
    assert_eq!(held(&report)[..5], [Access::Read; 5]);
    assert_eq!(held(&report)[5..], [Access::UpgradableRead]);
    drop((read, again, upgradable));
    let report = lock.report();
    let lines: Vec<_> = report.holders.iter().map(|holder| holder.location.line()).collect();
    assert_eq!(lines, [at_recursive, at_try, at_blocking]);
    drop((recursive, tried, blocking));
    assert!(lock.report().holders.is_empty());
    let counts = lock.report().counts;
    assert_eq!((counts.reads, counts.upgradable_reads, counts.writes), (5, 1, 0));
}

#[test]
fn guards_on_an_arc_stand_with_the_line_that_took_them() {
    let lock = Arc::new(RwLock::new(0));
    let (read, at) = (taken(lock.read_arc()), line());
    let (owned, at_owned) = (taken(Arc::clone(&lock).read_owned()), line());
    let (mapped, at_mapped) =
        (RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |value| value), line());
    let lines: Vec<_> = lock.report().holders.iter().map(|it| it.location.line()).collect();
    assert_eq!(lines, [at, at_owned, at_mapped]);
    drop((read, owned, mapped));
    let (write, at) = (lock.write_arc_blocking(), line());
    assert_eq!(lock.report().holders[0].location.line(), at);
    drop(write);
    assert!(lock.report().holders.is_empty());
}

#[test]
fn a_conversion_changes_the_access_of_its_guard() {
    let lock = RwLock::new(0);
    let upgradable = taken(lock.upgradable_read());
    let serial = lock.report().holders[0].serial;
    let (writer, at) = (taken(RwLockUpgradableReadGuard::upgrade(upgradable)), line());
    let report = lock.report();
    assert_eq!(held(&report), [Access::Write]);
    assert_eq!((report.holders[0].location.line(), report.holders[0].serial), (at, serial));
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    assert_eq!(held(&lock.report()), [Access::UpgradableRead]);
    let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    let reader = RwLockWriteGuard::downgrade(writer);
    assert_eq!(held(&lock.report()), [Access::Read]);
    drop(reader);
    let reader = RwLockUpgradableReadGuard::downgrade(lock.upgradable_read_blocking());
    assert_eq!(held(&lock.report()), [Access::Read]);
    drop(reader);
    let part = RwLockWriteGuard::downgrade_map(lock.write_blocking(), |value| value);
    assert_eq!(held(&lock.report()), [Access::Read]);
    drop(part);
    assert!(lock.report().holders.is_empty());
    assert_eq!(lock.report().counts.upgrades, 2);
}

#[test]
fn an_upgrade_by_reference_is_the_same_holder_for_a_while() {
    let lock = RwLock::new(0);
    let mut guard = lock.try_upgradable_read().unwrap();
    let upgraded = RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap();
    assert_eq!(held(&lock.report()), [Access::Write]);
    drop(upgraded);
    assert_eq!(held(&lock.report()), [Access::UpgradableRead]);
    drop(guard);
    assert!(lock.report().holders.is_empty());
}

#[test]
fn a_forgotten_upgrade_by_reference_holds_on_beside_what_its_origin_becomes() {
    let lock = RwLock::new(0);
    let mut guard = lock.try_upgradable_read().unwrap();
    std::mem::forget(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    drop(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    assert_eq!(held(&lock.report()), [Access::UpgradableRead]);
    std::mem::forget(RwLockUpgradableReadGuard::try_upgrade_ref(&mut guard).unwrap());
    let reader = RwLockUpgradableReadGuard::downgrade(guard);
    assert_eq!(held(&lock.report()), [Access::Write, Access::Read]);
    drop(reader);
    assert_eq!(held(&lock.report()), [Access::Write]);
    assert!(lock.is_write_locked());
}

#[test]
fn a_holder_is_a_task_and_a_thread_or_a_thread_alone() {
    let lock = RwLock::new(0);
    let mut one = Task::new(async { (lock.read().await, lock.read().await) });
    let held = one.finishes();
    let other = taken(lock.read());
    let tried = lock.try_read().unwrap();
    let holders = lock.report().holders;
    let tasks: Vec<_> = holders.iter().map(|holder| holder.by.task).collect();
    assert!(tasks[0].is_some() && tasks[0] == tasks[1]);
    assert!(tasks[2].is_some() && tasks[2] != tasks[0]);
    assert_eq!(tasks[3], None);
    for holder in &holders {
        assert_eq!(holder.by.thread, Some(thread::current().id()));
        assert_eq!(holder.by.thread_name.as_deref(), thread::current().name());
    }
    drop((held, other, tried));
}

#[test]
fn a_guard_that_is_used_elsewhere_says_where() {
    let lock = RwLock::named("used elsewhere", 7);
    let guard = lock.read_blocking();
    let used = thread::scope(|scope| {
        let named = thread::Builder::new().name("elsewhere".into());
        named.spawn_scoped(scope, || *guard).unwrap().join().unwrap()
    });
    assert_eq!(used, 7);
    let by = lock.report().holders[0].by.clone();
    assert_eq!(by.thread_name.as_deref(), Some("elsewhere"), "and also after its end");
    assert_eq!(*guard, 7);
    assert_eq!(lock.report().holders[0].by.thread, Some(thread::current().id()));
}

#[test]
fn a_report_of_all_has_the_locks_in_use_and_no_other() {
    let lock = RwLock::named("in use", 0);
    assert!(in_use("in use").is_none());
    let guard = lock.read_blocking();
    assert_eq!(in_use("in use").unwrap().holders.len(), 1);
    drop(guard);
    assert!(in_use("in use").is_none());
    let guard = lock.write_blocking();
    let waiting = Task::waiting(lock.read());
    let report = in_use("in use").unwrap();
    assert_eq!((report.holders.len(), report.waiters.len()), (1, 1));
    drop((guard, waiting));
    assert!(in_use("in use").is_none());
}

#[test]
fn a_task_has_one_number_in_all_locks_of_a_report() {
    let (one, other) = (RwLock::named("task: one", 0), RwLock::named("task: other", 0));
    let mut task = Task::new(async { (one.read().await, other.read().await) });
    let guards = task.finishes();
    let of = |name| {
        let all = diagnostics::report_all();
        let one = all.iter().find(|report| report.lock.name == Some("task: one")).unwrap();
        let other = all.iter().find(|report| report.lock.name == Some(name)).unwrap();
        one.holders[0].by.task == other.holders[0].by.task
    };
    assert!(of("task: other"));
    drop(guards);
}

#[test]
fn a_report_is_shown_as_a_table() {
    let lock = RwLock::named("shown", 0);
    let reader = taken(lock.read());
    let writer = Task::waiting(lock.write());
    let shown = lock.report().to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[0], "lock \"shown\"");
    assert!(lines[1].starts_with("  held   read   tests"), "{shown}");
    assert!(lines[2].starts_with("  waits  write  tests"), "{shown}");
    assert!(lines[1].contains("task 1 on thread") && lines[2].contains("task 2 on thread"));
    assert!(lines[3].starts_with("  so far: reads 1, "), "{shown}");
    drop((reader, writer));
    let readers: Vec<_> = (0..40).map(|_| lock.try_read().unwrap()).collect();
    let shown = lock.report().to_string();
    assert!(shown.contains("\n  and 8 more hold it\n"), "{shown}");
    assert_eq!(readers.len(), lock.report().holders.len());
}
