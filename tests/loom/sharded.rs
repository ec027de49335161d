//! Readers in shards, and writers that collect. A model has two shards: threads use them in turn.

use any_rwlock::ShardedRwLockReadGuard as Reader;

use crate::harness::Bound::{Preemptions, Unbounded};
use crate::harness::{
    block_on, join, on_a_thread, poll_and_drop, sharded_model as model, waiting, Sharded,
};

fn read(lock: &'static Sharded) -> usize {
    block_on(lock.read()).get()
}

fn write(lock: &'static Sharded) {
    block_on(lock.write()).add_one();
}

model!(fn a_reader_by_a_shard_and_a_writer, Preemptions(3), writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    read(lock);
    join([writer]);
});

model!(fn a_reader_by_a_shard_twice_and_a_writer, Preemptions(3), writes: 1, |lock| {
    let writer = on_a_thread(move || write(lock));
    let first = read(lock);
    assert!(first <= read(lock));
    join([writer]);
});

model!(fn readers_by_two_shards_and_a_writer, Preemptions(3), writes: 1, |lock| {
    let reader = on_a_thread(move || read(lock));
    let writer = on_a_thread(move || write(lock));
    read(lock);
    join([reader, writer]);
});

model!(fn two_writers_and_a_reader_by_a_shard, Preemptions(3), writes: 2, |lock| {
    let writers = [(); 2].map(|()| on_a_thread(move || write(lock)));
    read(lock);
    join(writers);
});

// A reader leaves while its count is moved.

model!(fn a_reader_leaves_while_it_is_collected, Unbounded, writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = on_a_thread(move || write(lock));
    held.get();
    drop(held);
    join([writer]);
});

model!(fn readers_of_one_shard_leave_while_they_are_collected, Preemptions(3), writes: 1, |lock| {
    let [one, other] = [(); 2].map(|()| lock.try_read().unwrap());
    let leaving = on_a_thread(move || drop(one));
    let writer = on_a_thread(move || write(lock));
    other.get();
    drop(other);
    join([leaving, writer]);
});

model!(fn readers_of_two_shards_leave_while_they_are_collected, Preemptions(3), writes: 1, |lock| {
    let one = lock.try_read().unwrap();
    let leaving = on_a_thread(move || {
        let other = lock.try_read();
        other.iter().for_each(|other| assert_eq!(other.get(), 0));
        drop(one);
        drop(other);
    });
    let writer = on_a_thread(move || write(lock));
    join([leaving, writer]);
});

model!(fn a_reader_leaves_from_its_shard_while_another_comes_there, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = waiting(lock.write());
    // The same shard: that of every other thread.
    let other = on_a_thread(|| ());
    let refused = on_a_thread(move || drop(lock.try_read()));
    held.get();
    drop(held);
    block_on(writer).add_one();
    join([other, refused]);
});

// The bias is back when a thread has read the word twice with no write in between.

model!(fn the_bias_returns_beside_a_writer, Preemptions(3), writes: 2, |lock| {
    write(lock);
    let writer = on_a_thread(move || write(lock));
    for _ in 0..4 {
        drop(lock.try_read());
    }
    join([writer]);
});

model!(fn a_reader_by_a_shard_sees_what_was_written_before_the_bias_returned, Preemptions(3), writes: 1, |lock| {
    let reader = on_a_thread(move || lock.try_read().map(|guard| guard.get()));
    write(lock);
    for _ in 0..3 {
        drop(lock.try_read());
    }
    join([reader]);
});

model!(fn a_writer_registers_while_the_bias_returns, Preemptions(3), writes: 2, |lock| {
    write(lock);
    let held = [(); 2].map(|()| lock.try_read().unwrap());
    let writer = on_a_thread(move || write(lock));
    drop(lock.try_read());
    held.iter().for_each(|held| assert_eq!(held.get(), 1));
    drop(held);
    join([writer]);
});

// `try_*` takes what is free, and takes it alone.

model!(fn of_two_attempts_to_write_past_shards_one_succeeds, Preemptions(3), writes: 1, |lock| {
    // No guard is dropped before both attempts have been made. Both may fail: for the collector of the other.
    let other = crate::harness::spawn(move || {
        let guard = lock.try_write();
        guard.iter().for_each(|guard| guard.add_one());
        guard
    });
    let guard = lock.try_write();
    guard.iter().for_each(|guard| guard.add_one());
    let other = other.join().unwrap();
    assert!(!(guard.is_some() && other.is_some()));
    if guard.is_none() && other.is_none() {
        write(lock);
    }
});

model!(fn an_attempt_to_write_beside_a_reader_by_a_shard, Preemptions(3), writes: 0, |lock| {
    let reader = on_a_thread(move || read(lock));
    if let Some(guard) = lock.try_write() {
        guard.get();
    }
    join([reader]);
});

model!(fn a_writer_that_gives_up_beside_a_reader_by_a_shard, Preemptions(3), writes: 0, |lock| {
    let reader = on_a_thread(move || read(lock));
    poll_and_drop(lock.write());
    read(lock);
    join([reader]);
});

model!(fn a_clone_while_a_writer_comes, Preemptions(3), writes: 1, |lock| {
    let held = lock.try_read().unwrap();
    let writer = on_a_thread(move || write(lock));
    let again = Reader::clone(&held);
    drop(held);
    again.get();
    drop(again);
    join([writer]);
});
