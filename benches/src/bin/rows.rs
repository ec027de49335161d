//! Measures all rows, or those that are named, and says which bars are met.

#[path = "../../../tests/conformance/promises/counting.rs"]
mod counting;

use std::process::ExitCode;
use std::time::Duration;

use any_rwlock_benches::measure::{self, Row};
use any_rwlock_benches::report::{Report, RowReport, OURS};
use any_rwlock_benches::runtimes::THREADS;
use any_rwlock_benches::{bars, rows, table};

const USAGE: &str =
    "usage: rows [ROW ...] [--rounds N] [--millis N] [--threads N] [--locks NAME,...] [--json FILE]

ROW       1, 2, ... or one table of a row, such as '6 50/50'; all if none is named
--rounds  how many rounds (15)
--millis  how long one round of one lock takes (100)
--threads how many threads tokio and smol have (2)
--locks   beside any-rwlock, with each engine, only these
--json    write the samples to a file";

struct Arguments {
    rows: Vec<String>,
    rounds: usize,
    round: Duration,
    locks: Option<Vec<String>>,
    json: Option<String>,
}

fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments {
        rows: Vec::new(),
        rounds: 15,
        round: Duration::from_millis(100),
        locks: None,
        json: None,
    };
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} needs a value"));
        let number =
            |value: String| value.parse::<u64>().map_err(|_| format!("not a number: {value}"));
        match argument.as_str() {
            "--rounds" => arguments.rounds = number(value()?)?.max(1) as usize,
            "--millis" => arguments.round = Duration::from_millis(number(value()?)?),
            "--threads" => {
                let threads = number(value()?)?.max(1) as usize;
                THREADS.set(threads).map_err(|_| "--threads is given twice".to_string())?;
            }
            "--locks" => arguments.locks = Some(value()?.split(',').map(String::from).collect()),
            "--json" => arguments.json = Some(value()?),
            option if option.starts_with('-') => return Err(USAGE.to_string()),
            _ => arguments.rows.push(argument),
        }
    }
    Ok(arguments)
}

fn is_chosen(row: &Row, chosen: &[String]) -> bool {
    chosen.is_empty() || chosen.iter().any(|name| *name == row.key || *name == row.name())
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut chosen = rows::all(|run| counting::allocations(run).0);
    chosen.retain(|row| is_chosen(row, &arguments.rows));
    if chosen.is_empty() {
        return Err(USAGE.to_string());
    }
    let mut reports = Vec::new();
    for row in &mut chosen {
        if let Some(locks) = &arguments.locks {
            row.peers.retain(|peer| {
                OURS.contains(&peer.name) || locks.iter().any(|lock| lock == peer.name)
            });
        }
        let samples = measure::run(row, arguments.rounds, arguments.round);
        let report = RowReport::new(row, samples);
        table::print(&report);
        reports.push(report);
    }
    bars::print(&reports);
    let report = Report::new(reports);
    println!("{}", report.machine);
    arguments.json.as_ref().map_or(Ok(()), |path| report.write(path))
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
