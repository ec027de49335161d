//! What the lock has to reach.

use crate::report::{RowReport, OURS};

enum Measure {
    /// This figure is at least so many times as good as that of the best of these locks.
    Beside(usize, &'static [&'static str], f64),
    /// This figure is at most so much.
    AtMost(usize, f64),
}

use Measure::{AtMost, Beside};

struct Bar {
    row: &'static str,
    text: &'static str,
    measure: Measure,
}

const fn bar(row: &'static str, text: &'static str, measure: Measure) -> Bar {
    Bar { row, text, measure }
}

const TOKIO: &[&str] = &["tokio"];
/// The async locks that starve nobody.
const FAIR: &[&str] = &["tokio", "async-lock", "asyncband", "maitake-sync"];

/// What the lock has to reach with each of its engines.
const BOTH: &[Bar] = &[
    bar("1", "must: time <= 1.25x std", Beside(0, &["std"], 0.8)),
    bar("2", "must: time <= 1.25x std", Beside(0, &["std"], 0.8)),
    bar("1 blocking", "must: time <= 1.25x parking_lot", Beside(0, &["parking_lot"], 0.8)),
    bar("2 blocking", "must: time <= 1.25x parking_lot", Beside(0, &["parking_lot"], 0.8)),
    bar("3 try_read", "must: time <= 1.1x std", Beside(0, &["std"], 1.0 / 1.1)),
    bar("3 try_write", "must: time <= 1.1x std", Beside(0, &["std"], 1.0 / 1.1)),
    bar("4", "must: >= 0.8x fetch_add on one line", Beside(0, &["fetch_add, one line"], 0.8)),
    bar("5 99/1", "must: >= 1x std", Beside(0, &["std"], 1.0)),
    bar("5 90/10", "must: >= 1x std", Beside(0, &["std"], 1.0)),
    bar("5 50/50", "must: >= 1x std", Beside(0, &["std"], 1.0)),
    bar("13 1:8", "must: <= 8 losses, reading", AtMost(0, 8.0)),
    bar("13 1:8", "must: <= 8 losses, writing", AtMost(2, 8.0)),
    bar("13 1:61", "must: <= 8 losses, reading", AtMost(0, 8.0)),
    bar("13 1:61", "must: <= 8 losses, writing", AtMost(2, 8.0)),
    bar("13 1:200", "must: <= 8 losses, reading", AtMost(0, 8.0)),
    bar("13 1:200", "must: <= 8 losses, writing", AtMost(2, 8.0)),
    bar("13 1:1000", "must: <= 8 losses, reading", AtMost(0, 8.0)),
    bar("13 1:1000", "must: <= 8 losses, writing", AtMost(2, 8.0)),
    bar("10", "must: uncontended read allocates nothing", AtMost(0, 0.0)),
    bar("10", "must: uncontended write allocates nothing", AtMost(1, 0.0)),
    bar("11", "must: RwLock<()> <= 32 bytes", AtMost(0, 32.0)),
];

/// What it has to reach with event-listener.
const ON_THE_HEAP: &[Bar] = &[
    bar("6 99/1", "must: >= 1.1x tokio", Beside(0, TOKIO, 1.1)),
    bar("6 90/10", "must: >= 1.1x tokio", Beside(0, TOKIO, 1.1)),
    bar("6 50/50", "must: >= 0.75x tokio", Beside(0, TOKIO, 0.75)),
    bar("7", "must: time <= 1.5x tokio", Beside(0, TOKIO, 1.0 / 1.5)),
    bar("8", "must: time <= 1.3x tokio", Beside(0, TOKIO, 1.0 / 1.3)),
    bar("10", "must: <= 1 a wait, reader for writer", AtMost(2, 1.0)),
    bar("10", "must: <= 1 a wait, writer for writer", AtMost(3, 1.0)),
    bar("10", "must: <= 1 a wait, writer for reader", AtMost(4, 1.0)),
    bar("11", "must: read future <= 48 bytes", AtMost(1, 48.0)),
    bar("11", "must: write future <= 48 bytes", AtMost(2, 48.0)),
];

/// What it has to reach with waiters in their futures.
const IN_PLACE: &[Bar] = &[
    bar("6 99/1", "must: >= 1.2x tokio", Beside(0, TOKIO, 1.2)),
    bar("6 90/10", "must: >= 0.95x tokio", Beside(0, TOKIO, 0.95)),
    bar("6 50/50", "must: >= 0.8x tokio", Beside(0, TOKIO, 0.8)),
    bar("6-smol 99/1", "must: >= 1.2x tokio", Beside(0, TOKIO, 1.2)),
    bar("6-smol 90/10", "must: >= 0.95x tokio", Beside(0, TOKIO, 0.95)),
    bar("6-smol 50/50", "must: >= 0.8x tokio", Beside(0, TOKIO, 0.8)),
    bar("6 99/1", "want: >= 1.1x the best that is fair", Beside(0, FAIR, 1.1)),
    bar("6 90/10", "want: >= 1.1x the best that is fair", Beside(0, FAIR, 1.1)),
    bar("6 50/50", "want: >= 1.1x the best that is fair", Beside(0, FAIR, 1.1)),
    bar("7", "must: >= 1.05x tokio", Beside(0, TOKIO, 1.05)),
    bar("7", "want: >= the best that is fair", Beside(0, FAIR, 1.0)),
    bar("8", "must: >= 1.4x tokio", Beside(0, TOKIO, 1.4)),
    bar("8", "want: >= the best that is fair", Beside(0, FAIR, 1.0)),
    bar("7a", "must: p50 <= 1.2x tokio", Beside(0, TOKIO, 1.0 / 1.2)),
    bar("7a", "must: p99 <= 3x tokio", Beside(1, TOKIO, 1.0 / 3.0)),
    bar("7a", "want: p99 <= tokio", Beside(1, TOKIO, 1.0)),
    bar("7b", "must: p50 <= 1.2x tokio", Beside(0, TOKIO, 1.0 / 1.2)),
    bar("7b", "must: p99 <= tokio", Beside(1, TOKIO, 1.0)),
    bar("10", "must: 0 a wait, reader for writer", AtMost(2, 0.0)),
    bar("10", "must: 0 a wait, writer for writer", AtMost(3, 0.0)),
    bar("10", "must: 0 a wait, writer for reader", AtMost(4, 0.0)),
    bar("11", "must: read future <= 64 bytes", AtMost(1, 64.0)),
    bar("11", "must: write future <= 64 bytes", AtMost(2, 64.0)),
    bar("11", "want: read future <= 56 bytes", AtMost(1, 56.0)),
    bar("11", "want: write future <= 56 bytes", AtMost(2, 56.0)),
];

/// Ours as measured by the bar, and whether that is enough; `None` where locks were left out.
fn check(row: &RowReport, ours: &str, measure: &Measure) -> Option<(f64, bool)> {
    match *measure {
        Beside(figure, others, at_least) => {
            let advantages =
                others.iter().map(|other| row.advantage(ours, row.lock(other)?, figure));
            let worst = advantages.collect::<Option<Vec<_>>>()?;
            let worst = worst.into_iter().fold(f64::INFINITY, f64::min);
            Some((worst, worst >= at_least))
        }
        AtMost(figure, at_most) => {
            let ours = row.lock(ours)?.samples[figure][0];
            Some((ours, ours <= at_most))
        }
    }
}

/// The bars of these rows, met or not.
pub fn print(rows: &[RowReport]) {
    for (ours, own) in OURS.into_iter().zip([ON_THE_HEAP, IN_PLACE]) {
        println!("\n{:<14}{:<46}{ours:>22}", "bar", "");
        for bar in BOTH.iter().chain(own) {
            let Some(row) = rows.iter().find(|row| row.name() == bar.row) else { continue };
            if let Some((figure, met)) = check(row, ours, &bar.measure) {
                let met = if met { "met" } else { "NOT MET" };
                println!("{:<14}{:<46}{figure:>22.2}  {met}", bar.row, bar.text);
            }
        }
    }
    println!("(Instructions, and with them row 9: see the script `instructions`.)");
}
