//! What an uncontended access costs, and one lock between two threads: with and without diagnostics.
//!
//! ```sh
//! cargo run --release --example cost
//! cargo run --release --example cost --features diagnostics
//! ```
//!
//! The best of many short rounds, so that what else the machine does disturbs little. Compare the two of one machine.
#![allow(clippy::incompatible_msrv)] // Examples are built with a newer Rust.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Instant;

use any_rwlock::RwLock;

const ROUNDS: usize = 300;
const TIMES: u32 = 3000;

struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// Polls a future that need not wait, on the stack.
fn ready<F: Future>(future: F, waker: &Waker) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(waker)) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the lock is free"),
    }
}

fn measure(name: &str, times: u32, mut run: impl FnMut(u32)) {
    let round = |_| {
        let start = Instant::now();
        run(times);
        start.elapsed().as_nanos() as f64 / f64::from(times)
    };
    let best = (0..ROUNDS).map(round).fold(f64::MAX, f64::min);
    println!("{name:<40}{best:>8.1} ns");
}

fn two_threads(times: u32, access: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..times / 2).for_each(|_| access()));
        }
    });
}

fn main() {
    let lock = RwLock::new(0_u64);
    let waker = Waker::from(Arc::new(Task));
    measure("a look at the clock", TIMES, |times| {
        (0..times).for_each(|_| {
            black_box(Instant::now());
        });
    });
    measure("read().await and drop", TIMES, |times| {
        (0..times).for_each(|_| {
            black_box(*ready(lock.read(), &waker));
        });
    });
    measure("write().await and drop", TIMES, |times| {
        (0..times).for_each(|_| *ready(lock.write(), &waker) += 1);
    });
    measure("write_blocking() and drop", TIMES, |times| {
        (0..times).for_each(|_| *lock.write_blocking() += 1);
    });
    measure("two threads read, each access", 20 * TIMES, |times| {
        two_threads(times, || {
            black_box(*lock.read_blocking());
        });
    });
    measure("two threads write, each access", 20 * TIMES, |times| {
        two_threads(times, || *lock.write_blocking() += 1);
    });
}
