//! What users of Python's `aiorwlock` have, they have here: a test for each row of that table in
//! the crate's documentation (`migration`). The last row, the model, is in `src/state/tests/model.rs`.
#![cfg(all(not(any_rwlock_loom), feature = "std", not(target_family = "wasm")))]

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard, RwLockWriteGuard,
    RwLockWriteGuardArc,
};
use futures_lite::future::{block_on, poll_once, yield_now, zip};

/// Polls once; what came of it.
fn poll<F: Future + Unpin>(future: F) -> Option<F::Output> {
    block_on(poll_once(future))
}

/// `RWLock()` belongs to the first event loop that uses it.
#[test]
fn a_lock_is_made_anywhere_and_shared_by_executors_and_threads() {
    static LOCK: RwLock<u32> = RwLock::new(0);
    let tasks: Vec<_> = (0..4)
        .map(|_| thread::spawn(|| block_on(async { *LOCK.write().await += 1 })))
        .chain((0..4).map(|_| thread::spawn(|| *LOCK.write_blocking() += 1)))
        .collect();
    tasks.into_iter().for_each(|task| task.join().unwrap());
    assert_eq!(block_on(async { *LOCK.read().await }), 8);
}

/// `async with lock.reader_lock`, `async with lock.writer_lock`.
#[test]
fn a_scope_holds_the_lock() {
    let lock = RwLock::new(1);
    block_on(async {
        {
            let _reader = lock.read().await;
            assert_eq!((lock.reader_count(), lock.is_write_locked()), (1, false));
        }
        {
            let _writer = lock.write().await;
            assert_eq!((lock.reader_count(), lock.is_write_locked()), (0, true));
        }
        assert!(!lock.is_locked());
    });
}

/// Many readers, or one writer.
#[test]
fn many_read_or_one_writes() {
    let lock = RwLock::new(1);
    let readers = [lock.try_read(), lock.try_read(), lock.try_read()];
    assert!(readers.iter().all(Option::is_some));
    assert!(lock.try_write().is_none());
    drop(readers);
    let writer = lock.try_write();
    assert!(lock.try_read().is_none() && lock.try_write().is_none());
    drop(writer);
}

/// `release()` by somebody who does not hold the lock, or twice, is a `RuntimeError`. A `drop` takes
/// the guard, so here the second one does not compile (see the documentation of `migration`).
#[test]
fn a_guard_releases_its_own_access_and_once() {
    let lock = RwLock::new(1);
    let (mine, another) = (lock.try_read().unwrap(), lock.try_read().unwrap());
    drop(mine);
    assert_eq!(lock.reader_count(), 1);
    drop(another);
    assert_eq!(lock.reader_count(), 0);
}

/// A guard must be released by the task that took it.
#[test]
fn a_guard_moves_to_another_thread() {
    let lock = Arc::new(RwLock::new(1));
    let mut writer: RwLockWriteGuardArc<u32> = block_on(lock.write_arc());
    let released_elsewhere = thread::spawn(move || {
        *writer += 1;
        drop(writer);
    });
    released_elsewhere.join().unwrap();
    let reader: RwLockReadGuardArc<u32> = block_on(lock.read_arc());
    assert_eq!(thread::spawn(move || *reader).join().unwrap(), 2);
    assert!(!lock.is_locked());
}

/// `.locked` of either side, and `repr`.
#[test]
fn a_lock_can_be_looked_at_without_waiting() {
    let lock = RwLock::new(1);
    assert!(format!("{lock:?}").starts_with("RwLock { value: 1, readers: 0, "));
    let reader = lock.try_read();
    assert_eq!((lock.is_locked(), lock.is_write_locked(), lock.reader_count()), (true, false, 1));
    drop(reader);
    let writer = lock.try_write();
    assert_eq!((lock.is_locked(), lock.is_write_locked(), lock.reader_count()), (true, true, 0));
    assert!(format!("{lock:?}").starts_with("RwLock { value: <locked>, readers: 0, "));
    drop(writer);
}

/// `fast=False` yields to the loop after each acquisition, so that others get a turn.
#[test]
fn a_free_lock_is_taken_without_a_yield_and_others_still_get_their_turn() {
    struct NoWakes;
    impl Wake for NoWakes {
        fn wake(self: Arc<Self>) {
            panic!("nothing was waited for");
        }
    }
    let waker = Waker::from(Arc::new(NoWakes));
    let mut cx = Context::from_waker(&waker);
    let lock = RwLock::new(0);
    for _ in 0..10 {
        assert!(Box::pin(lock.read()).as_mut().poll(&mut cx).is_ready());
        assert!(matches!(Box::pin(lock.write()).as_mut().poll(&mut cx), Poll::Ready(_)));
    }

    // A writer that awaits nothing but the lock.
    let greedy = async {
        let first = lock.write().await;
        yield_now().await;
        drop(first);
        for _ in 0..100 {
            *lock.write().await += 1;
        }
    };
    let reader = async { *lock.read().await };
    assert_eq!(block_on(zip(greedy, reader)).1, 0);
}

/// The same task may read again while it reads or writes, and write again while it writes.
#[test]
fn a_task_reads_again_while_it_reads_and_writes_again_while_it_writes() {
    let lock = RwLock::new(1);
    let outer = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());
    let again = RwLockReadGuard::clone(&outer);
    let without_the_guard_at_hand = block_on(lock.read_recursive());
    assert_eq!((*again, *without_the_guard_at_hand), (1, 1));
    drop((outer, again, without_the_guard_at_hand));

    fn write_again(value: &mut u32) {
        *value += 1;
    }
    let mut writer = poll(&mut writer).unwrap();
    write_again(&mut writer);
    write_again(&mut writer);
    assert_eq!(*writer, 3);
}

/// `RuntimeError("Cannot upgrade RWLock from read to write")`.
#[test]
fn a_reader_that_asked_for_it_becomes_a_writer() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let guard = block_on(lock.upgradable_read());
    let guard = RwLockUpgradableReadGuard::try_upgrade(guard).unwrap_err();
    drop(reader);
    let mut writer = block_on(RwLockUpgradableReadGuard::upgrade(guard));
    *writer += 1;
    assert_eq!(*RwLockWriteGuard::downgrade(writer), 2);
}

/// A writer that waits keeps new readers waiting; cancelled, it strands them there.
#[test]
fn the_readers_behind_a_cancelled_writer_are_admitted_at_once() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());
    let mut behind = [Box::pin(lock.read()), Box::pin(lock.read())];
    assert!(behind.iter_mut().all(|reader| poll(reader).is_none()));
    drop(writer);
    assert!(behind.iter_mut().all(|reader| poll(reader).is_some()));
    drop(reader);
}

/// A stream of writers starves readers.
#[test]
fn readers_and_writers_take_turns() {
    let lock = RwLock::new(0);
    let writes = || async {
        for _ in 0..10 {
            let mut writer = lock.write().await;
            yield_now().await;
            *writer += 1;
        }
    };
    let reads = async {
        let mut seen = Vec::new();
        for _ in 0..10 {
            seen.push(*lock.read().await);
            yield_now().await;
        }
        seen
    };
    let (_, seen) = block_on(zip(zip(writes(), writes()), reads));
    assert!(seen.windows(2).all(|two| two[1] - two[0] <= 2), "{seen:?}");
    assert!(seen[9] < 20, "{seen:?}");
}

/// Fixed in `aiorwlock` 1.0.0: cancellation while acquiring.
#[test]
fn a_cancelled_acquisition_leaves_nothing_behind() {
    let lock = RwLock::new(1);
    let writer = lock.try_write().unwrap();
    let mut woken = (Box::pin(lock.read()), Box::pin(lock.write()));
    assert!(poll(&mut woken.0).is_none() && poll(&mut woken.1).is_none());
    drop(writer);
    drop(woken);
    assert!(!lock.is_locked() && !lock.has_waiting_writer());
    assert!(lock.try_write().is_some());
}

/// Fixed in `aiorwlock` 1.2.0: two writers at once.
#[test]
fn two_writers_never_have_the_lock_at_once() {
    let lock = RwLock::new(false);
    let write = || async {
        for _ in 0..10 {
            let mut busy = lock.write().await;
            assert!(!*busy);
            *busy = true;
            yield_now().await;
            *busy = false;
            drop(busy);
            yield_now().await;
        }
    };
    block_on(zip(zip(write(), write()), zip(write(), write())));
}

/// Fixed in `aiorwlock` 1.5.1: a deadlock on cancellation.
#[test]
fn a_woken_writer_that_is_cancelled_wakes_the_next() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let mut cancelled = Some(Box::pin(lock.write()));
    assert!(poll(cancelled.as_mut().unwrap()).is_none());
    let next = async { *lock.write().await += 1 };
    let release = async {
        drop(reader);
        drop(cancelled.take());
    };
    block_on(zip(next, release));
    assert_eq!(*lock.try_read().unwrap(), 2);
}

/// Fixed in `aiorwlock` 1.5.1: a race between event loops.
#[test]
fn executors_on_many_threads_do_not_race() {
    let lock = Arc::new(RwLock::new((0, 0)));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || {
                block_on(async {
                    for _ in 0..500 {
                        let mut writer = lock.write().await;
                        writer.0 += 1;
                        yield_now().await;
                        writer.1 += 1;
                        drop(writer);
                        let reader = lock.read().await;
                        assert_eq!(reader.0, reader.1);
                    }
                })
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(*lock.try_read().unwrap(), (2000, 2000));
}
