//! Nobody starves on any executor: the futures that tokio and smol poll less often than their tasks, two
//! runtimes at once, threads beside tasks.
//!
//! Nothing is asserted of time: what is counted are losses, polls after a wake-up which find that the task
//! has to wait on. A test that starves does not end.
#![cfg(not(any(any_rwlock_loom, miri, target_family = "wasm")))]
#![cfg(feature = "std")]

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use futures_lite::future::{block_on, yield_now};

/// Who was woken is in after so many losses at most.
const MAX_LOSSES: usize = 8;

/// How often each test waits.
const WAITS: usize = 20;

type Lock = Arc<RwLock<u64>>;

/// Passes wake-ups on, and counts them.
struct Counting {
    wakes: AtomicUsize,
    task: Waker,
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        self.task.wake_by_ref();
    }
}

/// Waits, and counts the losses. (Those who wait in a test are polled with one waker.)
struct Losses<F> {
    wait: Pin<Box<F>>,
    counting: Option<Arc<Counting>>,
    /// The wake-ups until the last poll had ended.
    seen: usize,
    losses: usize,
}

impl<F: Future> Future for Losses<F> {
    type Output = (F::Output, usize);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let counting = this.counting.get_or_insert_with(|| {
            Arc::new(Counting { wakes: AtomicUsize::new(0), task: cx.waker().clone() })
        });
        let is_woken = counting.wakes.load(Ordering::SeqCst) > this.seen;
        let waker = Waker::from(Arc::clone(counting));
        let polled = this.wait.as_mut().poll(&mut Context::from_waker(&waker));
        this.losses += usize::from(polled.is_pending() && is_woken);
        // A task that steps aside has woken itself. A wake-up by another that comes right now is taken for
        // that: then a loss is missed.
        this.seen = counting.wakes.load(Ordering::SeqCst);
        polled.map(|output| (output, this.losses))
    }
}

fn losses<F: Future>(wait: F) -> Losses<F> {
    Losses { wait: Box::pin(wait), counting: None, seen: 0, losses: 0 }
}

#[derive(Clone, Copy, Debug)]
enum Asks {
    Read,
    UpgradableRead,
    Write,
    Upgrade,
}

const ALL: [Asks; 4] = [Asks::Read, Asks::UpgradableRead, Asks::Write, Asks::Upgrade];

/// The guard is held over one yield.
async fn once(lock: &Lock, asks: Asks) -> usize {
    match asks {
        Asks::Read => {
            let (_guard, losses) = losses(lock.read()).await;
            yield_now().await;
            losses
        }
        Asks::UpgradableRead => {
            let (_guard, losses) = losses(lock.upgradable_read()).await;
            yield_now().await;
            losses
        }
        Asks::Write => {
            let (_guard, losses) = losses(lock.write()).await;
            yield_now().await;
            losses
        }
        Asks::Upgrade => {
            let (guard, before) = losses(lock.upgradable_read()).await;
            yield_now().await;
            let (_guard, after) = losses(RwLockUpgradableReadGuard::upgrade(guard)).await;
            yield_now().await;
            before.max(after)
        }
    }
}

/// Waits again and again, as the future that is polled rarely.
async fn rarely_polled(lock: Lock, asks: Asks) {
    for _ in 0..WAITS {
        let losses = once(&lock, asks).await;
        assert!(losses <= MAX_LOSSES, "{losses} losses of {asks:?}");
        yield_now().await;
    }
}

/// Locks again and again, until it is told to stop.
async fn busy(lock: Lock, asks: Asks, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::SeqCst) {
        once(&lock, asks).await;
    }
}

/// Tells the crowd to stop, also if the test panics.
#[derive(Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Every access beside one task, and beside three, of every kind.
fn every_case(run: impl Fn(Asks, &[Asks])) {
    for asks in ALL {
        for other in ALL {
            run(asks, &[other]);
            run(asks, &[other, Asks::Read, Asks::Write]);
        }
    }
}

fn on_tokio(builder: &mut tokio::runtime::Builder, asks: Asks, others: &[Asks]) {
    let runtime = builder.build().unwrap();
    let (lock, stop) = (Lock::default(), Stop::default());
    for &other in others {
        runtime.spawn(busy(lock.clone(), other, stop.0.clone()));
    }
    runtime.block_on(rarely_polled(lock, asks));
}

#[test]
fn the_future_that_tokio_blocks_on_gets_in_beside_tasks_of_its_thread() {
    every_case(|asks, others| {
        on_tokio(&mut tokio::runtime::Builder::new_current_thread(), asks, others);
    });
}

#[test]
fn the_future_that_tokio_blocks_on_gets_in_beside_tasks_of_other_threads() {
    every_case(|asks, others| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        on_tokio(builder.worker_threads(2), asks, others);
    });
}

#[test]
fn the_future_that_smol_runs_gets_in_beside_tasks_of_its_executor() {
    every_case(|asks, others| {
        let (lock, stop) = (Lock::default(), Stop::default());
        let executor = smol::Executor::new();
        for &other in others {
            executor.spawn(busy(lock.clone(), other, stop.0.clone())).detach();
        }
        block_on(executor.run(rarely_polled(lock, asks)));
    });
}

#[test]
fn the_future_that_async_std_blocks_on_gets_in_beside_tasks() {
    every_case(|asks, others| {
        let (lock, stop) = (Lock::default(), Stop::default());
        let spawn = |&other| async_std::task::spawn(busy(lock.clone(), other, stop.0.clone()));
        let others: Vec<_> = others.iter().map(spawn).collect();
        async_std::task::block_on(rarely_polled(lock.clone(), asks));
        drop(stop);
        async_std::task::block_on(async {
            for other in others {
                other.await;
            }
        });
    });
}

#[test]
fn tasks_of_one_runtime_get_in_beside_those_of_another() {
    for asks in ALL {
        let (lock, stop) = (Lock::default(), Stop::default());
        let other = {
            let (lock, stop) = (lock.clone(), stop.0.clone());
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(busy(lock, Asks::Write, stop));
            })
        };
        smol::block_on(rarely_polled(lock, asks));
        drop(stop);
        other.join().unwrap();
    }
}

#[test]
fn threads_that_block_get_in_beside_tasks_and_tasks_beside_them() {
    for asks in ALL {
        let (lock, stop) = (Lock::default(), Stop::default());
        let tasks = {
            let (lock, stop) = (lock.clone(), stop.0.clone());
            thread::spawn(move || block_on(busy(lock, asks, stop)))
        };
        let blocking = {
            let lock = lock.clone();
            thread::spawn(move || {
                for _ in 0..WAITS {
                    drop(lock.read_blocking());
                    *lock.write_blocking() += 1;
                }
            })
        };
        block_on(rarely_polled(lock.clone(), asks));
        blocking.join().unwrap();
        drop(stop);
        tasks.join().unwrap();
        assert_eq!(*lock.read_blocking(), WAITS as u64);
    }
}
