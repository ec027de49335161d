//! Upgrades and downgrades beside others.

use any_rwlock::RwLockReadGuard as Reader;
use any_rwlock::RwLockUpgradableReadGuard as Upgradable;
use any_rwlock::RwLockWriteGuard as Writer;

use crate::harness::Bound::{Preemptions, Unbounded};
use crate::harness::{
    block_on, join, model, on_a_thread, read, read_upgradably, spawn, waiting, write, Lock, Value,
};

/// Nobody writes between the look and the write.
fn upgrade(lock: &'static Lock) {
    let upgradable = block_on(lock.upgradable_read());
    let before = upgradable.get();
    let writer = block_on(Upgradable::upgrade(upgradable));
    assert_eq!(writer.get(), before);
    writer.add_one();
}

model!(fn an_upgrade_and_a_reader, Unbounded, writes: 1, |lock| {
    let reader = on_a_thread(move || read(lock));
    upgrade(lock);
    join([reader]);
});

model!(fn an_upgrade_and_a_writer, Unbounded, writes: 2, |lock| {
    let writer = on_a_thread(move || write(lock));
    upgrade(lock);
    join([writer]);
});

model!(fn two_upgrades, Unbounded, writes: 2, |lock| {
    let other = on_a_thread(move || upgrade(lock));
    upgrade(lock);
    join([other]);
});

model!(fn two_upgrades_and_a_reader, Preemptions(2), writes: 2, |lock| {
    let other = on_a_thread(move || upgrade(lock));
    let reader = on_a_thread(move || read(lock));
    upgrade(lock);
    join([other, reader]);
});

model!(fn an_upgrade_while_two_readers_leave, Preemptions(3), writes: 1, |lock| {
    let readers = [lock.try_read().unwrap(), lock.try_read().unwrap()];
    let upgradable = lock.try_upgradable_read().unwrap();
    let readers = readers.map(|reader| on_a_thread(move || reader.get()));
    block_on(Upgradable::upgrade(upgradable)).add_one();
    join(readers);
});

model!(fn an_attempt_to_upgrade_while_a_reader_leaves, Unbounded, writes: 1, |lock| {
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let reader = on_a_thread(move || reader.get());
    match Upgradable::try_upgrade(upgradable) {
        Ok(writer) => writer.add_one(),
        Err(upgradable) => block_on(Upgradable::upgrade(upgradable)).add_one(),
    }
    join([reader]);
});

model!(fn a_downgrade_while_two_readers_come_to_wait, Preemptions(3), writes: 1, |lock| {
    let writer = lock.try_write().unwrap();
    let readers = [(); 2].map(|()| on_a_thread(move || assert_eq!(read(lock), 1)));
    writer.add_one();
    let reader = Writer::downgrade(writer);
    assert_eq!(reader.get(), 1);
    // Kept until the others are done: it is the downgrade that must let them in.
    join(readers);
    drop(reader);
});

model!(fn a_downgrade_to_upgradable_while_two_readers_come_to_wait, Preemptions(3), writes: 1, |lock| {
    let writer = lock.try_write().unwrap();
    let readers = [(); 2].map(|()| on_a_thread(move || assert_eq!(read(lock), 1)));
    writer.add_one();
    let upgradable = Writer::downgrade_to_upgradable(writer);
    assert_eq!(upgradable.get(), 1);
    join(readers);
    drop(upgradable);
});

model!(fn a_downgrade_while_an_upgradable_reader_comes_to_wait, Unbounded, writes: 1, |lock| {
    let writer = lock.try_write().unwrap();
    let other = on_a_thread(move || assert_eq!(read_upgradably(lock), 1));
    writer.add_one();
    let reader = Writer::downgrade(writer);
    join([other]);
    drop(reader);
});

model!(fn an_upgradable_downgrade_while_another_comes_to_wait, Unbounded, writes: 0, |lock| {
    let upgradable = lock.try_upgradable_read().unwrap();
    let other = on_a_thread(move || read_upgradably(lock));
    let reader = Upgradable::downgrade(upgradable);
    join([other]);
    drop(reader);
});

model!(fn a_downgrade_while_a_writer_comes_to_wait, Unbounded, writes: 2, |lock| {
    let writer = lock.try_write().unwrap();
    let other = on_a_thread(move || write(lock));
    writer.add_one();
    let reader = Writer::downgrade(writer);
    assert_eq!(reader.get(), 1);
    drop(reader);
    join([other]);
});

model!(fn a_downgrade_to_upgradable_and_an_upgrade_beside_a_reader, Unbounded, writes: 2, |lock| {
    let writer = lock.try_write().unwrap();
    let other = on_a_thread(move || assert_ne!(read(lock), 0));
    writer.add_one();
    let upgradable = Writer::downgrade_to_upgradable(writer);
    assert_eq!(upgradable.get(), 1);
    let writer = block_on(Upgradable::upgrade(upgradable));
    assert_eq!(writer.get(), 1);
    writer.add_one();
    drop(writer);
    join([other]);
});

model!(fn a_downgrade_to_upgradable_and_an_upgrade_beside_a_writer, Unbounded, writes: 3, |lock| {
    let writer = lock.try_write().unwrap();
    let other = on_a_thread(move || write(lock));
    writer.add_one();
    let upgradable = Writer::downgrade_to_upgradable(writer);
    let writer = block_on(Upgradable::upgrade(upgradable));
    assert_eq!(writer.get(), 1);
    writer.add_one();
    drop(writer);
    join([other]);
});

model!(fn an_upgrade_and_a_downgrade_beside_a_reader_and_a_writer, Preemptions(2), writes: 2, |lock| {
    let upgradable = lock.try_upgradable_read().unwrap();
    let writer = waiting(lock.write());
    let reader = on_a_thread(move || read(lock));
    let writer = on_a_thread(move || block_on(writer).add_one());
    let exclusive = block_on(Upgradable::upgrade(upgradable));
    assert_eq!(exclusive.get(), 0);
    exclusive.add_one();
    assert_eq!(Writer::downgrade(exclusive).get(), 1);
    join([reader, writer]);
});

model!(fn a_cloned_reader_leaves_twice_beside_a_writer, Preemptions(3), writes: 1, |lock| {
    let reader = lock.try_read().unwrap();
    let writer = on_a_thread(move || write(lock));
    let clone = Reader::clone(&reader);
    let leaving = on_a_thread(move || clone.get());
    reader.get();
    drop(reader);
    join([writer, leaving]);
});

model!(fn a_recursive_reader_passes_a_waiting_writer, Preemptions(3), writes: 1, |lock| {
    let reader = lock.try_read().unwrap();
    let writer = on_a_thread(move || write(lock));
    assert_eq!(block_on(lock.read_recursive()).get(), 0);
    drop(reader);
    join([writer]);
});

model!(fn a_recursive_reader_waits_for_a_writer, Preemptions(3), writes: 1, |lock| {
    let writer = lock.try_write().unwrap();
    let reader = on_a_thread(move || assert_eq!(block_on(lock.read_recursive()).get(), 1));
    writer.add_one();
    drop(writer);
    join([reader]);
});

model!(fn an_upgrade_by_reference_beside_a_reader_and_a_writer, Preemptions(2), writes: 2, |lock| {
    let mut upgradable = lock.try_upgradable_read().unwrap();
    let reader = on_a_thread(move || read(lock));
    let writer = on_a_thread(move || write(lock));
    block_on(Upgradable::upgrade_ref(&mut upgradable)).add_one();
    assert_eq!(upgradable.get(), 1);
    drop(upgradable);
    join([reader, writer]);
});

model!(fn a_writer_yields_to_one_that_comes_to_wait, Preemptions(3), writes: 3, |lock| {
    let held = lock.try_write().unwrap();
    let other = on_a_thread(move || write(lock));
    held.add_one();
    block_on(Writer::yield_to_waiters(held)).add_one();
    join([other]);
});

fn upgrade_beside_readers(lock: &'static Lock, upgradable: Upgradable<'static, Value>) {
    let reader = lock.try_read_recursive().unwrap();
    let upgrade = waiting(Upgradable::upgrade(upgradable));
    drop(reader);
    let reader = lock.try_read_recursive().unwrap();
    let reader = on_a_thread(move || drop(reader));
    block_on(upgrade).add_one();
    join([reader]);
}

// The wake-up of the writer may be sent after that of the upgrade, and stands for it no longer.
model!(fn an_upgrade_that_is_woken_beside_a_writer, Preemptions(3), writes: 2, |lock| {
    let held = lock.try_write().unwrap();
    let writer = waiting(lock.write());
    // If it came too early, another write makes up for it.
    let upgrade = spawn(move || lock.try_upgradable_read().map(|it| upgrade_beside_readers(lock, it)));
    drop(held);
    let upgraded = upgrade.join().unwrap();
    block_on(writer).add_one();
    upgraded.unwrap_or_else(|| write(lock));
});
