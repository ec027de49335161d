//! Wakers that use the lock that wakes them, block, end their task, or panic. They may do so where waiters wait
//! in place: no lock of this crate is held while one is cloned, called or dropped.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};

use crate::support::*;
#[cfg(feature = "std")]
use crate::wakers::drop_lost;
use crate::wakers::{assert_panics, on_drop, waiting};

type Lock = &'static RwLock<u64>;
type Waiting = Pin<Box<dyn Future<Output = Guard<'static>> + Send>>;

/// A future of this kind, which can be sent.
fn acquire(lock: Lock, kind: Kind) -> Waiting {
    match kind {
        Kind::Read => Box::pin(async move { Guard::Read(lock.read().await) }),
        Kind::UpgradableRead => {
            Box::pin(async move { Guard::UpgradableRead(lock.upgradable_read().await) })
        }
        Kind::Write => Box::pin(async move { Guard::Write(lock.write().await) }),
    }
}

/// A lock for the tests that follow, on which everything is done that may be done in the middle of a wake-up.
fn leaked() -> Lock {
    Box::leak(Box::new(RwLock::new(0)))
}

/// Attempts, waits, gives up and lets others go first.
fn use_fully(lock: Lock) {
    for kind in KINDS {
        drop(kind.attempt(lock));
        let mut task = kind.task(lock);
        let first = task.poll();
        drop(first.or_else(|| task.poll()));
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_may_use_the_lock_that_wakes_it() {
    for kind in KINDS {
        for beside in KINDS {
            let lock = leaked();
            let held = Kind::Write.taken(lock);
            let woken = waiting!(kind.acquire(lock), on_wake(move || use_fully(lock)));
            let mut other = beside.waiter(lock);
            drop(held);
            drop(woken);
            drop(other.finishes_within(20));
            assert_free(lock);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_that_is_dropped_may_use_the_lock_that_drops_it() {
    for kind in KINDS {
        let lock = leaked();
        let held = Kind::Write.taken(lock);
        let mut future = waiting!(kind.acquire(lock), on_drop(move || use_fully(lock)));
        assert!(poll_with(&mut future, &Wakes::new()).is_none());
        let given_up = waiting!(kind.acquire(lock), on_drop(move || use_fully(lock)));
        drop(given_up);
        drop(held);
        drop(poll_with(&mut future, &Wakes::new()).expect("it was woken"));
        drop(future);
        assert_free(lock);
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_that_is_dropped_with_its_future_no_longer_finds_that_waiting() {
    let lock = leaked();
    let reader = lock.try_read();
    let found = Arc::new(Mutex::new(Vec::new()));
    let look = {
        let found = Arc::clone(&found);
        move || found.lock().unwrap().push((lock.has_waiting_writer(), lock.try_read().is_some()))
    };
    drop(waiting!(lock.write(), on_drop(look)));
    assert_eq!(*found.lock().unwrap(), [(false, true)]);
    drop(reader);
    assert_free(lock);
}

/// Futures of one lock, all of which a waker can reach.
type Shared = Arc<Mutex<Vec<Waiting>>>;

/// Of each kind in turn, all of which wait.
fn crowd(lock: Lock) -> Shared {
    let mut crowd: Vec<_> = (0..6).map(|number| acquire(lock, KINDS[number % 3])).collect();
    for future in &mut crowd {
        assert!(future.as_mut().poll(&mut Context::from_waker(&on_wake(|| ()))).is_pending());
    }
    Arc::new(Mutex::new(crowd))
}

#[test]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_may_drop_or_poll_other_futures_of_the_lock_that_wakes_it() {
    for kind in KINDS {
        for polls in [false, true] {
            let lock = leaked();
            let held = Kind::Write.taken(lock);
            let before = crowd(lock);
            let acts = {
                let before = Arc::clone(&before);
                move || {
                    let mut others = std::mem::take(&mut *before.lock().unwrap());
                    for other in others.iter_mut().filter(|_| polls) {
                        let polled = other.as_mut().poll(&mut Context::from_waker(&on_wake(|| ())));
                        let is_done = polled.is_ready();
                        drop(polled);
                        if is_done {
                            *other = acquire(lock, Kind::Read);
                        }
                    }
                }
            };
            let woken = waiting!(kind.acquire(lock), on_wake(acts));
            let behind = crowd(lock);
            drop(held);
            drop(woken);
            before.lock().unwrap().clear();
            behind.lock().unwrap().clear();
            assert_free(lock);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_may_drop_the_task_that_it_wakes() {
    for kind in KINDS {
        let lock = leaked();
        let held = Kind::Write.taken(lock);
        let own: Shared = Arc::default();
        let task = Arc::clone(&own);
        let waker = on_wake(move || {
            let task = std::mem::take(&mut *task.lock().unwrap());
            drop(task);
        });
        let mut future = acquire(lock, kind);
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        own.lock().unwrap().push(future);
        let mut behind = Kind::Write.waiter(lock);
        drop(held);
        drop(behind.finishes_within(3));
        drop(waker);
        assert!(own.lock().unwrap().is_empty());
        assert_free(lock);
    }
}

/// A thread that polls each future that it is sent, once, and drops what comes of it.
#[cfg(not(target_family = "wasm"))]
fn executor() -> Sender<(Waiting, Sender<()>)> {
    let (tasks, queue) = channel::<(Waiting, Sender<()>)>();
    std::thread::spawn(move || {
        for (mut task, done) in queue {
            drop(task.as_mut().poll(&mut Context::from_waker(&on_wake(|| ()))));
            drop(task);
            done.send(()).unwrap();
        }
    });
    tasks
}

#[test]
#[cfg(not(target_family = "wasm"))]
#[cfg_attr(miri, ignore = "leaks its lock")]
fn a_waker_may_block_until_another_task_of_its_executor_was_polled() {
    for kind in KINDS {
        for other in KINDS {
            let lock = leaked();
            let held = Kind::Write.taken(lock);
            let tasks = Mutex::new(executor());
            let waker = on_wake(move || {
                let (done, is_done) = channel();
                tasks.lock().unwrap().send((acquire(lock, other), done)).unwrap();
                is_done.recv().unwrap();
            });
            let woken = waiting!(kind.acquire(lock), waker);
            drop(held);
            drop(woken);
            assert_free(lock);
        }
    }
}

#[test]
#[cfg(feature = "std")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn readers_behind_wakers_that_panic_are_woken_with_them() {
    let lock = RwLock::new(0);
    let held = Kind::Write.taken(&lock);
    let mut tasks = Vec::new();
    let mut lost = Vec::new();
    for _ in 0..3 {
        lost.push(waiting!(lock.read(), on_wake(|| panic!("woken"))));
        tasks.push(Kind::Read.waiter(&lock));
    }
    assert_panics(|| drop(held));
    for task in &mut tasks {
        assert_eq!(task.wakes(), 1);
        drop(task.finishes_within(2));
    }
    lost.into_iter().for_each(drop_lost);
    assert_free(&lock);
}

#[test]
#[cfg(feature = "std")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn readers_far_behind_a_waker_that_panics_are_woken_with_it() {
    let lock = RwLock::new(0);
    let held = Kind::Write.taken(&lock);
    let lost = waiting!(lock.read(), on_wake(|| panic!("woken")));
    let readers: Vec<_> = (0..100).map(|_| Kind::Read.waiter(&lock)).collect();
    assert_panics(|| drop(held));
    assert_eq!(readers.iter().filter(|reader| reader.wakes() == 1).count(), 100);
    drop_lost(lost);
}

#[test]
#[cfg(feature = "std")]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn an_upgradable_reader_beside_a_waker_that_panics_is_woken_with_it() {
    let lock = RwLock::new(0);
    let held = Kind::Write.taken(&lock);
    let lost = waiting!(lock.read(), on_wake(|| panic!("woken")));
    let mut upgradable = Kind::UpgradableRead.waiter(&lock);
    assert_panics(|| drop(held));
    assert_eq!(upgradable.wakes(), 1);
    drop(upgradable.finishes());
    drop_lost(lost);
    assert_free(&lock);
}

thread_local! {
    static PANICS: RefCell<bool> = const { RefCell::new(false) };
}

/// Its clone panics if that is what this thread wants. It wakes nobody.
fn fragile() -> Waker {
    static TABLE: RawWakerVTable = RawWakerVTable::new(
        |data| {
            assert!(!PANICS.with(RefCell::take), "cloned");
            RawWaker::new(data, &TABLE)
        },
        |_| (),
        |_| (),
        |_| (),
    );
    // SAFETY: the functions of the table do nothing with the pointer, and may be called anywhere.
    unsafe { Waker::from_raw(RawWaker::new(std::ptr::null(), &TABLE)) }
}

/// A poll with a waker that panics as it is cloned.
fn poll_panics(future: &mut Pin<Box<impl Future>>) {
    PANICS.with(|panics| panics.replace(true));
    let waker = fragile();
    assert_panics(|| drop(future.as_mut().poll(&mut Context::from_waker(&waker))));
    assert!(!PANICS.with(RefCell::take));
}

/// The future queues up, is polled with such a waker while it is queued, and gets in once `held` has gone.
fn gets_in_after(held: impl Sized, lock: &RwLock<u64>, mut future: Pin<Box<impl Future>>) {
    let wakes = Wakes::new();
    assert!(poll_with(&mut future, &wakes).is_none());
    poll_panics(&mut future);
    drop(held);
    assert_eq!(wakes.count(), 1);
    drop(poll_with(&mut future, &wakes).expect("it was woken"));
    drop(future);
    assert_free(lock);
}

/// The future, which waits for this lock, is polled with such a waker at first, and while it is queued.
fn is_polled_again(lock: &RwLock<u64>, future: impl Future) {
    let held = Kind::Write.taken(lock);
    let mut future = Box::pin(future);
    poll_panics(&mut future);
    assert!(!lock.has_waiting_writer());
    gets_in_after(held, lock, future);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_waker_that_panics_when_it_is_cloned_leaves_a_future_that_can_be_polled_again() {
    let lock = RwLock::new(0);
    is_polled_again(&lock, lock.read());
    is_polled_again(&lock, lock.upgradable_read());
    is_polled_again(&lock, lock.write());
    is_polled_again(&lock, lock.read_recursive());
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn an_upgrade_whose_waker_panics_when_it_is_cloned_holds_no_reader_up_and_can_be_polled_again() {
    let lock = RwLock::new(0);
    let reader = lock.try_read();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
    poll_panics(&mut upgrade);
    assert!(lock.try_read().is_some());
    let wakes = Wakes::new();
    assert!(poll_with(&mut upgrade, &wakes).is_none());
    poll_panics(&mut upgrade);
    assert!(lock.try_read().is_none());
    drop(reader);
    assert_eq!(wakes.count(), 1);
    drop(poll_with(&mut upgrade, &wakes).expect("it was woken"));
    drop(upgrade);
    assert_free(&lock);
}

/// The future is woken, finds the lock taken, queues up again with such a waker, and once more with another.
fn is_on_record_again(lock: &RwLock<u64>, future: impl Future) {
    let held = Kind::Write.taken(lock);
    let mut future = Box::pin(future);
    assert!(poll_with(&mut future, &Wakes::new()).is_none());
    drop(held);
    let barging = lock.try_write().expect("what is free can be had at once");
    poll_panics(&mut future);
    gets_in_after(barging, lock, future);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_woken_waiter_whose_waker_panics_as_it_queues_up_again_is_woken_by_the_next_it_comes_with() {
    let lock = RwLock::new(0);
    is_on_record_again(&lock, lock.read());
    is_on_record_again(&lock, lock.upgradable_read());
    is_on_record_again(&lock, lock.write());
    is_on_record_again(&lock, lock.read_recursive());
}

/// The future is woken, finds the lock taken, and queues up again with such a waker; another kind waits behind it.
fn passes_its_turn_on(lock: &RwLock<u64>, future: impl Future, behind: Kind) {
    let held = Kind::Write.taken(lock);
    let mut future = Box::pin(future);
    let waker = fragile();
    let mut cx = Context::from_waker(&waker);
    assert!(future.as_mut().poll(&mut cx).is_pending());
    let mut behind = behind.waiter(lock);
    drop(held);
    let barging = lock.try_write().expect("what is free can be had at once");
    poll_panics(&mut future);
    drop(barging);
    drop(behind.finishes_within(20));
    let polls = (0..20).filter(|_| future.as_mut().poll(&mut cx).is_ready()).take(1);
    assert_eq!(polls.count(), 1);
    drop(future);
    assert_free(lock);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_woken_waiter_whose_waker_panics_as_it_queues_up_again_passes_its_turn_on() {
    for behind in KINDS {
        let lock = RwLock::new(0);
        passes_its_turn_on(&lock, lock.read(), behind);
        passes_its_turn_on(&lock, lock.upgradable_read(), behind);
        passes_its_turn_on(&lock, lock.read_recursive(), behind);
    }
    // Readers behind it would be woken before it.
    let lock = RwLock::new(0);
    passes_its_turn_on(&lock, lock.write(), Kind::Write);
}
