//! An interrupt comes in before an operation on an atomic, does something with the same lock, and
//! returns.
//!
//! Each program of a table runs against each interrupt of another, at every position; the second part
//! of an interrupt, if it has one, comes at later positions of the same run. Then guards are dropped
//! and whoever is woken is polled: everybody has to finish, in few polls and operations, and the lock
//! to be free. Between two operations of an engine behind its lock nothing comes in: `firmware.md` says why.
#![forbid(unsafe_code)]

mod scripts;
mod stage;

use std::cell::Cell;
use std::rc::Rc;
use std::{eprintln, println};

use crate::sync::tests::interrupt;
use scripts::{Interrupt, Program, DROPS, POLLS, PROGRAMS, TAKES};
use stage::Stage;

/// Many times what a run takes.
const MANY_OPERATIONS: usize = 200_000;

/// One program with one interrupt.
struct Run {
    program: &'static Program,
    interrupt: &'static Interrupt,
    /// Before which operations the parts of the interrupt come.
    at: [usize; 2],
    operations: Cell<usize>,
    stage: Stage,
}

impl Run {
    fn before_operation(&self) {
        let operation = self.operations.get() + 1;
        self.operations.set(operation);
        if self.at.contains(&operation) {
            self.parts_at(|at| at == operation);
        }
    }

    fn parts_at(&self, is_now: impl Fn(usize) -> bool) {
        let (_, first, second) = self.interrupt;
        for (at, steps) in self.at.into_iter().zip([first, second]) {
            if is_now(at) {
                steps.iter().for_each(|&step| {
                    self.stage.act(step);
                });
            }
        }
    }

    fn begin_to_end(&self) {
        let (_, steps) = self.program;
        steps.iter().for_each(|&step| {
            self.stage.act(step);
        });
        self.stage.run_down();
        interrupt::unhooked(|| {
            self.parts_at(|at| at > self.operations.get());
            self.stage.run_down();
            self.stage.assert_free();
        });
    }
}

/// Ends the interrupts; if the run has failed, tells which it was.
struct Tell(Rc<Run>);

impl Drop for Tell {
    fn drop(&mut self) {
        interrupt::stop();
        if std::thread::panicking() {
            let Run { program, interrupt, at, .. } = &*self.0;
            eprintln!("{} / {}: before operations {at:?}", program.0, interrupt.0);
        }
    }
}

/// How many operations the program took.
fn run(program: &'static Program, interrupt: &'static Interrupt, at: [usize; 2]) -> usize {
    let run = Run { program, interrupt, at, operations: Cell::new(0), stage: Stage::new() };
    let run = Rc::new(run);
    let hook = Rc::clone(&run);
    let _tell = Tell(Rc::clone(&run));
    interrupt::before_each_operation(move || hook.before_operation(), MANY_OPERATIONS);
    run.begin_to_end();
    run.operations.get()
}

/// The distance between the two parts that is tried after this one.
type Next = fn(usize) -> usize;

fn few(distance: usize) -> usize {
    8 * distance
}

fn every(distance: usize) -> usize {
    distance + 1
}

/// All positions of this interrupt in this program; how many runs that were.
fn everywhere(program: &'static Program, interrupt: &'static Interrupt, next: Next) -> usize {
    let mut runs = 0;
    let stride = if cfg!(miri) { 59 } else { 1 };
    for first in (1..).step_by(stride) {
        let mut distance = if interrupt.2.is_empty() { usize::MAX - first } else { 1 };
        loop {
            let operations = run(program, interrupt, [first, first + distance]);
            runs += 1;
            if first > operations {
                return runs;
            }
            if first + distance > operations {
                break;
            }
            distance = next(distance);
        }
    }
    unreachable!("a program ends")
}

fn all(what: &str, interrupts: &'static [Interrupt], next: Next, at_least: usize) {
    let pairs = PROGRAMS.iter().flat_map(|program| interrupts.iter().map(move |by| (program, by)));
    let runs: usize = pairs
        .step_by(if cfg!(miri) { 17 } else { 1 })
        .map(|(program, by)| everywhere(program, by, next))
        .sum();
    println!("{what}: {} programs, {} interrupts, {runs} runs", PROGRAMS.len(), interrupts.len());
    assert!(cfg!(miri) || runs >= at_least, "only {runs} runs");
}

#[test]
fn without_an_interrupt_each_step_of_each_program_can_be_done() {
    for (name, steps) in PROGRAMS {
        let stage = Stage::new();
        for (number, &step) in steps.iter().enumerate() {
            assert!(stage.act(step), "{name}: {number}: {step:?}");
        }
        stage.run_down();
        stage.assert_free();
    }
}

#[test]
fn whatever_an_interrupt_takes_between_two_operations_nobody_is_stranded() {
    all("taken", TAKES, few, 20_000);
}

#[test]
fn whatever_an_interrupt_drops_between_two_operations_nobody_is_stranded() {
    all("dropped", DROPS, few, 20_000);
}

#[test]
fn whatever_tasks_in_an_interrupt_do_between_two_operations_nobody_is_stranded() {
    all("polled", POLLS, few, 20_000);
}

#[test]
#[ignore = "for `--release`"]
fn wherever_both_parts_of_an_interrupt_come_nobody_is_stranded() {
    all("taken", TAKES, every, 100_000);
    all("dropped", DROPS, every, 100_000);
    all("polled", POLLS, every, 100_000);
}
