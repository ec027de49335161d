//! Futures that are dropped.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::random::World;
use crate::support::*;

#[test]
fn a_cancelled_upgrade_keeps_the_upgradable_access_and_admits_the_readers_it_held_up() {
    for woken in [false, true] {
        let lock = RwLock::new(7);
        let reader = lock.try_read().unwrap();
        let upgradable = lock.try_upgradable_read().unwrap();
        let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
        let wakes = Wakes::new();
        assert!(poll_with(&mut upgrade, &wakes).is_none());
        let mut held_up = Kind::Read.waiter(&lock);
        let reader = if woken {
            drop(reader);
            None
        } else {
            Some(reader)
        };
        assert_eq!((wakes.count(), held_up.wakes()), (usize::from(woken), 0));

        let upgradable = upgrade.as_mut().cancel().unwrap();
        assert!(upgrade.as_mut().cancel().is_none());
        assert_eq!(held_up.wakes(), 1);
        assert_eq!(held_up.finishes().value(), *upgradable);
        assert_eq!(free_for(&lock), [true, false, false]);
        drop((upgradable, reader));
        assert_free(&lock);
    }
}

#[test]
fn no_writer_gets_in_between_an_upgrade_and_its_cancellation() {
    let lock = RwLock::new(7);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut writer = Kind::Write.waiter(&lock);
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    drop(reader);
    assert_eq!((wakes.count(), writer.wakes()), (1, 0));
    writer.waits();

    let upgradable = upgrade.as_mut().cancel().unwrap();
    writer.waits();
    assert_eq!((*upgradable, writer.wakes()), (7, 0));
    drop(upgradable);
    assert_eq!(writer.wakes(), 1);
    drop(writer.finishes());
    assert_free(&lock);
}

#[test]
fn an_upgrade_that_is_done_cannot_be_cancelled() {
    let lock = RwLock::new(0);
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    let guard = poll_with(&mut upgrade, &Wakes::new()).unwrap();
    assert!(upgrade.as_mut().cancel().is_none());
    assert_eq!(free_for(&lock), LOCKED);
    drop(guard);
    assert_free(&lock);
}

#[test]
fn after_random_runs_that_cancel_at_every_await_point_the_lock_is_free() {
    for seed in 0..runs(6000) {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, seed);
        for _ in 0..60 {
            world.step();
        }
        world.cancel_all();
        assert_free(&lock);
    }
}

#[test]
fn after_random_runs_everybody_who_waits_and_is_polled_when_woken_gets_in() {
    for seed in 0..runs(6000) {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, seed);
        for _ in 0..60 {
            world.step();
        }
        world.run_to_the_end();
        assert_free(&lock);
    }
}
