//! A reader that is refused has been in the count for a moment. While it was, others may have found
//! the lock taken and gone to sleep, or left without waking anybody.

use any_rwlock::RwLockUpgradableReadGuard as Upgradable;

use crate::harness::Bound::Preemptions;
use crate::harness::{block_on, join, model, on_a_thread, poll_and_drop, read, waiting, write};

model!(fn from_a_waiting_writer_while_the_last_reader_leaves, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let refused = on_a_thread(move || drop(lock.try_read()));
    drop(held);
    block_on(writer).add_one();
    join([refused]);
});

model!(fn from_a_sleeping_writer_while_the_last_reader_leaves, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([refused, writer]);
});

model!(fn from_a_sleeping_writer_while_a_writer_leaves, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_write().unwrap();
    let writer = waiting(lock.write());
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([refused, writer]);
});

model!(fn from_a_sleeping_writer_while_an_upgradable_reader_leaves, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_upgradable_read().unwrap();
    let writer = waiting(lock.write());
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([refused, writer]);
});

model!(fn from_an_upgrader_while_the_last_reader_leaves, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let upgrade = waiting(Upgradable::upgrade(lock.try_upgradable_read().unwrap()));
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(upgrade).add_one());
    drop(held);
    join([refused, writer]);
});

model!(fn while_a_writer_comes_and_goes_to_sleep, Preemptions(3), writes: 2, |lock| {
    let held = lock.try_write().unwrap();
    let writer = on_a_thread(move || write(lock));
    let refused = on_a_thread(move || drop(lock.try_read()));
    held.add_one();
    drop(held);
    join([refused, writer]);
});

model!(fn two_at_once_from_a_sleeping_writer, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let refused = [(); 2].map(|()| on_a_thread(move || drop(lock.try_read())));
    drop(held);
    block_on(writer).add_one();
    join(refused);
});

model!(fn and_sleeping_behind_the_writer, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let reader = on_a_thread(move || read(lock));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(held);
    join([reader, writer]);
});

model!(fn while_the_only_writer_gives_up, Preemptions(3), writes: 0, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    let reader = on_a_thread(move || read(lock));
    let refused = on_a_thread(move || drop(lock.try_read()));
    drop(writer);
    drop(held);
    join([reader, refused]);
});

model!(fn while_one_of_two_writers_gives_up, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let gives_up = waiting(lock.write());
    let writer = waiting(lock.write());
    let refused = on_a_thread(move || drop(lock.try_read()));
    let leaves = on_a_thread(move || drop(held));
    drop(gives_up);
    block_on(writer).add_one();
    join([refused, leaves]);
});

model!(fn while_a_woken_writer_gives_up, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let gives_up = waiting(lock.write());
    let writer = waiting(lock.write());
    drop(held);
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(gives_up);
    join([refused, writer]);
});

model!(fn while_a_woken_writer_is_polled_once_and_gives_up, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let mut gives_up = waiting(lock.write());
    let writer = waiting(lock.write());
    drop(held);
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    drop(poll_and_drop(gives_up.as_mut()));
    drop(gives_up);
    join([refused, writer]);
});

model!(fn while_a_woken_upgrade_is_cancelled, Preemptions(2), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let mut upgrade = waiting(Upgradable::upgrade(lock.try_upgradable_read().unwrap()));
    let writer = waiting(lock.write());
    drop(held);
    let refused = on_a_thread(move || drop(lock.try_read()));
    let writer = on_a_thread(move || block_on(writer).add_one());
    upgrade.as_mut().cancel().expect("not upgraded yet").get();
    join([refused, writer]);
});
