//! Rows 1 to 3: nobody else is there.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lock::{at_once, Blocking, Lock};
use crate::measure::{nanoseconds, Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;

/// Keeps the compiler from leaving out what made this.
#[inline(always)]
fn use_up(value: u64) {
    black_box(value);
}

fn read<L: Lock>() -> Round {
    let lock = L::new(1);
    Box::new(move |duration| {
        vec![nanoseconds(duration, || use_up(*at_once(black_box(&lock).read())))]
    })
}

fn write<L: Lock>() -> Round {
    let lock = L::new(1);
    Box::new(move |duration| {
        vec![nanoseconds(duration, || *at_once(black_box(&lock).write()) += 1)]
    })
}

fn try_read<L: Lock>() -> Round {
    let lock = L::new(1);
    Box::new(move |duration| {
        let operation = || use_up(*black_box(&lock).try_read().expect("free"));
        vec![nanoseconds(duration, operation)]
    })
}

fn try_write<L: Lock>() -> Round {
    let lock = L::new(1);
    Box::new(move |duration| {
        vec![nanoseconds(duration, || *black_box(&lock).try_write().expect("free") += 1)]
    })
}

fn blocking_read<B: Blocking>() -> Round {
    let lock = B::new(1);
    Box::new(move |duration| vec![nanoseconds(duration, || use_up(*black_box(&lock).read()))])
}

fn blocking_write<B: Blocking>() -> Round {
    let lock = B::new(1);
    Box::new(move |duration| vec![nanoseconds(duration, || *black_box(&lock).write() += 1)])
}

fn blocking_try_read<B: Blocking>() -> Round {
    let lock = B::new(1);
    Box::new(move |duration| {
        let operation = || use_up(*black_box(&lock).try_read().expect("free"));
        vec![nanoseconds(duration, operation)]
    })
}

fn blocking_try_write<B: Blocking>() -> Round {
    let lock = B::new(1);
    Box::new(move |duration| {
        vec![nanoseconds(duration, || *black_box(&lock).try_write().expect("free") += 1)]
    })
}

fn floor() -> Peer {
    let word = AtomicU64::new(0);
    let round: Round = Box::new(move |duration| {
        let operation = || {
            black_box(&word).fetch_add(1, Ordering::Acquire);
            black_box(&word).fetch_sub(1, Ordering::Release);
        };
        vec![nanoseconds(duration, operation)]
    });
    Peer { name: "two fetch_add", round }
}

/// With whoever measures all of `async_peers`, `blocking_peers` and the floor.
fn row(key: &'static str, variant: &str, title: &'static str, mut peers: Vec<Peer>) -> Row {
    peers.push(floor());
    Row {
        key,
        variant: variant.to_string(),
        title,
        unit: "ns",
        figures: &[""],
        better: Better::Lower,
        exact: false,
        peers,
    }
}

macro_rules! everybody {
    ($async_round:ident, $blocking_round:ident) => {{
        let mut all = peers!($async_round(): Ours, Intrusive, Sharded, Tokio, AsyncLock, Asyncband, Saa,
            Maitake, Embassy, FuturesLocks);
        all.extend(peers!($blocking_round(): Std, ParkingLot));
        all
    }};
}

/// For threads.
macro_rules! blocking {
    ($round:ident) => {
        peers!($round(): OursBlocking, IntrusiveBlocking, Std, ParkingLot)
    };
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("1", "", "uncontended read().await and drop", everybody!(read, blocking_read)),
        row("2", "", "uncontended write().await and drop", everybody!(write, blocking_write)),
        row("1", "blocking", "uncontended read_blocking() and drop", blocking!(blocking_read)),
        row("2", "blocking", "uncontended write_blocking() and drop", blocking!(blocking_write)),
        row("3", "try_read", "try_read and drop", everybody!(try_read, blocking_try_read)),
        row("3", "try_write", "try_write and drop", everybody!(try_write, blocking_try_write)),
    ]
}
