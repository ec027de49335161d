//! Row 4: two threads read one lock, and each has a core.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::lock::{at_once, Blocking, Lock};
use crate::measure::{Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;

const THREADS: usize = 2;

/// Millions of operations a second of all threads together; `operation` is told its thread.
fn throughput(duration: Duration, operation: impl Fn(usize) + Sync) -> f64 {
    let stop = AtomicBool::new(false);
    let barrier = Barrier::new(THREADS + 1);
    let work = |me: usize| {
        barrier.wait();
        let mut count = 0_u64;
        while !stop.load(Ordering::Relaxed) {
            for _ in 0..64 {
                operation(me);
            }
            count += 64;
        }
        count
    };
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..THREADS).map(|me| scope.spawn(move || work(me))).collect();
        barrier.wait();
        let start = Instant::now();
        thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
        let elapsed = start.elapsed();
        let count: u64 = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
        count as f64 / elapsed.as_secs_f64() / 1e6
    })
}

fn read<L: Lock>() -> Round {
    let lock = L::new(1);
    Box::new(move |duration| {
        let operation = |_| {
            black_box(*at_once(black_box(&lock).read()));
        };
        vec![throughput(duration, operation)]
    })
}

fn blocking_read<B: Blocking>() -> Round {
    let lock = B::new(1);
    Box::new(move |duration| {
        let operation = |_| {
            black_box(*black_box(&lock).read());
        };
        vec![throughput(duration, operation)]
    })
}

/// What arc-swap does instead of reading under a lock.
fn load() -> Peer {
    let value = arc_swap::ArcSwap::from_pointee(1_u64);
    let round: Round = Box::new(move |duration| {
        let operation = |_| {
            black_box(**black_box(&value).load());
        };
        vec![throughput(duration, operation)]
    });
    Peer { name: "arc-swap", round }
}

/// A cache line, and its neighbour, which some processors fetch along.
#[repr(align(128))]
#[derive(Default)]
struct Line(AtomicU64);

fn floor(name: &'static str, line_of: fn(usize) -> usize) -> Peer {
    let lines: Arc<[Line; THREADS]> = Arc::default();
    let round: Round = Box::new(move |duration| {
        let operation = |me| {
            let line = &black_box(&lines)[line_of(me)].0;
            line.fetch_add(1, Ordering::Acquire);
            line.fetch_sub(1, Ordering::Release);
        };
        vec![throughput(duration, operation)]
    });
    Peer { name, round }
}

pub(super) fn row() -> Row {
    let mut peers = peers!(read(): Ours, Intrusive, Sharded, Tokio, AsyncLock, Asyncband, Saa, Maitake,
        Embassy, FuturesLocks);
    peers.extend(peers!(blocking_read(): Std, ParkingLot, Crossbeam));
    peers.push(load());
    peers.push(floor("fetch_add, one line", |_| 0));
    peers.push(floor("fetch_add, own lines", |me| me));
    Row {
        key: "4",
        variant: String::new(),
        title: "two threads read one lock",
        unit: "Mop/s",
        figures: &[""],
        better: Better::Higher,
        exact: false,
        peers,
    }
}
