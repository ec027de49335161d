//! What the lock has to reach.

use crate::report::{RowReport, OURS};

enum Measure {
    /// At least so many times as good as the best of these locks.
    Beside(&'static [&'static str], f64),
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

/// The async locks that starve nobody.
const FAIR: &[&str] = &["tokio", "async-lock", "asyncband", "maitake-sync"];

const BARS: &[Bar] = &[
    bar("1", "must: time <= 1.25x std", Beside(&["std"], 0.8)),
    bar("2", "must: time <= 1.25x std", Beside(&["std"], 0.8)),
    bar("1 blocking", "must: time <= 1.25x parking_lot", Beside(&["parking_lot"], 0.8)),
    bar("2 blocking", "must: time <= 1.25x parking_lot", Beside(&["parking_lot"], 0.8)),
    bar("3 try_read", "must: time <= 1.1x std", Beside(&["std"], 1.0 / 1.1)),
    bar("3 try_write", "must: time <= 1.1x std", Beside(&["std"], 1.0 / 1.1)),
    bar("4", "must: >= 0.8x fetch_add on one line", Beside(&["fetch_add, one line"], 0.8)),
    bar("5 99/1", "must: >= 1x std", Beside(&["std"], 1.0)),
    bar("5 90/10", "must: >= 1x std", Beside(&["std"], 1.0)),
    bar("5 50/50", "must: >= 1x std", Beside(&["std"], 1.0)),
    bar("6 99/1", "must: >= 1.1x tokio", Beside(&["tokio"], 1.1)),
    bar("6 90/10", "must: >= 1.1x tokio", Beside(&["tokio"], 1.1)),
    bar("6 50/50", "must: >= 0.75x tokio", Beside(&["tokio"], 0.75)),
    bar("6 99/1", "want: >= 1.1x the best that is fair", Beside(FAIR, 1.1)),
    bar("6 90/10", "want: >= 1.1x the best that is fair", Beside(FAIR, 1.1)),
    bar("6 50/50", "want: >= 1.1x the best that is fair", Beside(FAIR, 1.1)),
    bar("7", "must: time <= 1.5x tokio", Beside(&["tokio"], 1.0 / 1.5)),
    bar("7", "want: time <= 1x tokio", Beside(&["tokio"], 1.0)),
    bar("8", "must: time <= 1.3x tokio", Beside(&["tokio"], 1.0 / 1.3)),
    bar("8", "want: time <= 1x tokio", Beside(&["tokio"], 1.0)),
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
    bar("10", "must: <= 1 a wait, reader for writer", AtMost(2, 1.0)),
    bar("10", "must: <= 1 a wait, writer for writer", AtMost(3, 1.0)),
    bar("10", "must: <= 1 a wait, writer for reader", AtMost(4, 1.0)),
    bar("11", "must: RwLock<()> <= 32 bytes", AtMost(0, 32.0)),
    bar("11", "must: read future <= 48 bytes", AtMost(1, 48.0)),
    bar("11", "must: write future <= 48 bytes", AtMost(2, 48.0)),
];

/// Ours as measured by the bar, and whether that is enough; `None` where locks were left out.
fn check(row: &RowReport, measure: &Measure) -> Option<(f64, bool)> {
    match *measure {
        Beside(others, at_least) => {
            let advantages = others.iter().map(|other| row.advantage(row.lock(other)?, 0));
            let worst = advantages.collect::<Option<Vec<_>>>()?;
            let worst = worst.into_iter().fold(f64::INFINITY, f64::min);
            Some((worst, worst >= at_least))
        }
        AtMost(figure, at_most) => {
            let ours = row.lock(OURS)?.samples[figure][0];
            Some((ours, ours <= at_most))
        }
    }
}

/// The bars of these rows, met or not.
pub fn print(rows: &[RowReport]) {
    println!("\n{:<12}{:<46}{:>8}", "bar", "", "ours");
    for bar in BARS {
        let Some(row) = rows.iter().find(|row| row.name() == bar.row) else { continue };
        if let Some((ours, met)) = check(row, &bar.measure) {
            let met = if met { "met" } else { "NOT MET" };
            println!("{:<12}{:<46}{ours:>8.2}  {met}", bar.row, bar.text);
        }
    }
    println!("(Instructions, and with them row 9: see the script `instructions`.)");
}
