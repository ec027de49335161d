//! Waiters that give up, before and after they were woken.

use std::future::Future;

use any_rwlock::RwLockUpgradableReadGuard as Upgradable;

use crate::harness::Bound::{Preemptions, Unbounded};
use crate::harness::{
    block_on, join, model, on_a_thread, read, read_upgradably, waiting, watched, write,
};

model!(fn of_a_writer_while_the_reader_leaves_with_a_reader_behind_it, Preemptions(3), writes: 0, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let reader = waiting(lock.read());
    let gives_up = on_a_thread(move || drop(writer));
    drop(held);
    block_on(reader).get();
    join([gives_up]);
});

model!(fn of_a_writer_while_a_reader_comes_to_wait_behind_it, Preemptions(3), writes: 0, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let reader = on_a_thread(move || read(lock));
    let gives_up = on_a_thread(move || drop(writer));
    drop(held);
    join([reader, gives_up]);
});

model!(fn of_a_writer_while_an_upgradable_reader_comes_to_wait_behind_it, Preemptions(2), writes: 0, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let reader = on_a_thread(move || read_upgradably(lock));
    let gives_up = on_a_thread(move || drop(writer));
    drop(held);
    join([reader, gives_up]);
});

model!(fn of_a_writer_while_the_reader_leaves_with_a_writer_behind_it, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let gives_up = waiting(lock.write());
    let writer = waiting(lock.write());
    let gives_up = on_a_thread(move || drop(gives_up));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([gives_up, writer]);
});

/// One waits, and another behind it. The first gives up while `held` leaves: the other is woken.
fn the_next<F, N>(held: impl Sized, gives_up: F, next: N) -> N::Output
where
    F: Future + Send + 'static,
    N: Future,
{
    let gives_up = waiting(gives_up);
    let (next, is_woken) = watched(next);
    let gives_up = on_a_thread(move || drop(gives_up));
    drop(held);
    join([gives_up]);
    assert!(is_woken(), "a lost wake-up");
    block_on(next)
}

model!(fn of_a_writer_while_the_reader_leaves_and_the_next_is_woken, Preemptions(2), writes: 1, |lock| {
    the_next(lock.try_read().unwrap(), lock.write(), lock.write()).add_one();
});

model!(fn of_an_upgradable_reader_while_one_leaves_and_the_next_is_woken, Preemptions(2), writes: 0, |lock| {
    let held = lock.try_upgradable_read().unwrap();
    the_next(held, lock.upgradable_read(), lock.upgradable_read()).get();
});

model!(fn of_the_first_writer_while_both_kinds_wait_behind_it, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let gives_up = waiting(lock.write());
    let writer = waiting(lock.write());
    let reader = waiting(lock.read());
    let gives_up = on_a_thread(move || drop(gives_up));
    let writer = on_a_thread(move || block_on(writer).add_one());
    let reader = on_a_thread(move || block_on(reader).get());
    drop(held);
    join([gives_up, writer, reader]);
});

// One that was woken gives up while another arrives.

model!(fn of_a_woken_writer_while_a_writer_arrives, Unbounded, writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let woken = waiting(lock.write());
    drop(held);
    let arrival = on_a_thread(move || write(lock));
    drop(woken);
    join([arrival]);
});

model!(fn of_a_woken_writer_while_a_reader_arrives, Unbounded, writes: 0, |lock| {
    let held = lock.try_write().unwrap();
    let woken = waiting(lock.write());
    drop(held);
    let arrival = on_a_thread(move || read(lock));
    drop(woken);
    join([arrival]);
});

model!(fn of_a_woken_reader_while_a_writer_arrives, Unbounded, writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let woken = waiting(lock.read());
    drop(held);
    let arrival = on_a_thread(move || write(lock));
    drop(woken);
    join([arrival]);
});

model!(fn of_a_woken_reader_while_an_upgradable_reader_arrives, Unbounded, writes: 0, |lock| {
    let held = lock.try_write().unwrap();
    let woken = waiting(lock.read());
    drop(held);
    let arrival = on_a_thread(move || read_upgradably(lock));
    drop(woken);
    join([arrival]);
});

model!(fn of_a_woken_upgradable_reader_while_another_arrives, Preemptions(3), writes: 0, |lock| {
    let held = lock.try_upgradable_read().unwrap();
    let woken = waiting(lock.upgradable_read());
    drop(held);
    let arrival = on_a_thread(move || read_upgradably(lock));
    drop(woken);
    join([arrival]);
});

model!(fn of_a_woken_upgradable_reader_while_another_sleeps, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_upgradable_read().unwrap();
    let woken = waiting(lock.upgradable_read());
    let asleep = waiting(lock.upgradable_read());
    drop(held);
    let writer = on_a_thread(move || write(lock));
    let asleep = on_a_thread(move || block_on(asleep).get());
    drop(woken);
    join([writer, asleep]);
});

model!(fn of_one_of_two_woken_readers_while_writers_wait, Preemptions(3), writes: 2, |lock| {
    let held = lock.try_write().unwrap();
    let woken = waiting(lock.read());
    let reader = waiting(lock.read());
    let writer = waiting(lock.write());
    held.add_one();
    drop(held);
    let reader = on_a_thread(move || assert_ne!(block_on(reader).get(), 0));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(woken);
    join([reader, writer]);
});

// A waiter is woken while it gives up.

model!(fn of_each_of_two_readers_while_a_writer_leaves, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let readers = [waiting(lock.read()), waiting(lock.read())];
    let writer = waiting(lock.write());
    let give_up = readers.map(|reader| on_a_thread(move || drop(reader)));
    drop(held);
    block_on(writer).add_one();
    join(give_up);
});

model!(fn of_an_upgrade_while_the_reader_leaves_and_a_writer_waits, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let mut upgrade = waiting(Upgradable::upgrade(lock.try_upgradable_read().unwrap()));
    let writer = waiting(lock.write());
    let cancels = on_a_thread(move || {
        let guard = upgrade.as_mut().cancel().expect("not upgraded yet");
        assert_eq!(guard.get(), 0);
    });
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([cancels, writer]);
});

model!(fn of_an_upgrade_while_a_reader_waits_behind_it, Preemptions(3), writes: 0, |lock| {
    let held = lock.try_read().unwrap();
    let upgrade = waiting(Upgradable::upgrade(lock.try_upgradable_read().unwrap()));
    let reader = on_a_thread(move || read(lock));
    let cancels = on_a_thread(move || drop(upgrade));
    drop(held);
    join([reader, cancels]);
});
