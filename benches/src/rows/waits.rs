//! Rows 7a and 7b: how long one waits beside a stream of the other kind.

use std::future::Future;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use futures_lite::future::yield_now;

use crate::lock::Lock;
use crate::measure::{quantile, Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;
use crate::runtimes::{OnTokio, Runtime};

const STREAM: usize = 4;

type Waits = Arc<Mutex<Vec<f64>>>;

/// Takes the lock again and again, holding it over a yield; notes how many microseconds it waited.
async fn one<L: Lock>(lock: Arc<L>, writes: bool, stop: Arc<AtomicBool>, waits: Waits) -> u64 {
    let mut waited = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let start = Instant::now();
        if writes {
            let mut guard = lock.write().await;
            waited.push(start.elapsed());
            yield_now().await;
            *guard += 1;
        } else {
            let guard = lock.read().await;
            waited.push(start.elapsed());
            yield_now().await;
            black_box(*guard);
        }
        yield_now().await;
    }
    let waited = waited.into_iter().map(|wait| wait.as_nanos() as f64 / 1e3);
    waits.lock().expect("no panic").extend(waited);
    0
}

async fn stream<L: Lock>(lock: Arc<L>, writes: bool, stop: Arc<AtomicBool>) -> u64 {
    while !stop.load(Ordering::Relaxed) {
        if writes {
            let mut guard = lock.write().await;
            yield_now().await;
            *guard += 1;
        } else {
            let guard = lock.read().await;
            yield_now().await;
            black_box(*guard);
        }
    }
    0
}

fn spawn<F: Future<Output = u64> + Send + 'static>(future: F) -> <OnTokio as Runtime>::Task {
    OnTokio::spawn(future)
}

fn wait<L: Lock>(writes: bool) -> Round {
    let lock = Arc::new(L::new(0));
    Box::new(move |duration| {
        let stop = Arc::new(AtomicBool::new(false));
        let waits = Waits::default();
        let mut tasks = vec![spawn(one(lock.clone(), writes, stop.clone(), waits.clone()))];
        for _ in 0..STREAM {
            tasks.push(spawn(stream(lock.clone(), !writes, stop.clone())));
        }
        thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
        tasks.into_iter().for_each(|task| assert_eq!(OnTokio::join(task), 0));
        let waits = waits.lock().expect("no panic");
        [0.5, 0.99, 1.0].map(|part| quantile(&waits, part)).to_vec()
    })
}

fn row(key: &'static str, title: &'static str, peers: Vec<Peer>) -> Row {
    Row {
        key,
        variant: String::new(),
        title,
        unit: "us",
        figures: &["p50", "p99", "max"],
        better: Better::Lower,
        exact: false,
        peers,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let writer = peers!(wait(true): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Saa, Maitake,
        FuturesLocks);
    let reader = peers!(wait(false): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Saa, Maitake,
        FuturesLocks);
    vec![
        row("7a", "a writer's wait beside 4 readers, guards held over a yield", writer),
        row("7b", "a reader's wait beside 4 writers, guards held over a yield", reader),
    ]
}
