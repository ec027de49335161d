//! What the word and the wake-ups of a raw lock do, one operation at a time.
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
mod interleavings;
mod limits;
pub(super) mod operations;
