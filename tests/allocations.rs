//! How often each operation allocates, counted by a global allocator.
#![cfg(not(loom))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

struct Counting;

thread_local! {
    // Tests run on threads of their own; a constant of a type without `Drop` needs no allocation.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count_one() {
    ALLOCATIONS.with(|count| count.set(count.get() + 1));
}

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: by the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: by the caller's promise; the block is from `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: by the caller's promise; the block is from `System`.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this allocates on this thread, and what it returns.
fn allocations<R>(run: impl FnOnce() -> R) -> (usize, R) {
    let before = ALLOCATIONS.with(Cell::get);
    let result = run();
    (ALLOCATIONS.with(Cell::get) - before, result)
}

#[track_caller]
fn allocates_nothing<R>(run: impl FnOnce() -> R) -> R {
    let (count, result) = allocations(run);
    assert_eq!(count, 0);
    result
}

struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(waker)) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn counting_waker() -> Waker {
    Waker::from(Arc::new(Wakes(AtomicUsize::new(0))))
}

/// Polls a future that need not wait, on the stack.
macro_rules! ready {
    ($future:expr, $waker:expr) => {{
        let future = $future;
        futures_lite::pin!(future);
        poll_with(future, $waker).expect("the lock is free")
    }};
}

#[test]
fn attempts_and_conversions_do_not_allocate() {
    allocates_nothing(|| {
        let lock = RwLock::new(0);
        for _ in 0..10 {
            let reader = lock.try_read().unwrap();
            let upgradable = lock.try_upgradable_read().unwrap();
            assert!(lock.try_write().is_none());
            drop(reader);
            let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
            assert!(lock.try_read().is_none());
            let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
            drop(RwLockUpgradableReadGuard::downgrade(upgradable));
            drop(RwLockWriteGuard::downgrade(lock.try_write().unwrap()));
        }
    });
}

#[test]
fn futures_that_need_not_wait_do_not_allocate() {
    let waker = counting_waker();
    allocates_nothing(|| {
        let lock = RwLock::new(0);
        for _ in 0..10 {
            drop(ready!(lock.read(), &waker));
            drop(ready!(lock.write(), &waker));
            let upgradable = ready!(lock.upgradable_read(), &waker);
            let writer = ready!(RwLockUpgradableReadGuard::upgrade(upgradable), &waker);
            drop(RwLockWriteGuard::downgrade(writer));
        }
    });
}

#[test]
fn futures_that_are_not_polled_do_not_allocate() {
    let lock = RwLock::new(0);
    let _held = lock.try_write();
    allocates_nothing(|| drop((lock.read(), lock.upgradable_read(), lock.write())));
}

#[test]
fn methods_on_an_arc_do_not_allocate() {
    let waker = counting_waker();
    let lock = Arc::new(RwLock::new(0));
    allocates_nothing(|| {
        drop(lock.try_read_arc().unwrap());
        drop(ready!(lock.read_arc(), &waker));
        drop(ready!(lock.upgradable_read_arc(), &waker));
        drop(ready!(lock.write_arc(), &waker));
    });
}

#[cfg(feature = "std")]
#[test]
fn methods_that_block_do_not_allocate_on_a_thread_that_has_blocked_before() {
    let lock = RwLock::new(0);
    drop(lock.read_blocking());
    allocates_nothing(|| {
        drop(lock.read_blocking());
        drop(lock.write_blocking());
        let upgradable = lock.upgradable_read_blocking();
        drop(RwLockUpgradableReadGuard::upgrade_blocking(upgradable));
    });
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Read,
    UpgradableRead,
    Write,
}

async fn wait(lock: &RwLock<u32>, kind: Kind) {
    match kind {
        Kind::Read => drop(lock.read().await),
        Kind::UpgradableRead => drop(lock.upgradable_read().await),
        Kind::Write => drop(lock.write().await),
    }
}

/// How often a wait behind a writer allocates: in its first poll, in its second, when it is woken,
/// and when it gets in and leaves.
fn wait_behind_a_writer(lock: &RwLock<u32>, kind: Kind, waker: &Waker) -> [usize; 4] {
    let held = lock.try_write().unwrap();
    let future = wait(lock, kind);
    futures_lite::pin!(future);
    let (suspension, output) = allocations(|| poll_with(future.as_mut(), waker));
    assert!(output.is_none());
    let (again, output) = allocations(|| poll_with(future.as_mut(), waker));
    assert!(output.is_none());
    let (release, ()) = allocations(|| drop(held));
    let (entry, output) = allocations(|| poll_with(future.as_mut(), waker));
    assert!(output.is_some());
    [suspension, again, release, entry]
}

#[test]
fn a_wait_allocates_at_most_once_per_suspension_after_the_first_wait_of_its_kind() {
    let waker = counting_waker();
    for kind in [Kind::Read, Kind::UpgradableRead, Kind::Write] {
        let lock = RwLock::new(0);
        wait_behind_a_writer(&lock, kind, &waker);
        for _ in 0..10 {
            let [suspension, rest @ ..] = wait_behind_a_writer(&lock, kind, &waker);
            assert!(suspension <= 1, "{:?}: {}", kind, suspension);
            assert_eq!(rest, [0, 0, 0], "{:?}", kind);
        }
    }
}

#[test]
fn a_suspended_upgrade_allocates_at_most_once() {
    let waker = counting_waker();
    let lock = RwLock::new(0);
    for round in 0..5 {
        let reader = lock.try_read();
        let upgrade = RwLockUpgradableReadGuard::upgrade(lock.try_upgradable_read().unwrap());
        futures_lite::pin!(upgrade);
        let (suspension, output) = allocations(|| poll_with(upgrade.as_mut(), &waker));
        assert!(output.is_none());
        assert!(suspension <= 1 || round == 0, "{}", suspension);
        allocates_nothing(|| drop(reader));
        allocates_nothing(|| drop(poll_with(upgrade.as_mut(), &waker).unwrap()));
    }
}

#[test]
fn stepping_aside_is_one_wait() {
    let waker = counting_waker();
    let lock = RwLock::new(0);
    let held = lock.try_write();
    let woken = lock.write();
    futures_lite::pin!(woken);
    assert!(poll_with(woken.as_mut(), &waker).is_none());
    drop(held);
    let arrival = lock.write();
    futures_lite::pin!(arrival);
    let (suspension, output) = allocations(|| poll_with(arrival.as_mut(), &waker));
    assert!(output.is_none());
    assert!(suspension <= 1, "{}", suspension);
    allocates_nothing(|| drop(poll_with(arrival.as_mut(), &waker).unwrap()));
}

#[test]
fn a_lock_that_somebody_has_waited_for_does_not_allocate_when_it_is_free() {
    let waker = counting_waker();
    let lock = RwLock::new(0);
    for kind in [Kind::Read, Kind::UpgradableRead, Kind::Write] {
        wait_behind_a_writer(&lock, kind, &waker);
    }
    allocates_nothing(|| {
        for _ in 0..10 {
            drop(ready!(lock.read(), &waker));
            drop(ready!(lock.upgradable_read(), &waker));
            drop(ready!(lock.write(), &waker));
        }
    });
}
