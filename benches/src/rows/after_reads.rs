//! Row 16: one write of a lock that has been read so often that readers are in its shards.

use std::thread;
use std::time::Instant;

use crate::lock::{at_once, Lock};
use crate::measure::{median, Better, Peer, Round, Row};
use crate::peers::*;

/// More than a lock needs to be biased again.
const READS: usize = 1200;

/// How long the write takes, by a clock that takes some nanoseconds itself.
fn write(read: impl Fn() + Sync, write: impl Fn(), duration: std::time::Duration) -> Vec<f64> {
    let mut took = Vec::new();
    let start = Instant::now();
    while start.elapsed() < duration {
        // On another processor, as far as there is one.
        thread::scope(|scope| drop(scope.spawn(|| (0..READS).for_each(|_| read()))));
        let start = Instant::now();
        write();
        took.push(start.elapsed().as_nanos() as f64);
    }
    vec![median(&took)]
}

fn peer<L: Lock>(name: &'static str, lock: L) -> Peer {
    let round: Round = Box::new(move |duration| {
        write(|| drop(at_once(lock.read())), || *at_once(lock.write()) += 1, duration)
    });
    Peer { name, round }
}

pub(super) fn row() -> Row {
    let nothing: Round = Box::new(move |duration| write(|| (), || (), duration));
    Row {
        key: "16",
        variant: String::new(),
        title: "one write after reads on another thread",
        unit: "ns",
        figures: &[""],
        better: Better::Lower,
        exact: false,
        peers: vec![
            peer(Ours::NAME, Ours::new(0)),
            peer("2 shards", Sharded::with_shards(0, 2)),
            peer("8 shards", Sharded::with_shards(0, 8)),
            peer("64 shards", Sharded::with_shards(0, 64)),
            peer(Tokio::NAME, Tokio::new(0)),
            Peer { name: "the clock", round: nothing },
        ],
    }
}
