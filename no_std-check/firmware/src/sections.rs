//! Critical sections turn interrupts off. How long the longest of them takes is measured.

use core::sync::atomic::{AtomicU32, Ordering};

use critical_section::{set_impl, Impl, RawRestoreState};

use crate::board;

// Atomics only because they are static: nothing else runs while they are touched.
static BEGAN: AtomicU32 = AtomicU32::new(0);
static LONGEST: AtomicU32 = AtomicU32::new(0);

struct Sections;
set_impl!(Sections);

// SAFETY: with interrupts off nothing else runs, on the one core that there is.
unsafe impl Impl for Sections {
    unsafe fn acquire() -> RawRestoreState {
        let were_on = board::interrupts_off();
        if cfg!(not(feature = "size")) && were_on {
            BEGAN.store(board::cycles(), Ordering::Relaxed);
        }
        were_on
    }

    unsafe fn release(were_on: RawRestoreState) {
        if !were_on {
            return;
        }
        if cfg!(not(feature = "size")) {
            let length = board::cycles_since(BEGAN.load(Ordering::Relaxed));
            LONGEST.store(length.max(LONGEST.load(Ordering::Relaxed)), Ordering::Relaxed);
        }
        // SAFETY: by the caller's promise this ends the section that turned them off.
        unsafe { board::interrupts_on() };
    }
}

/// For how many instructions, at most, interrupts are off at a stretch while this runs.
pub fn longest(run: impl FnOnce()) -> u32 {
    board::without_ticks(|| match cycles_of(run) {
        0 => 0,
        cycles => instructions(cycles),
    })
}

fn cycles_of(run: impl FnOnce()) -> u32 {
    LONGEST.store(0, Ordering::Relaxed);
    run();
    LONGEST.load(Ordering::Relaxed)
}

/// Without the few that measure; found by the length of a section that is known.
fn instructions(cycles: u32) -> u32 {
    const KNOWN: u32 = 4000;
    let section = |delay: fn()| cycles_of(|| critical_section::with(|_| delay()));
    let nothing = section(|| ());
    let known = section(|| board::delay(KNOWN)) - nothing;
    ((cycles - nothing) * KNOWN + known / 2) / known
}
