//! What becomes of a request beside guards of the same task: the table in `src/rwlock/deadlocks.md`, row
//! by row.

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard};

use crate::support::*;

#[derive(Debug, PartialEq)]
enum Fate {
    Finishes,
    /// Asleep, and only the drop of one of the guards would wake it.
    WaitsForItself,
}
use Fate::{Finishes, WaitsForItself};

/// Polls for as long as the future wakes its task.
fn fate<O>(mut task: Task<'_, O>) -> Fate {
    loop {
        if task.poll().is_some() {
            return Finishes;
        }
        if !task.is_woken() {
            return WaitsForItself;
        }
    }
}

/// The fates of a request beside these guards: while nobody waits, and while another task waits to write.
macro_rules! fates {
    ($lock:ident; $(let $own:pat = $guard:expr;)+ $request:expr) => {
        [false, true].map(|a_writer_waits| {
            let $lock = RwLock::new(0);
            $(let $own = $guard;)+
            let mut writer = Kind::Write.task(&$lock);
            if a_writer_waits {
                writer.waits();
            }
            fate(Task::new($request))
        })
    };
}

#[test]
fn beside_its_own_write_guard_every_request_waits_for_itself() {
    let write = fates!(lock; let _own = lock.try_write().unwrap(); lock.write());
    let read = fates!(lock; let _own = lock.try_write().unwrap(); lock.read());
    let recursive = fates!(lock; let _own = lock.try_write().unwrap(); lock.read_recursive());
    let upgradable = fates!(lock; let _own = lock.try_write().unwrap(); lock.upgradable_read());
    for fates in [write, read, recursive, upgradable] {
        assert_eq!(fates, [WaitsForItself, WaitsForItself]);
    }
}

#[test]
fn a_write_beside_its_own_read_or_upgradable_guard_waits_for_itself() {
    let read = fates!(lock; let _own = lock.try_read().unwrap(); lock.write());
    let upgradable = fates!(lock; let _own = lock.try_upgradable_read().unwrap(); lock.write());
    for fates in [read, upgradable] {
        assert_eq!(fates, [WaitsForItself, WaitsForItself]);
    }
}

#[test]
fn an_upgradable_read_beside_its_own_upgradable_guard_waits_for_itself() {
    let fates =
        fates!(lock; let _own = lock.try_upgradable_read().unwrap(); lock.upgradable_read());
    assert_eq!(fates, [WaitsForItself, WaitsForItself]);
}

#[test]
fn an_upgrade_beside_its_own_read_guard_waits_for_itself() {
    let by_value = fates!(
        lock;
        let _own = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        RwLockUpgradableReadGuard::upgrade(upgradable)
    );
    let by_reference = fates!(
        lock;
        let _own = lock.try_read().unwrap();
        let mut upgradable = lock.try_upgradable_read().unwrap();
        async { drop(RwLockUpgradableReadGuard::upgrade_ref(&mut upgradable).await) }
    );
    for fates in [by_value, by_reference] {
        assert_eq!(fates, [WaitsForItself, WaitsForItself]);
    }
}

#[test]
fn a_read_beside_its_own_guard_waits_for_itself_once_a_writer_waits() {
    let read = fates!(lock; let _own = lock.try_read().unwrap(); lock.read());
    let upgradable = fates!(lock; let _own = lock.try_upgradable_read().unwrap(); lock.read());
    for fates in [read, upgradable] {
        assert_eq!(fates, [Finishes, WaitsForItself]);
    }
}

#[test]
fn an_upgradable_read_beside_its_own_read_guard_waits_for_itself_once_a_writer_waits() {
    let fates = fates!(lock; let _own = lock.try_read().unwrap(); lock.upgradable_read());
    assert_eq!(fates, [Finishes, WaitsForItself]);
}

#[test]
fn a_yield_beside_another_guard_of_its_own_waits_for_itself_once_a_writer_waits() {
    let of_two_readers = fates!(
        lock;
        let own = lock.try_read().unwrap();
        let _clone = RwLockReadGuard::clone(&own);
        RwLockReadGuard::yield_to_waiters(own)
    );
    let of_a_reader = fates!(
        lock;
        let own = lock.try_read().unwrap();
        let _upgradable = lock.try_upgradable_read().unwrap();
        RwLockReadGuard::yield_to_waiters(own)
    );
    let of_an_upgradable_reader = fates!(
        lock;
        let _own = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        RwLockUpgradableReadGuard::yield_to_waiters(upgradable)
    );
    for fates in [of_two_readers, of_a_reader, of_an_upgradable_reader] {
        assert_eq!(fates, [Finishes, WaitsForItself]);
    }
}

#[test]
fn a_recursive_read_beside_its_own_read_or_upgradable_guard_finishes() {
    let read = fates!(lock; let _own = lock.try_read().unwrap(); lock.read_recursive());
    let upgradable =
        fates!(lock; let _own = lock.try_upgradable_read().unwrap(); lock.read_recursive());
    for fates in [read, upgradable] {
        assert_eq!(fates, [Finishes, Finishes]);
    }
}

#[test]
fn a_started_upgrade_of_another_task_is_a_writer_that_waits() {
    let lock = RwLock::new(0);
    let own = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable));
    upgrade.waits();
    assert_eq!(fate(Task::new(lock.read())), WaitsForItself);
    assert_eq!(fate(Task::new(lock.read_recursive())), Finishes);
    drop(own);
    drop(upgrade.finishes());
}

#[test]
fn what_never_waits_finishes_beside_its_own_guard_and_a_waiting_writer() {
    let lock = RwLock::new(0);
    let own = lock.try_upgradable_read().unwrap();
    let mut writer = Kind::Write.waiter(&lock);
    assert!(lock.try_read().is_none());
    assert!(lock.try_write().is_none());
    assert!(lock.try_read_recursive().is_some());
    let own = RwLockUpgradableReadGuard::downgrade(own);
    let clone = RwLockReadGuard::clone(&own);
    drop((own, clone));
    writer.finishes_within(2);
}
