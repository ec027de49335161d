//! Whole locks, on atomics that tests can come in between.
#![forbid(unsafe_code)]

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod interrupts;
