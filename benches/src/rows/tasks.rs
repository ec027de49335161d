//! Rows 5, 6 and 15: sixteen tasks read and write, on two threads if nothing else is asked for.

use std::future::Future;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use futures_lite::future::yield_now;

use crate::chance::Chance;
use crate::lock::{Blocking, Lock};
use crate::measure::{Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;
use crate::runtimes::{OnSmol, OnTokio, Runtime};

const TASKS: u64 = 16;

/// What a task does with the lock.
trait Work: Send + Sync + 'static {
    const NAME: &'static str;
    /// After so many operations the task lets others run. tokio's own lock yields after 128, so
    /// nobody is better or worse off.
    const YIELD_EVERY: u64;

    fn new() -> Self;
    fn read(&self) -> impl Future<Output = ()> + Send;
    fn write(&self) -> impl Future<Output = ()> + Send;
}

/// The guard is dropped at once.
struct Tiny<L>(L);

impl<L: Lock> Work for Tiny<L> {
    const NAME: &'static str = L::NAME;
    const YIELD_EVERY: u64 = 128;

    fn new() -> Self {
        Tiny(L::new(0))
    }

    async fn read(&self) {
        black_box(*self.0.read().await);
    }

    async fn write(&self) {
        *self.0.write().await += 1;
    }
}

struct TinyBlocking<B>(B);

impl<B: Blocking> Work for TinyBlocking<B> {
    const NAME: &'static str = B::NAME;
    const YIELD_EVERY: u64 = 128;

    fn new() -> Self {
        TinyBlocking(B::new(0))
    }

    async fn read(&self) {
        black_box(*self.0.read());
    }

    async fn write(&self) {
        *self.0.write() += 1;
    }
}

/// Readers load the value, writers put another in its place.
struct TinyArcSwap(arc_swap::ArcSwap<u64>);

impl Work for TinyArcSwap {
    const NAME: &'static str = "arc-swap";
    const YIELD_EVERY: u64 = 128;

    fn new() -> Self {
        TinyArcSwap(arc_swap::ArcSwap::from_pointee(0))
    }

    async fn read(&self) {
        black_box(**self.0.load());
    }

    async fn write(&self) {
        self.0.rcu(|value| **value + 1);
    }
}

struct TinyNothing;

impl Work for TinyNothing {
    const NAME: &'static str = "no lock";
    const YIELD_EVERY: u64 = 128;

    fn new() -> Self {
        TinyNothing
    }

    async fn read(&self) {
        black_box(self);
    }

    async fn write(&self) {
        black_box(self);
    }
}

/// The guard is held while others run.
struct Held<L>(L);

impl<L: Lock> Work for Held<L> {
    const NAME: &'static str = L::NAME;
    const YIELD_EVERY: u64 = u64::MAX;

    fn new() -> Self {
        Held(L::new(0))
    }

    async fn read(&self) {
        let guard = self.0.read().await;
        yield_now().await;
        black_box(*guard);
    }

    async fn write(&self) {
        let mut guard = self.0.write().await;
        yield_now().await;
        *guard += 1;
    }
}

struct HeldNothing;

impl Work for HeldNothing {
    const NAME: &'static str = "no lock";
    const YIELD_EVERY: u64 = u64::MAX;

    fn new() -> Self {
        HeldNothing
    }

    async fn read(&self) {
        yield_now().await;
    }

    async fn write(&self) {
        yield_now().await;
    }
}

/// Works until it is told to stop; how many operations that were.
async fn task<W: Work>(work: Arc<W>, stop: Arc<AtomicBool>, writes: u64, seed: u64) -> u64 {
    let mut chance = Chance::new(seed);
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        if chance.is_within(writes, 1000) {
            work.write().await;
        } else {
            work.read().await;
        }
        count += 1;
        if count % W::YIELD_EVERY == 0 {
            yield_now().await;
        }
    }
    count
}

fn throughput<R: Runtime, W: Work>(writes: u64) -> Round {
    let work = Arc::new(W::new());
    Box::new(move |duration| {
        let stop = Arc::new(AtomicBool::new(false));
        let start = Instant::now();
        let spawn = |seed| R::spawn(task(work.clone(), stop.clone(), writes, seed));
        let tasks: Vec<_> = (1..=TASKS).map(spawn).collect();
        thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
        let elapsed = start.elapsed();
        let count: u64 = tasks.into_iter().map(R::join).sum();
        vec![count as f64 / elapsed.as_secs_f64() / 1e6]
    })
}

/// On tokio.
fn tokio<W: Work>(writes: u64) -> Round {
    throughput::<OnTokio, W>(writes)
}

/// On smol.
fn smol<W: Work>(writes: u64) -> Round {
    throughput::<OnSmol, W>(writes)
}

// embassy-sync has room for one waker: of several waiters, each wakes the one before it.
macro_rules! tiny {
    ($on:ident($writes:expr)) => {
        peers!($on($writes): Tiny<Ours>, Tiny<Intrusive>, Tiny<Tokio>, Tiny<AsyncLock>,
            Tiny<Asyncband>, Tiny<Saa>, Tiny<Maitake>, Tiny<FuturesLocks>, TinyBlocking<Std>,
            TinyBlocking<ParkingLot>, TinyNothing)
    };
}

macro_rules! held {
    ($on:ident($writes:expr)) => {
        peers!($on($writes): Held<Ours>, Held<Intrusive>, Held<Tokio>, Held<AsyncLock>,
            Held<Asyncband>, Held<Saa>, Held<Maitake>, Held<FuturesLocks>, HeldNothing)
    };
}

fn mostly_read(writes: u64) -> Vec<Peer> {
    peers!(tokio(writes): Tiny<Ours>, Tiny<Sharded>, Tiny<Tokio>, Tiny<AsyncLock>,
        TinyBlocking<ParkingLot>, TinyBlocking<Crossbeam>, TinyArcSwap, TinyNothing)
}

fn row(key: &'static str, title: &'static str, writes: u64, peers: Vec<Peer>) -> Row {
    let (reads, writes) = ((1000 - writes) as f64 / 10.0, writes as f64 / 10.0);
    let variant = format!("{reads}/{writes}");
    Row {
        key,
        variant,
        title,
        unit: "Mop/s",
        figures: &[""],
        better: Better::Higher,
        exact: false,
        peers,
    }
}

pub(super) fn rows() -> Vec<Row> {
    const TINY: &str = "16 tasks, tiny sections without an await (reads/writes)";
    const HELD: &str = "16 tasks, the guard held over one yield (reads/writes)";
    let mixes = [10, 100, 500];
    let mut rows = Vec::new();
    rows.extend(mixes.map(|writes| row("5", TINY, writes, tiny!(tokio(writes)))));
    rows.extend(mixes.map(|writes| row("5-smol", TINY, writes, tiny!(smol(writes)))));
    rows.extend(mixes.map(|writes| row("6", HELD, writes, held!(tokio(writes)))));
    rows.extend(mixes.map(|writes| row("6-smol", HELD, writes, held!(smol(writes)))));
    const MOSTLY_READ: &str = "16 tasks, tiny sections, with locks for many readers (reads/writes)";
    rows.extend([1, 10, 100].map(|writes| row("15", MOSTLY_READ, writes, mostly_read(writes))));
    rows
}
