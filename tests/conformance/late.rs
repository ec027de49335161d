//! Who comes after others were woken: too late for its wake-up, or by an upgrade ahead of a woken writer.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::support::*;

#[test]
fn who_comes_too_late_for_its_wake_up_is_an_arrival_again() {
    for kind in [Kind::Read, Kind::UpgradableRead, Kind::Write] {
        if kind == Kind::Write && cfg!(not(feature = "std")) {
            // No writer is known to be late.
            continue;
        }
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut late = kind.waiter(&lock);
        drop(held);
        drop(Kind::Write.task(&lock).finishes_within(10));
        // Another writer was woken later: that is another epoch.
        let held = lock.try_write().unwrap();
        let mut woken = Kind::Write.waiter(&lock);
        drop(held);
        assert!(woken.is_woken());
        late.waits();
        assert_eq!(woken.finishes().kind(), Kind::Write, "{:?}", kind);
        drop(woken);
        assert_eq!(late.finishes_within(10).0.kind(), kind);
    }
}

#[test]
fn a_reader_that_comes_too_late_does_not_come_for_another() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut late = Kind::Read.waiter(&lock);
    drop(held);
    drop(Kind::Write.task(&lock).finishes_within(10));
    // Two other readers were woken later, before a writer: if the late one counted as one of them, the last
    // of the three would have to wait for the writer.
    let held = lock.try_write().unwrap();
    let mut readers = [Kind::Read.waiter(&lock), Kind::Read.waiter(&lock)];
    let mut writer = Kind::Write.waiter(&lock);
    drop(held);
    late.waits();
    let guards = readers.each_mut().map(Task::finishes);
    drop((guards, readers));
    drop(writer.finishes());
    drop(late.finishes_within(10));
    assert_free(&lock);
}

/// Woken together, an upgradable reader comes after the plain one has left, and so after a writer was woken.
#[test]
fn an_upgrade_that_goes_ahead_of_a_woken_writer_leaves_it_its_turn() {
    for (waits, gives_up) in [(false, false), (false, true), (true, false), (true, true)] {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let mut reader = Kind::Read.waiter(&lock);
        let mut upgradable = Task::new(lock.upgradable_read());
        upgradable.waits();
        let mut next = Kind::Write.waiter(&lock);
        let behind = Kind::Write.waiter(&lock);
        drop(held);
        drop(reader.finishes());
        assert_wakes(&[&next, &behind], &[1, 0]);

        let upgradable = upgradable.finishes();
        let passer = waits.then(|| lock.try_read_recursive().unwrap());
        let mut upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(upgradable));
        if let Some(passer) = passer {
            upgrade.waits();
            drop(passer);
            assert!(upgrade.is_woken());
        }
        drop(upgrade.finishes());
        assert_wakes(&[&next, &behind], &[1, 0]);
        if gives_up {
            drop(next);
            assert_wakes(&[&behind], &[1]);
        } else {
            let mut arrival = Kind::Write.waiter(&lock);
            assert_eq!(arrival.wakes(), 1);
            let held = next.finishes();
            arrival.waits();
            drop(held);
            assert_wakes(&[&behind, &arrival], &[1, 1]);
        }
    }
}
