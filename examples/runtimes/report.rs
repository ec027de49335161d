//! What is printed, and what counts as wrong.

use std::process::ExitCode;
use std::time::Duration;

use crate::workload::{Shared, Tally, ROLES};

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) tally: Tally,
    pub(crate) elapsed: Duration,
}

pub(crate) fn print_head() {
    println!(
        "The same {} tasks everywhere. A longest wait is counted in turns: how many others",
        ROLES.len()
    );
    println!("got in while one waited. Across threads, others may get in while one that was woken");
    println!("is not yet running.\n");
    println!("{:63}{:>20}", "", "longest wait of a");
    println!(
        "{:27}{:>10}{:>8}{:>8}{:>10}{:>10}{:>9}{:>9}{:>9}",
        "runtime",
        "operations",
        "reads",
        "writes",
        "upgrades",
        "given up",
        "reader",
        "writer",
        "ms"
    );
}

pub(crate) fn print_row(row: &Row) {
    let tally = &row.tally;
    println!(
        "{:27}{:>10}{:>8}{:>8}{:>10}{:>10}{:>9}{:>9}{:>9}",
        row.name,
        tally.operations(),
        tally.reads,
        tally.writes,
        tally.upgrades,
        tally.given_up,
        tally.reader_waited,
        tally.writer_waited,
        row.elapsed.as_millis()
    );
}

/// What the runs that shared a lock did together.
pub(crate) fn total(rows: &[Row]) -> Row {
    let mut total = Row { name: "together", tally: Tally::default(), elapsed: Duration::ZERO };
    for row in rows {
        total.tally.add(&row.tally);
        total.elapsed = total.elapsed.max(row.elapsed);
    }
    total
}

/// What was wrong in these runs, which shared this lock and were all that used it.
pub(crate) fn faults(run: &str, shared: &Shared, rows: &[Row]) -> Vec<String> {
    let tally = total(rows).tally;
    let mut faults = Vec::new();
    let mut expect = |is_right: bool, fault: String| {
        if !is_right {
            faults.push(format!("{run}: {fault}"));
        }
    };

    let tasks = rows.len() * ROLES.len();
    expect(tally.finished == tasks, format!("{} of {tasks} tasks finished", tally.finished));
    expect(tally.torn_reads == 0, format!("{} reads beside a writer", tally.torn_reads));
    expect(tally.gaps == 0, format!("{} writes inside a conversion", tally.gaps));
    expect(tally.upgrades > 0, "nothing was filled in".to_owned());

    match shared.lock.try_write() {
        None => expect(false, "the lock is not free, though everyone has left".to_owned()),
        Some(cache) => {
            let (counts, copies) = cache.updates();
            let made = tally.updates;
            expect(
                (counts, copies) == (made, made),
                format!("{made} updates were made, the cache has {counts} and {copies}"),
            );
        }
    }
    faults
}

pub(crate) fn verdict(faults: &[String]) -> ExitCode {
    if faults.is_empty() {
        println!("\nno update lost, no read torn, everyone finished");
        return ExitCode::SUCCESS;
    }
    for fault in faults {
        eprintln!("wrong: {fault}");
    }
    ExitCode::FAILURE
}
