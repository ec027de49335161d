//! The rows: what is measured, and of whom.

mod after_reads;
mod exact;
mod handoff;
mod many;
mod micro;
mod rarely;
mod tasks;
mod threads;
mod wait_once;
mod waits;

use crate::measure::Row;

pub use exact::Count;
pub use wait_once::{reader_for_writer, writer_for_reader, writer_for_writer};

/// A list of peers from a function that makes a round for a lock.
macro_rules! peers {
    ($round:ident $arguments:tt: $($lock:ty),* $(,)?) => {
        vec![$($crate::measure::Peer {
            name: <$lock>::NAME,
            round: $round::<$lock> $arguments,
        }),*]
    };
}

pub(crate) use peers;

/// All rows, in the order in which they are printed. Allocations are counted by the program, whose
/// allocator it is.
pub fn all(count: Count) -> Vec<Row> {
    let mut rows = micro::rows();
    rows.push(threads::row());
    rows.extend(tasks::rows());
    rows.extend(handoff::rows());
    rows.extend(waits::rows());
    rows.extend(exact::rows(count));
    rows.push(many::row());
    rows.extend(rarely::rows());
    rows.push(after_reads::row());
    rows
}
