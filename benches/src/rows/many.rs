//! Row 12: many locks.

use std::hint::black_box;
use std::time::Instant;

use crate::lock::Lock;
use crate::measure::{Better, Peer, Round, Row};
use crate::peers::*;
use crate::rows::peers;

const LOCKS: u64 = 1_000_000;

fn many<L: Lock>() -> Round {
    Box::new(|_| {
        let each = |start: Instant| start.elapsed().as_nanos() as f64 / LOCKS as f64;
        let start = Instant::now();
        let locks: Vec<L> = (0..LOCKS).map(L::new).collect();
        let made = each(start);
        black_box(&locks);
        let start = Instant::now();
        drop(locks);
        vec![size_of::<L>() as f64, made, each(start)]
    })
}

pub(super) fn row() -> Row {
    let all: Vec<Peer> = peers!(many(): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Saa,
        Maitake, Embassy, FuturesLocks);
    Row {
        key: "12",
        variant: String::new(),
        title: "a million locks of a number: each",
        unit: "bytes or ns",
        figures: &["bytes", "to make, ns", "to drop, ns"],
        better: Better::Lower,
        exact: false,
        peers: all,
    }
}
