//! A lock with shards: that the promises can be put to it, and what it promises beyond them.

use std::future::Future;
use std::thread;

use any_rwlock::{
    ShardedRwLock, ShardedRwLockReadGuard, ShardedRwLockUpgradableReadGuard,
    ShardedRwLockWriteGuard,
};

use crate::promises::lock::{Lock, Offer};
use crate::support::Task;

impl Lock for ShardedRwLock<u64> {
    const OFFERS: &'static [Offer] = &[Offer::Access, Offer::Upgrades, Offer::Downgrades];

    type Read<'a> = ShardedRwLockReadGuard<'a, u64>;
    type Upgradable<'a> = ShardedRwLockUpgradableReadGuard<'a, u64>;
    type Write<'a> = ShardedRwLockWriteGuard<'a, u64>;

    fn new(value: u64) -> Self {
        ShardedRwLock::with_shards(value, 2)
    }

    fn read(&self) -> impl Future<Output = Self::Read<'_>> {
        ShardedRwLock::read(self)
    }

    fn write(&self) -> impl Future<Output = Self::Write<'_>> {
        ShardedRwLock::write(self)
    }

    fn try_read(&self) -> Option<Self::Read<'_>> {
        ShardedRwLock::try_read(self)
    }

    fn try_write(&self) -> Option<Self::Write<'_>> {
        ShardedRwLock::try_write(self)
    }

    upgrades!(ShardedRwLock, ShardedRwLockUpgradableReadGuard, ShardedRwLockWriteGuard);
}

/// Reads by the word until the bias must be back.
fn pay_for_the_bias(lock: &ShardedRwLock<u64>) {
    (0..=128).for_each(|_| drop(lock.try_read().unwrap()));
}

#[test]
fn a_guard_leaves_on_another_thread_from_where_it_came() {
    let lock = ShardedRwLock::with_shards(0, 4);
    let guards: Vec<_> = (0..8).map(|_| lock.try_read().unwrap()).collect();
    thread::scope(|scope| {
        for guard in guards {
            scope.spawn(|| drop(guard));
        }
    });
    assert!(!lock.is_locked());
    assert!(lock.try_write().is_some());
}

#[test]
fn readers_that_a_writer_has_moved_are_waited_for_wherever_they_leave() {
    let lock = ShardedRwLock::with_shards(0, 4);
    let guards: Vec<_> = (0..3).map(|_| lock.try_read().unwrap()).collect();
    let mut writer = Task::new(lock.write());
    writer.waits();
    assert_eq!(lock.reader_count(), 3);
    for guard in guards {
        assert!(!writer.is_woken() && lock.try_write().is_none());
        thread::scope(|scope| drop(scope.spawn(|| drop(guard))));
    }
    assert!(writer.is_woken());
    drop(writer.finishes());
}

#[test]
fn a_clone_of_a_reader_that_was_moved_keeps_the_writer_waiting() {
    let lock = ShardedRwLock::with_shards(0, 4);
    let reader = lock.try_read().unwrap();
    let mut writer = Task::new(lock.write());
    writer.waits();
    let again = thread::scope(|scope| {
        scope.spawn(|| ShardedRwLockReadGuard::clone(&reader)).join().unwrap()
    });
    drop(reader);
    assert!(!writer.is_woken());
    assert_eq!(lock.reader_count(), 1);
    drop(again);
    assert!(writer.is_woken());
}

#[test]
fn readers_by_shards_and_by_the_word_are_waited_for_alike() {
    let lock = ShardedRwLock::with_shards(0, 2);
    drop(lock.try_write().unwrap());
    let by_word = lock.try_read().unwrap();
    pay_for_the_bias(&lock);
    let by_shard = lock.try_read().unwrap();
    assert_eq!(lock.reader_count(), 2);
    let mut writer = Task::new(lock.write());
    writer.waits();
    drop(by_word);
    assert!(!writer.is_woken());
    drop(by_shard);
    assert!(writer.is_woken());
}

#[test]
fn the_bias_does_not_return_while_a_writer_waits() {
    let lock = ShardedRwLock::with_shards(0, 2);
    let reader = lock.try_read().unwrap();
    let mut writer = Task::new(lock.write());
    writer.waits();
    // Past the writer, and not by a shard, or it would be missed.
    for _ in 0..=512 {
        drop(lock.try_read_recursive().unwrap());
    }
    assert!(lock.try_read().is_none());
    drop(reader);
    drop(writer.finishes());
}

#[test]
fn a_writer_that_gives_up_leaves_readers_and_later_writers_as_they_were() {
    let lock = ShardedRwLock::with_shards(0, 2);
    let reader = lock.try_read().unwrap();
    let mut writer = Task::new(lock.write());
    writer.waits();
    drop(writer);
    pay_for_the_bias(&lock);
    assert_eq!(lock.reader_count(), 1);
    drop(reader);
    assert!(lock.try_write().is_some());
}

#[test]
fn an_upgrade_waits_for_readers_in_shards() {
    let lock = ShardedRwLock::with_shards(0, 2);
    let upgradable = lock.try_upgradable_read().unwrap();
    let reader = lock.try_read().unwrap();
    let upgradable = ShardedRwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap_err();
    let mut upgrade = Task::new(ShardedRwLockUpgradableReadGuard::upgrade(upgradable));
    upgrade.waits();
    drop(reader);
    assert!(upgrade.is_woken());
    drop(upgrade.finishes());
}

#[test]
fn an_access_that_is_released_to_waiters_is_acquired_past_a_bias_that_has_returned() {
    let lock = ShardedRwLock::with_shards(0, 2);
    let writer = lock.try_write().unwrap();
    let mut reader = Task::new(lock.read());
    reader.waits();
    let mut writer = Task::new(ShardedRwLockWriteGuard::yield_to_waiters(writer));
    writer.waits();
    drop(reader.finishes());
    drop(writer.finishes());
    assert!(!lock.is_locked());
}
