//! Crowds of tasks that do anything, in schedules chosen at random, one switch at each atomic operation.
//!
//! ```text
//! RUSTFLAGS="--cfg any_rwlock_shuttle" cargo test --release --features shuttle --test shuttle
//! ```
//!
//! loom sees every interleaving of a few steps; this sees some of hundreds. A schedule that
//! fails is printed: `SHUTTLE_SCHEDULE=<it>`, with the name of the test, runs that one.
//!
//! shuttle's threads take turns on one thread of the system, and switch before operations on the lock's
//! atomics only. event-listener has the system's mutex, not shuttle's: no such operation is done while it
//! is held (the wakers that are called then only mark a task as runnable), so nobody finds it locked.
#![cfg(any_rwlock_shuttle)]

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
use shuttle::future::{block_on, spawn, yield_now};
use shuttle::rand::{thread_rng, Rng};
use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::{thread, Config, Runner};

/// Who is in, in plain numbers that no operation orders.
#[derive(Default)]
struct Value {
    readers: AtomicUsize,
    is_written: AtomicBool,
    is_upgradable: AtomicBool,
    number: AtomicUsize,
    writes: AtomicUsize,
}

impl Value {
    async fn read(&self) {
        assert!(!self.is_written.load(Relaxed), "a reader beside a writer");
        self.readers.fetch_add(1, Relaxed);
        let number = self.number.load(Relaxed);
        yield_now().await;
        assert_eq!(self.number.load(Relaxed), number, "a reader beside a writer");
        self.readers.fetch_sub(1, Relaxed);
    }

    async fn read_upgradably(&self) {
        assert!(!self.is_upgradable.swap(true, Relaxed), "two upgradable readers");
        self.read().await;
        self.is_upgradable.store(false, Relaxed);
    }

    async fn write(&self) {
        let others = (self.readers.load(Relaxed), self.is_upgradable.load(Relaxed));
        assert_eq!(others, (0, false), "a writer beside readers");
        assert!(!self.is_written.swap(true, Relaxed), "two writers");
        let number = self.number.load(Relaxed);
        yield_now().await;
        self.number.store(number + 1, Relaxed);
        self.writes.fetch_add(1, Relaxed);
        self.is_written.store(false, Relaxed);
    }
}

type Lock = RwLock<Value>;

/// Polled so many times at most; then it stays for as long as it takes to be polled once more, woken
/// or not, and is given up.
struct AtMost<F> {
    polls: usize,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for AtMost<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        if self.polls == 0 {
            cx.waker().wake_by_ref();
        }
        self.future.as_mut().poll(cx).map(Some)
    }
}

/// A future that may lose patience.
async fn impatient<F: Future>(future: F) -> Option<F::Output> {
    AtMost { polls: thread_rng().gen_range(0..4), future: Box::pin(future) }.await
}

async fn read(lock: &Lock) {
    let guard = lock.read().await;
    guard.read().await;
    match thread_rng().gen_range(0..4) {
        0 => {
            let clone = RwLockReadGuard::clone(&guard);
            drop(guard);
            clone.read().await;
        }
        1 => lock.read_recursive().await.read().await,
        2 => {
            if let Some(again) = lock.try_read() {
                drop(guard);
                again.read().await;
            }
        }
        _ => {}
    }
}

async fn write(lock: &Lock) {
    let guard = lock.write().await;
    guard.write().await;
    match thread_rng().gen_range(0..4) {
        0 => RwLockWriteGuard::downgrade(guard).read().await,
        1 => upgrade(RwLockWriteGuard::downgrade_to_upgradable(guard)).await,
        2 => {
            let guard = RwLockWriteGuard::downgrade_to_upgradable(guard);
            RwLockUpgradableReadGuard::downgrade(guard).read().await;
        }
        _ => {}
    }
}

async fn upgrade(mut guard: RwLockUpgradableReadGuard<'_, Value>) {
    guard.read_upgradably().await;
    match thread_rng().gen_range(0..5) {
        0 => RwLockUpgradableReadGuard::upgrade(guard).await.write().await,
        1 => {
            let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(guard));
            match impatient(&mut upgrade).await {
                Some(guard) => guard.write().await,
                None => upgrade.as_mut().cancel().expect("pending").read_upgradably().await,
            }
        }
        2 => {
            if let Some(guard) = impatient(RwLockUpgradableReadGuard::upgrade_ref(&mut guard)).await
            {
                guard.write().await;
            }
            guard.read_upgradably().await;
        }
        3 => match RwLockUpgradableReadGuard::try_upgrade(guard) {
            Ok(guard) => guard.write().await,
            Err(guard) => RwLockUpgradableReadGuard::downgrade(guard).read().await,
        },
        _ => {}
    }
}

async fn try_once(lock: &Lock) {
    match thread_rng().gen_range(0..3) {
        0 => {
            if let Some(guard) = lock.try_read() {
                guard.read().await;
            }
        }
        1 => {
            if let Some(guard) = lock.try_upgradable_read() {
                upgrade(guard).await;
            }
        }
        _ => {
            if let Some(guard) = lock.try_write() {
                guard.write().await;
            }
        }
    }
}

async fn give_up(lock: &Lock) {
    match thread_rng().gen_range(0..3) {
        0 => {
            if let Some(guard) = impatient(lock.read()).await {
                guard.read().await;
            }
        }
        1 => {
            if let Some(guard) = impatient(lock.upgradable_read()).await {
                upgrade(guard).await;
            }
        }
        _ => {
            if let Some(guard) = impatient(lock.write()).await {
                guard.write().await;
            }
        }
    }
}

/// What a task may do, by its number.
type Habits = &'static [usize];

const ANYTHING: Habits = &[0, 1, 2, 3, 4];
const READS_AND_WRITES: Habits = &[0, 1];
const GIVES_UP: Habits = &[1, 4, 4];

async fn live(lock: Arc<Lock>, habits: Habits) {
    for _ in 0..3 {
        match habits[thread_rng().gen_range(0..habits.len())] {
            0 => read(&lock).await,
            1 => write(&lock).await,
            2 => upgrade(lock.upgradable_read().await).await,
            3 => try_once(&lock).await,
            _ => give_up(&lock).await,
        }
    }
}

/// Threads that block on a task, and tasks of shuttle's executor.
fn crowd(habits: Habits) {
    let lock = Arc::new(RwLock::new(Value::default()));
    let lives = || live(Arc::clone(&lock), habits);
    let tasks: Vec<_> = (0..3).map(|_| spawn(lives())).collect();
    let threads: Vec<_> =
        (0..2).map(|_| lives()).map(|life| thread::spawn(move || block_on(life))).collect();
    block_on(lives());
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    tasks.into_iter().for_each(|task| block_on(task).expect("not aborted"));
    let guard = lock.try_write().expect("everybody has left, and the lock is not free");
    assert_eq!(guard.number.load(Relaxed), guard.writes.load(Relaxed), "writes were lost");
}

fn run(name: &str, scheduler: impl Scheduler + 'static, habits: Habits) {
    let start = Instant::now();
    let mut config = Config::new();
    config.stack_size = 0x2_0000;
    // It would say that each ordering is taken for the strongest: loom looks at those.
    config.silence_warnings = true;
    let schedules = Runner::new(scheduler, config).run(move || crowd(habits));
    println!("{name}: {schedules} schedules, {:.1} s", start.elapsed().as_secs_f32());
}

fn explore(name: &str, habits: Habits) {
    if let Ok(schedule) = std::env::var("SHUTTLE_SCHEDULE") {
        return run(name, ReplayScheduler::new_from_encoded(&schedule), habits);
    }
    let schedules =
        std::env::var("SHUTTLE_SCHEDULES").map_or(2000, |number| number.parse().unwrap());
    run(&format!("{name}, random"), RandomScheduler::new(schedules), habits);
    for depth in [3, 10] {
        run(&format!("{name}, PCT {depth}"), PctScheduler::new(depth, schedules), habits);
    }
}

#[test]
fn a_crowd_that_does_anything() {
    explore("anything", ANYTHING);
}

#[test]
fn a_crowd_that_reads_and_writes() {
    explore("reads and writes", READS_AND_WRITES);
}

#[test]
fn a_crowd_that_gives_up() {
    explore("gives up", GIVES_UP);
}
