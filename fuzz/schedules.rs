//! The random schedules of `tests/schedules`, by what the fuzzer finds interesting instead of chance.
//!
//! ```text
//! cargo +nightly fuzz run schedules
//! ```
#![no_main]

#[path = "../tests/schedules/agenda.rs"]
mod agenda;
#[path = "../tests/schedules/life.rs"]
mod life;
#[path = "../tests/schedules/world.rs"]
mod world;

/// There are no reports here.
mod reported {
    pub(crate) fn check(_: &crate::world::World<'_>) {}
}

/// In place of the one of `tests/schedules`.
mod chance {
    use arbitrary::Unstructured;

    pub(crate) struct Rng<'a>(pub(crate) Unstructured<'a>);

    impl Rng<'_> {
        /// 0 once all is used up.
        pub(crate) fn below(&mut self, limit: usize) -> usize {
            self.0.int_in_range(0..=limit - 1).unwrap_or(0)
        }

        pub(crate) fn one_in(&mut self, chances: usize) -> bool {
            self.below(chances) == 0
        }
    }
}

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;

use chance::Rng;
use life::{live_to_the_end, Habits};

fuzz_target!(|data: &[u8]| {
    let habits = Habits { steps: data.len(), abandons: 8, gives_up: 8 };
    live_to_the_end(&mut Rng(Unstructured::new(data)), &habits);
});
