//! One piece of async code on eight runtimes, and one lock shared by all of them at once.
//!
//! A small cache behind an [`any_rwlock::RwLock`] is read, written, filled and emptied by the same
//! generic tasks, with each runtime's own timers and timeouts. Prints what happened; exits with an
//! error if an update was lost, a read was torn, or somebody did not finish.
//!
//! `cargo run --release --example runtimes`
#![forbid(unsafe_code)]

mod cache;
mod report;
mod runtimes;
mod workload;

use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use report::Row;
use runtimes::{Start, RUNTIMES};
use workload::{Group, Shared};

const TOO_LONG: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    end_the_program_on_panic();
    start_watchdog();

    let mut faults = Vec::new();
    report::print_head();
    for (name, start) in RUNTIMES {
        let shared = Arc::new(Shared::new(1));
        let row = run(name, start, &shared);
        report::print_row(&row);
        faults.extend(report::faults(name, &shared, &[row]));
    }

    println!("\nall of them at once, on one lock:");
    let shared = Arc::new(Shared::new(RUNTIMES.len()));
    let rows = run_at_once(&shared);
    rows.iter().for_each(report::print_row);
    report::print_row(&report::total(&rows));
    faults.extend(report::faults("all at once", &shared, &rows));

    report::verdict(&faults)
}

fn run(name: &'static str, start: Start, shared: &Arc<Shared>) -> Row {
    let group = Arc::new(Group::new(Arc::clone(shared)));
    let began = Instant::now();
    start(&group);
    Row { name, tally: group.tally(), elapsed: began.elapsed() }
}

fn run_at_once(shared: &Arc<Shared>) -> Vec<Row> {
    thread::scope(|scope| {
        let runs: Vec<_> = RUNTIMES
            .into_iter()
            .map(|(name, start)| scope.spawn(move || run(name, start, shared)))
            .collect();
        runs.into_iter().map(|run| run.join().expect("a panic ends the program")).collect()
    })
}

/// Executors differ in what they do with a task's panic, and some keep it to themselves.
fn end_the_program_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        print(info);
        std::process::exit(101);
    }));
}

fn start_watchdog() {
    thread::spawn(|| {
        thread::sleep(TOO_LONG);
        eprintln!("not finished after {TOO_LONG:?}: somebody waits for ever");
        std::process::exit(2);
    });
}
