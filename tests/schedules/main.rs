//! Thousands of random schedules on one thread, each told by its seed.
//!
//! A failing test prints the seed; `SEED=<it> cargo test --test schedules <test>` runs that one.
#![cfg(not(any_rwlock_loom))]

mod agenda;
mod chance;
mod fifo;
mod idle;
mod life;
mod losses;
mod random;
#[cfg(feature = "diagnostics")]
mod reported;
#[cfg(not(feature = "diagnostics"))]
mod reported {
    pub(crate) fn check(_: &super::world::World<'_>) {}
}
mod slow;
mod world;
