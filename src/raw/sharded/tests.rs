//! What the shards and the bias do, one operation at a time.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::vec::Vec;

use futures_lite::future::{block_on, poll_once};

use super::{RawShardedRwLock, MAX_READERS_OF_SHARD, MAX_SHARDS, READS_FOR_BIAS};
use crate::probe::Tag;
use crate::raw::tests::operations::operations;
use crate::raw::RawLock;
use crate::state::MAX_READERS;
use crate::sync::tests::interrupt;
use crate::sync::Ordering;
use crate::{ShardedRwLock, ShardedRwLockReadGuard};

type Lock = ShardedRwLock<u8>;

fn is_biased(lock: &Lock) -> bool {
    lock.raw.word().snapshot().is_biased()
}

/// How many the word counts, and how many the shards.
fn readers(lock: &Lock) -> (usize, usize) {
    let (state, in_shards) = lock.raw.snapshot();
    (state.readers(), in_shards)
}

/// How many reads do not bring the bias back.
fn read_until_biased(lock: &Lock) -> usize {
    let reads_in_vain = |_: &usize| {
        drop(lock.try_read().unwrap());
        !is_biased(lock)
    };
    (0..1000).take_while(reads_in_vain).count()
}

#[test]
#[cfg_attr(feature = "diagnostics", ignore = "a record takes operations of its own")]
fn a_read_of_a_biased_lock_leaves_the_word_as_it_is() {
    let lock = Lock::with_shards(0, 2);
    let before = lock.raw.word().snapshot();
    let reads: [fn(&Lock) -> ShardedRwLockReadGuard<'_, u8>; 4] = [
        |lock| lock.try_read().unwrap(),
        |lock| lock.try_read_recursive().unwrap(),
        |lock| block_on(lock.read()),
        |lock| block_on(lock.read_recursive()),
    ];
    for read in reads {
        let reader = read(&lock);
        assert_eq!(lock.raw.snapshot(), (before, 1));
        drop(reader);
        assert_eq!(lock.raw.snapshot(), (before, 0));
    }
    // Its count, a look at the word; a look at the shard, and its count, which under Miri may fail for nothing.
    let count = operations(|| drop(lock.try_read().unwrap())).0;
    assert!(count == 4 || cfg!(miri), "{count}");
}

#[test]
fn an_attempt_to_write_beside_a_reader_leaves_the_bias() {
    let lock = Lock::with_shards(0, 2);
    for reader in [lock.try_read(), lock.try_read_recursive()] {
        assert!(lock.try_write().is_none() && is_biased(&lock));
        drop(reader);
    }
    let upgradable = lock.try_upgradable_read().unwrap();
    assert!(lock.try_write().is_none() && is_biased(&lock));
    drop(upgradable);
    assert!(lock.try_write().is_some() && !is_biased(&lock));
}

#[test]
fn the_bias_returns_when_one_thread_has_read_often_enough() {
    for shards in [1, 2, 8] {
        let lock = Lock::with_shards(0, shards);
        for _ in 0..2 {
            drop(block_on(lock.write()));
            assert_eq!(read_until_biased(&lock), READS_FOR_BIAS);
            let _reader = lock.try_read().unwrap();
            assert_eq!(lock.raw.snapshot().1, 1);
        }
    }
}

#[test]
fn a_lock_has_a_power_of_two_of_shards_and_not_too_many() {
    for (asked, made) in [(0, 1), (1, 1), (2, 2), (3, 4), (64, 64), (65, 64), (usize::MAX, 64)] {
        assert_eq!(Lock::with_shards(0, asked).shards(), made);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for time_asked in 1..=2 {
        let made = threads.min(MAX_SHARDS).next_power_of_two();
        assert_eq!(Lock::new(0).shards(), made, "{time_asked}");
    }
}

#[test]
fn readers_that_a_full_shard_has_no_room_for_are_counted_in_the_word() {
    let lock = Lock::with_shards(0, 1);
    for shard in &*lock.raw.shards {
        shard.0.readers.store(MAX_READERS_OF_SHARD - 1, Ordering::Relaxed);
    }
    let [last, next] = [(); 2].map(|()| lock.try_read().unwrap());
    let again = ShardedRwLockReadGuard::clone(&last);
    assert_eq!(readers(&lock), (2, MAX_READERS_OF_SHARD));
    drop((last, next, again));
    assert_eq!(readers(&lock), (0, MAX_READERS_OF_SHARD - 1));
    // There is room again.
    let _reader = lock.try_read().unwrap();
    assert_eq!(readers(&lock), (0, MAX_READERS_OF_SHARD));
}

/// As when the one that has brought the bias back says so after another has ended it.
#[test]
fn a_reader_that_finds_no_bias_corrects_what_others_see() {
    let lock = Lock::with_shards(0, 2);
    drop(lock.try_write().unwrap());
    lock.raw.seems_biased.set(1);
    drop(lock.try_read().unwrap());
    assert_eq!(lock.raw.seems_biased.get(), 0);
}

/// Not that each has one of its own: other tests have threads, too.
#[test]
fn threads_do_not_all_read_in_one_shard() {
    let lock = Arc::new(Lock::with_shards(0, 64));
    let read = || {
        let lock = Arc::clone(&lock);
        std::thread::spawn(move || lock.try_read_arc().unwrap()).join().unwrap()
    };
    let guards: Vec<_> = (0..8).map(|_| read()).collect();
    let is_used = |count: &usize| *count > 0;
    let counts = lock.raw.shards.iter().map(|shard| shard.0.readers());
    assert!(counts.filter(is_used).count() > 1);
    drop(guards);
}

#[test]
fn all_shards_together_have_room_in_the_word_beside_its_own_readers() {
    let raw = RawShardedRwLock::with_shards(Tag::of::<u8>(None), usize::MAX);
    assert!(2 * MAX_READERS_OF_SHARD * raw.shards() <= MAX_READERS);
}

#[test]
fn a_write_that_had_to_wait_counts_for_the_bias_as_any_other() {
    let lock = Lock::with_shards(0, 1);
    drop(lock.try_write().unwrap());
    let reader = lock.try_read().unwrap();
    (2..READS_FOR_BIAS).for_each(|_| drop(lock.try_read().unwrap()));
    let mut writer = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut writer)).is_none());
    drop(reader);
    drop(block_on(writer));
    assert_eq!(read_until_biased(&lock), READS_FOR_BIAS);
}

#[test]
fn a_writer_that_ends_the_bias_and_gives_up_counts_for_it_as_a_write() {
    let lock = Lock::with_shards(0, 1);
    drop(lock.try_write().unwrap());
    read_until_biased(&lock);
    let reader = lock.try_read().unwrap();
    assert!(block_on(poll_once(lock.write())).is_none() && !is_biased(&lock));
    assert_eq!(lock.raw.seems_biased.get(), 0);
    drop(reader);
    assert_eq!(read_until_biased(&lock), READS_FOR_BIAS);
}

/// A writer is polled beside a reader, and before this operation of its poll many read, so that the bias may return.
/// Whether it has. `None` if there were not as many operations.
fn gets_in_though_the_bias_returns(operation: usize) -> Option<bool> {
    let lock = Arc::new(Lock::with_shards(0, 2));
    drop(lock.try_write().unwrap());
    let reader = lock.try_read_arc().unwrap();
    let mut writer = Box::pin(lock.write_arc());
    let (biased, mut left) = (Rc::new(Cell::new(None)), operation);
    let (is_there, same) = (Rc::clone(&biased), Arc::clone(&lock));
    let hook = move || {
        left = left.wrapping_sub(1);
        if left == 0 {
            (0..=READS_FOR_BIAS).for_each(|_| drop(same.try_read()));
            is_there.set(Some(is_biased(&same)));
        }
    };
    interrupt::before_each_operation(hook, 1000);
    let written = block_on(poll_once(&mut writer));
    interrupt::stop();
    assert!(written.is_none());
    drop(reader);
    drop(block_on(poll_once(&mut writer)).expect("all readers have left"));
    let (state, in_shards) = lock.raw.snapshot();
    assert!(!state.is_locked() && in_shards == 0);
    biased.get()
}

#[test]
fn a_writer_that_goes_on_record_as_the_bias_returns_gets_in_once_the_readers_have_left() {
    let biased: Vec<_> = (1..).map_while(gets_in_though_the_bias_returns).collect();
    assert!(biased.len() > 5 && biased.contains(&true), "{biased:?}");
}

/// A writer is polled beside readers, and before this operation of its poll some leave and some come. Whether all
/// that have access then keep it out until they have left. `None` if there were not as many operations.
fn waits_for_all(operation: usize, leave: usize, come: usize) -> Option<bool> {
    let lock = Arc::new(Lock::with_shards(0, 2));
    let guards: Vec<_> = (0..2).map(|_| lock.try_read_arc().unwrap()).collect();
    let guards = Rc::new(RefCell::new(guards));
    let mut writer = Box::pin(lock.write_arc());

    let (held, for_comers, mut left) = (Rc::clone(&guards), Arc::clone(&lock), operation);
    let came = Rc::new(Cell::new(false));
    let has_come = Rc::clone(&came);
    let hook = move || {
        left = left.wrapping_sub(1);
        if left == 0 {
            has_come.set(true);
            held.borrow_mut().truncate(2 - leave);
            held.borrow_mut().extend((0..come).filter_map(|_| for_comers.try_read_arc()));
        }
    };
    interrupt::before_each_operation(hook, 1000);
    let mut written = block_on(poll_once(&mut writer));
    interrupt::stop();

    let has_come = came.get();
    let mut guards = guards.take();
    let mut is_kept_out = true;
    while let Some(guard) = guards.pop() {
        is_kept_out &= written.is_none();
        written = written.or_else(|| block_on(poll_once(&mut writer)));
        is_kept_out &= written.is_none();
        drop(guard);
    }
    written = written.or_else(|| block_on(poll_once(&mut writer)));
    has_come.then(|| is_kept_out && written.is_some())
}

#[test]
fn readers_that_leave_and_come_while_a_writer_collects_are_neither_missed_nor_waited_for_in_vain() {
    for (leave, come) in [(0, 0), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (2, 3)] {
        let waits: Vec<_> =
            (1..).map_while(|operation| waits_for_all(operation, leave, come)).collect();
        assert!(waits.len() > 10 && waits.iter().all(|&waits| waits), "{leave} {come} {waits:?}");
    }
}
