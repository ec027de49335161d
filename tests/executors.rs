//! Nobody starves on any executor: the futures that tokio and smol poll less often than their tasks, two
//! runtimes at once, threads beside tasks.
//!
//! Nothing is asserted of time: what is counted are losses. A test that starves does not end.
#![cfg(not(any(any_rwlock_loom, miri, target_family = "wasm")))]
#![cfg(feature = "std")]

#[path = "schedules/losses.rs"]
mod losses;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;

use any_rwlock::RwLock;
use futures_lite::future::{block_on, yield_now};

use losses::{Asks, Losses, MAX_LOSSES};

/// How often each test waits.
const WAITS: usize = 20;

type Lock = Arc<RwLock<u64>>;

/// Waits again and again, as the future that is polled rarely.
async fn rarely_polled(lock: Lock, asks: Asks) {
    let losses = Losses::default();
    for _ in 0..WAITS {
        asks.once(&lock, 1, &losses).await;
        assert!(losses.most() <= MAX_LOSSES, "{} losses of {asks:?}", losses.most());
        yield_now().await;
    }
}

/// Locks again and again, until it is told to stop.
async fn busy(lock: Lock, asks: Asks, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::SeqCst) {
        asks.once(&lock, 1, &Losses::default()).await;
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
    for asks in Asks::ALL {
        for other in Asks::ALL {
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
    for asks in Asks::ALL {
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
    for asks in Asks::ALL {
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
