//! Rows 13 and 14: who is polled less often than those who hold the lock, and who is woken on another
//! thread.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::future::{block_on, yield_now};

use crate::lock::Lock;
use crate::measure::{quantile, Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;

/// After so many polls of others a wait is given up as one that never ends.
const NEVER: u64 = 1_000_000;

#[derive(Default)]
struct Wakes(AtomicU64);

impl Wakes {
    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Locks again and again, holding it over a yield; counts how often.
async fn hold<L: Lock>(lock: &L, writes: bool, turns: &AtomicU64) {
    loop {
        if writes {
            let _guard = lock.write().await;
            yield_now().await;
        } else {
            let _guard = lock.read().await;
            yield_now().await;
        }
        turns.fetch_add(1, Ordering::Relaxed);
    }
}

/// One who waits beside two others, and is polled once in so many of their polls: how often it was woken
/// and had to wait on, and how often they had the lock meanwhile.
fn until_in<L: Lock>(once_in: u64, writes: bool) -> [f64; 2] {
    let (lock, turns) = (L::new(0), AtomicU64::new(0));
    let wakers = [(); 2].map(|()| Arc::<Wakes>::default());
    // A reader waits beside writers, a writer beside readers that overlap.
    let mut others = [(); 2].map(|()| Box::pin(hold(&lock, !writes, &turns)));
    let own = Arc::<Wakes>::default();
    let mut wait: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {
        match writes {
            true => drop(lock.write().await),
            false => drop(lock.read().await),
        }
    });
    let mut seen = [None; 2];
    let mut poll_other = |who: usize| {
        let wakes = wakers[who].count();
        if seen[who].replace(wakes) != Some(wakes) {
            let waker = Waker::from(wakers[who].clone());
            let polled = others[who].as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
        }
    };
    (0..2).for_each(&mut poll_other);
    let before = turns.load(Ordering::Relaxed);
    let (mut own_seen, mut losses) = (None, 0);
    for polls in 0..NEVER {
        if polls % once_in == 0 && own_seen != Some(own.count()) {
            let is_woken = own_seen.is_some();
            let waker = Waker::from(own.clone());
            let wakes = own.count();
            if wait.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
                return [f64::from(losses), (turns.load(Ordering::Relaxed) - before) as f64];
            }
            losses += u32::from(is_woken && own.count() == wakes);
            own_seen = Some(wakes);
        }
        poll_other((polls % 2) as usize);
    }
    [f64::from(losses), NEVER as f64]
}

fn rarely<L: Lock>(once_in: u64) -> Round {
    Box::new(move |_| {
        [false, true].into_iter().flat_map(|writes| until_in::<L>(once_in, writes)).collect()
    })
}

/// How long a writer waits, on a runtime of its own, for one that holds the lock for a millisecond
/// again and again: half of the waits, and the longest.
fn across<L: Lock>() -> Round {
    let lock = Arc::new(L::new(0));
    Box::new(move |duration| {
        let stop = Arc::new(AtomicBool::new(false));
        let holder = {
            let (lock, stop) = (lock.clone(), stop.clone());
            thread::spawn(move || {
                block_on(async {
                    while !stop.load(Ordering::Relaxed) {
                        let guard = lock.write().await;
                        thread::sleep(Duration::from_millis(1));
                        drop(guard);
                        yield_now().await;
                    }
                });
            })
        };
        let end = Instant::now() + duration;
        let lock = lock.clone();
        let waiter = thread::spawn(move || {
            let mut waited = Vec::new();
            while Instant::now() < end || waited.is_empty() {
                let start = Instant::now();
                drop(block_on(lock.write()));
                waited.push(start.elapsed().as_nanos() as f64 / 1e6);
                thread::sleep(Duration::from_micros(100));
            }
            waited
        });
        thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
        let waited = waiter.join().expect("no panic");
        holder.join().expect("no panic");
        [0.5, 1.0].map(|part| quantile(&waited, part)).to_vec()
    })
}

fn row(key: &'static str, variant: String, title: &'static str, peers: Vec<Peer>) -> Row {
    let is_counted = key == "13";
    Row {
        key,
        variant,
        title,
        unit: if is_counted { "" } else { "ms" },
        figures: match is_counted {
            true => &["read: losses", "turns", "write: losses", "turns"],
            false => &["p50", "max"],
        },
        better: Better::Lower,
        exact: is_counted,
        peers,
    }
}

pub(super) fn rows() -> Vec<Row> {
    const TITLE: &str = "a task that is polled once in so many polls of two others, until it is in";
    let mut rows: Vec<Row> = [8, 61, 200, 1000]
        .map(|once_in| {
            let peers = peers!(rarely(once_in): Ours, Intrusive, Tokio, AsyncLock, Asyncband,
                Maitake);
            row("13", format!("1:{once_in}"), TITLE, peers)
        })
        .into();
    rows.push(row(
        "14",
        String::new(),
        "a writer on one runtime beside one on another that holds the lock for 1 ms",
        peers!(across(): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Maitake),
    ));
    rows
}
