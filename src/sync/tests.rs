//! Atomics that unit tests can come in between.
#![forbid(unsafe_code)]

pub(crate) mod interrupt;
