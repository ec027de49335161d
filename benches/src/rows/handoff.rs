//! Rows 7 and 8: waiting and being woken, on one thread.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_lite::future::yield_now;

use crate::fifo::Fifo;
use crate::lock::{at_once, Lock};
use crate::measure::{Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;

const READERS: usize = 1000;

/// Nanoseconds for each time that one of two tasks counts.
fn nanoseconds<F: Future<Output = ()>>(
    duration: Duration,
    count: &Cell<u64>,
    task: impl Fn() -> F,
) -> f64 {
    let mut fifo = Fifo::new(2);
    fifo.start(0, task());
    fifo.start(1, task());
    count.set(0);
    let start = Instant::now();
    loop {
        for _ in 0..1024 {
            assert!(fifo.step(), "both tasks sleep");
        }
        let elapsed = start.elapsed();
        if elapsed >= duration {
            return elapsed.as_nanos() as f64 / count.get().max(1) as f64;
        }
    }
}

fn to_and_fro<L: Lock>() -> Round {
    let lock = Rc::new(L::new(0));
    let count = Rc::new(Cell::new(0));
    Box::new(move |duration| {
        let task = || {
            let (lock, count) = (lock.clone(), count.clone());
            async move {
                loop {
                    let mut guard = lock.write().await;
                    *guard += 1;
                    count.set(count.get() + 1);
                    yield_now().await;
                }
            }
        };
        vec![nanoseconds(duration, &count, task)]
    })
}

fn yields_only() -> Peer {
    let count = Rc::new(Cell::new(0));
    let round: Round = Box::new(move |duration| {
        let task = || {
            let count = count.clone();
            async move {
                loop {
                    count.set(count.get() + 1);
                    yield_now().await;
                }
            }
        };
        vec![nanoseconds(duration, &count, task)]
    });
    Peer { name: "yields only", round }
}

/// Microseconds from the first of the readers' polls to the last.
fn microseconds(duration: Duration, mut cycle: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut cycles = 0_u32;
    loop {
        cycle();
        cycles += 1;
        let elapsed = start.elapsed();
        if elapsed >= duration {
            return elapsed.as_nanos() as f64 / 1e3 / f64::from(cycles);
        }
    }
}

/// The readers queue behind a writer, and it leaves.
fn readers_out<L: Lock>() -> Round {
    let lock = L::new(0);
    Box::new(move |duration| {
        let out = Cell::new(0);
        let mut fifo = Fifo::new(READERS);
        let reader = || async {
            drop(lock.read().await);
            out.set(out.get() + 1);
        };
        let cycle = || {
            let writer = at_once(lock.write());
            (0..READERS).for_each(|task| fifo.start(task, reader()));
            fifo.run();
            drop(writer);
            fifo.run();
            assert_eq!(out.take(), READERS, "somebody sleeps beside a free lock");
        };
        vec![microseconds(duration, cycle)]
    })
}

fn tasks_only() -> Peer {
    let round: Round = Box::new(move |duration| {
        let mut fifo = Fifo::new(READERS);
        let cycle = || {
            (0..READERS).for_each(|task| fifo.start(task, yield_now()));
            fifo.run();
        };
        vec![microseconds(duration, cycle)]
    });
    Peer { name: "tasks only", round }
}

fn row(key: &'static str, title: &'static str, unit: &'static str, peers: Vec<Peer>) -> Row {
    Row {
        key,
        variant: String::new(),
        title,
        unit,
        figures: &[""],
        better: Better::Lower,
        exact: false,
        peers,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut two = peers!(to_and_fro(): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Saa, Maitake,
        FuturesLocks);
    two.push(yields_only());
    // Without saa: it admits 62 readers at a time.
    let mut thousand = peers!(readers_out(): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Maitake,
        FuturesLocks);
    thousand.push(tasks_only());
    vec![
        row("7", "two writers hand the lock to and fro over a yield, one thread", "ns", two),
        row("8", "1000 readers queue behind a writer and get in, one thread", "us", thousand),
    ]
}
