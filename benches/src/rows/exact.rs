//! Rows 10 and 11: what can be counted.

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;

use crate::lock::{at_once, Lock};
use crate::measure::{Better, Peer, Round, Row};
use crate::peers::*;
use crate::report::OURS;
use crate::rows::{peers, reader_for_writer, writer_for_reader, writer_for_writer};

/// How often this allocates on this thread.
pub type Count = fn(&dyn Fn()) -> usize;

fn allocations<L: Lock>(count: Count) -> Round {
    let lock = L::new(0);
    Box::new(move |_| {
        let first_read = count(&|| drop(at_once(lock.read())));
        let first_write = count(&|| drop(at_once(lock.write())));
        let waits = [reader_for_writer::<L>, writer_for_writer::<L>, writer_for_reader::<L>];
        // What the first wait allocates for good does not count.
        waits.iter().for_each(|wait| wait(&lock));
        let waits = waits.map(|wait| count(&|| wait(&lock)));
        let counts = [first_read, first_write].into_iter().chain(waits);
        counts.map(|count| count as f64).collect()
    })
}

/// The sizes of a lock without a value and of its futures.
macro_rules! sizes {
    ($name:expr, $lock:expr, $read:expr, $write:expr) => {{
        let round: Round = Box::new(|_| {
            let lock = $lock;
            let sizes =
                [size_of_val(&lock), size_of_val(&$read(&lock)), size_of_val(&$write(&lock))];
            sizes.map(|size| size as f64).to_vec()
        });
        Peer { name: $name, round }
    }};
}

fn sizes() -> Vec<Peer> {
    type Embassy = embassy_sync::rwlock::RwLock<CriticalSectionRawMutex, ()>;
    type Asyncband = asyncband::rwlock::RwLock<()>;
    type Maitake = maitake_sync::RwLock<()>;
    type FuturesLocks = futures_locks::RwLock<()>;
    type Tokio = tokio::sync::RwLock<()>;
    type AsyncLock = async_lock::RwLock<()>;
    type Ours = any_rwlock::RwLock<()>;
    type Intrusive = any_rwlock_intrusive::RwLock<()>;
    vec![
        sizes!(OURS[0], Ours::new(()), Ours::read, Ours::write),
        sizes!(OURS[1], Intrusive::new(()), Intrusive::read, Intrusive::write),
        sizes!("tokio", Tokio::new(()), Tokio::read, Tokio::write),
        sizes!("async-lock", AsyncLock::new(()), AsyncLock::read, AsyncLock::write),
        sizes!("asyncband", Asyncband::new(()), Asyncband::read, Asyncband::write),
        sizes!("saa", saa::RwLock::new(()), saa::read_async, saa::write_async),
        sizes!("maitake-sync", Maitake::new(()), Maitake::read, Maitake::write),
        sizes!("embassy-sync", Embassy::new(()), Embassy::read, Embassy::write),
        sizes!("futures-locks", FuturesLocks::new(()), FuturesLocks::read, FuturesLocks::write),
    ]
}

fn row(
    key: &'static str,
    title: &'static str,
    figures: &'static [&'static str],
    peers: Vec<Peer>,
) -> Row {
    Row {
        key,
        variant: String::new(),
        title,
        unit: "",
        figures,
        better: Better::Lower,
        exact: true,
        peers,
    }
}

pub(super) fn rows(count: Count) -> Vec<Row> {
    const COUNTS: &[&str] = &["read", "write", "read, write", "write, write", "write, read"];
    let counted = peers!(allocations(count): Ours, Intrusive, Tokio, AsyncLock, Asyncband, Saa,
        Maitake, Embassy, FuturesLocks);
    vec![
        row(
            "10",
            "allocations: uncontended, and one wait of the first for the second",
            COUNTS,
            counted,
        ),
        row("11", "bytes", &["RwLock<()>", "read future", "write future"], sizes()),
    ]
}
