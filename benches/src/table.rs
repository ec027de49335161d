//! The rows as tables of text, and of Markdown.

use crate::lock::Lock;
use crate::measure::median;
use crate::peers::Sharded;
use crate::report::{LockReport, RowReport, OURS};

pub fn print(row: &RowReport) {
    let unit = if row.unit.is_empty() { String::new() } else { format!(", {}", row.unit) };
    println!("\nrow {}: {}{unit}", row.name(), row.title);
    if row.exact {
        return print_exact(row);
    }
    for (figure, name) in row.figures.iter().enumerate() {
        print_figure(row, figure, name);
    }
}

fn print_figure(row: &RowReport, figure: usize, name: &str) {
    println!(
        "{:<22}{:>10}{:>10}{:>10}{:>12}{:>14}",
        name, "median", "min", "max", "ours is x", "intrusive, x"
    );
    let mut locks: Vec<&LockReport> = row.locks.iter().collect();
    locks.sort_by(|a, b| median(&a.samples[figure]).total_cmp(&median(&b.samples[figure])));
    if row.higher_is_better {
        locks.reverse();
    }
    for lock in locks {
        let samples = &lock.samples[figure];
        let min = samples.iter().copied().fold(f64::INFINITY, f64::min);
        let max = samples.iter().copied().fold(0.0, f64::max);
        let middle = median(samples);
        let [ours, intrusive] = OURS.map(|ours| {
            row.advantage(ours, lock, figure).map_or("-".to_string(), |x| format!("{x:.2}"))
        });
        println!(
            "{:<22}{:>10}{:>10}{:>10}{ours:>12}{intrusive:>14}",
            lock.name,
            number(middle),
            number(min),
            number(max)
        );
    }
}

fn print_exact(row: &RowReport) {
    let columns: Vec<String> = row.figures.iter().map(|name| format!("{name:>14}")).collect();
    println!("{:<22}{}", "", columns.concat());
    for lock in &row.locks {
        let figures: Vec<String> =
            lock.samples.iter().map(|samples| format!("{:>14}", samples[0])).collect();
        println!("{:<22}{}", lock.name, figures.concat());
    }
}

/// The locks that [`markdown`] shows.
const COLUMNS: [&str; 11] = [
    OURS[0],
    OURS[1],
    Sharded::NAME,
    "tokio",
    "async-lock",
    "asyncband",
    "maitake-sync",
    "std",
    "parking_lot",
    "crossbeam sharded",
    "arc-swap",
];

/// The medians of a run as one table: a line for each row, or for each of its figures.
pub fn markdown(rows: &[RowReport]) -> String {
    let mut lines = vec![
        format!("| row | | {} |", COLUMNS.join(" | ")),
        format!("|---|---|{}", "---|".repeat(COLUMNS.len())),
    ];
    for row in rows {
        for (figure, name) in row.figures.iter().enumerate() {
            let cells = COLUMNS.map(|lock| {
                row.lock(lock).map_or("-".to_string(), |lock| number(median(&lock.samples[figure])))
            });
            let what = [row.title.as_str(), name.as_str(), row.unit.as_str()];
            let what = what.map(str::trim).into_iter().filter(|part| !part.is_empty());
            let what = what.collect::<Vec<_>>().join(", ");
            lines.push(format!("| {} | {what} | {} |", row.name(), cells.join(" | ")));
        }
    }
    lines.join("\n") + "\n"
}

/// Three figures or so.
fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value => format!("{value:.4}"),
    }
}
