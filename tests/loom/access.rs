//! Taking access, giving it back, and the wake-ups between the two.

use any_rwlock::RwLockUpgradableReadGuard as Upgradable;

use crate::harness::Bound::{Preemptions, Unbounded};
use crate::harness::{block_on, join, model, on_a_thread, read, read_upgradably, write};

model!(fn a_reader_and_a_writer, Unbounded, writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    read(lock);
    join([writer]);
});

model!(fn two_writers, Unbounded, writes: 2, |lock| {
    let writer = on_a_thread(move || write(lock));
    write(lock);
    join([writer]);
});

model!(fn a_reader_twice_and_a_writer, Preemptions(3), writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    let first = read(lock);
    assert!(first <= read(lock));
    join([writer]);
});

model!(fn a_writer_and_two_readers, Preemptions(3), writes: 1, |lock| {
    let readers = [(); 2].map(|()| on_a_thread(move || read(lock)));
    write(lock);
    join(readers);
});

model!(fn three_writers, Preemptions(3), writes: 3, |lock| {
    let writers = [(); 2].map(|()| on_a_thread(move || write(lock)));
    write(lock);
    join(writers);
});

model!(fn two_writers_and_a_reader, Preemptions(3), writes: 2, |lock| {
    let writers = [(); 2].map(|()| on_a_thread(move || write(lock)));
    read(lock);
    join(writers);
});

model!(fn two_upgradable_readers, Preemptions(3), writes: 0, |lock| {
    let other = on_a_thread(move || read_upgradably(lock));
    read_upgradably(lock);
    join([other]);
});

model!(fn three_upgradable_readers, Preemptions(2), writes: 0, |lock| {
    let others = [(); 2].map(|()| on_a_thread(move || read_upgradably(lock)));
    read_upgradably(lock);
    join(others);
});

model!(fn an_upgradable_reader_a_writer_and_a_reader, Preemptions(3), writes: 1, |lock| {
    let upgradable = on_a_thread(move || read_upgradably(lock));
    let writer = on_a_thread(move || write(lock));
    read(lock);
    join([upgradable, writer]);
});

// Somebody listens while the only one who could wake it leaves: flag, listen, look again.

model!(fn a_writer_registers_while_a_reader_leaves, Unbounded, writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let waiter = on_a_thread(move || write(lock));
    drop(held);
    join([waiter]);
});

model!(fn a_writer_registers_while_a_writer_leaves, Unbounded, writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let waiter = on_a_thread(move || write(lock));
    drop(held);
    join([waiter]);
});

model!(fn a_writer_registers_while_the_last_of_two_kinds_of_reader_leaves, Preemptions(3), writes: 1, |lock| {
    let upgradable = lock.try_upgradable_read().unwrap();
    let reader = lock.try_read().unwrap();
    let waiter = on_a_thread(move || write(lock));
    let leaving = on_a_thread(move || drop(upgradable));
    drop(reader);
    join([waiter, leaving]);
});

model!(fn a_reader_registers_while_a_writer_leaves, Unbounded, writes: 0, |lock| {
    let held = lock.try_write().unwrap();
    let waiter = on_a_thread(move || read(lock));
    drop(held);
    join([waiter]);
});

model!(fn an_upgradable_reader_registers_while_another_leaves, Unbounded, writes: 0, |lock| {
    let held = lock.try_upgradable_read().unwrap();
    let waiter = on_a_thread(move || read_upgradably(lock));
    drop(held);
    join([waiter]);
});

model!(fn an_upgrader_registers_while_a_reader_leaves, Unbounded, writes: 1, |lock| {
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let waiter = on_a_thread(move || block_on(Upgradable::upgrade(upgradable)).add_one());
    reader.get();
    drop(reader);
    join([waiter]);
});

// The first two who ever wait make the queues, both at once.

model!(fn two_writers_make_the_queues, Preemptions(3), writes: 2, |lock| {
    let held = lock.try_read().unwrap();
    let waiters = [(); 2].map(|()| on_a_thread(move || write(lock)));
    drop(held);
    join(waiters);
});

model!(fn two_kinds_of_reader_make_the_queues, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let reader = on_a_thread(move || assert_eq!(read(lock), 1));
    let upgradable = on_a_thread(move || assert_eq!(read_upgradably(lock), 1));
    held.add_one();
    drop(held);
    join([reader, upgradable]);
});

// `try_*` takes what is free, and takes it alone.

model!(fn of_two_attempts_to_write_one_succeeds, Unbounded, writes: 1, |lock| {
    // No guard is dropped before both attempts have been made.
    let other = crate::harness::spawn(move || {
        let guard = lock.try_write();
        guard.iter().for_each(|guard| guard.add_one());
        guard
    });
    let guard = lock.try_write();
    guard.iter().for_each(|guard| guard.add_one());
    let other = other.join().unwrap();
    assert_ne!(guard.is_some(), other.is_some());
});

model!(fn an_attempt_to_write_beside_a_writer_and_a_reader, Preemptions(3), writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    let reader = on_a_thread(move || read(lock));
    if let Some(guard) = lock.try_write() {
        guard.get();
    }
    join([writer, reader]);
});

model!(fn attempts_to_read_beside_a_writer, Preemptions(3), writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    if let Some(guard) = lock.try_read() {
        guard.get();
    }
    if let Some(guard) = lock.try_upgradable_read() {
        guard.get();
    }
    join([writer]);
});
