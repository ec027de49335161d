//! Those who share the table at another priority.

use core::cell::Cell;

use critical_section::Mutex;
use firmware::clock;

use crate::table::{check_quietly, TABLE};

#[derive(Clone, Copy)]
struct Tries {
    reads: u32,
    writes: u32,
    refusals: u32,
}

/// What the timer interrupt has done.
pub struct InInterrupt(Mutex<Cell<Tries>>);

pub static IN_INTERRUPT: InInterrupt =
    InInterrupt(Mutex::new(Cell::new(Tries { reads: 0, writes: 0, refusals: 0 })));

impl InInterrupt {
    fn get(&self) -> Tries {
        critical_section::with(|cs| self.0.borrow(cs).get())
    }

    fn note(&self, change: impl FnOnce(&mut Tries)) {
        let mut tries = self.get();
        change(&mut tries);
        critical_section::with(|cs| self.0.borrow(cs).set(tries));
    }

    pub fn reads(&self) -> u32 {
        self.get().reads
    }

    pub fn writes(&self) -> u32 {
        self.get().writes
    }

    pub fn refusals(&self) -> u32 {
        self.get().refusals
    }
}

pub fn start() {
    clock::at_every_tick(Some(in_interrupt));
    #[cfg(target_arch = "arm")]
    firmware::board::interrupt_executor().spawn(crate::tasks::urgent().unwrap());
}

pub fn stop() {
    clock::at_every_tick(None);
}

/// The timer interrupt: it never waits.
fn in_interrupt(now: u64) {
    // No task's pause: one that keeps step with the clock may hold the lock at each such tick.
    if now.is_multiple_of(9) {
        match TABLE.try_write() {
            Some(mut table) => {
                check_quietly("the interrupt finds the table whole", table.is_whole());
                table.update(now);
                IN_INTERRUPT.note(|tries| tries.writes += 1);
            }
            None => IN_INTERRUPT.note(|tries| tries.refusals += 1),
        }
    } else {
        match TABLE.try_read() {
            Some(table) => {
                check_quietly("the interrupt reads a whole table", table.is_whole());
                IN_INTERRUPT.note(|tries| tries.reads += 1);
            }
            None => IN_INTERRUPT.note(|tries| tries.refusals += 1),
        }
    }
}
