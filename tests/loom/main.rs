//! Small races between two to four threads, each in every interleaving and with every value that
//! the memory model lets an atomic load return.
//!
//! ```text
//! RUSTFLAGS="--cfg loom --cfg any_rwlock_loom" cargo test --release --features loom --test loom
//! ```
//!
//! The value in the lock is a cell that notices accesses which nothing orders, so the models check
//! the orderings as well as the protocol. A lost wake-up is a deadlock, which ends the process.
//!
//! Without these the same races run on the system's threads, for Miri and the sanitizers.
#![cfg(not(target_family = "wasm"))]

mod access;
mod backing_out;
mod cancellation;
mod conversions;
mod harness;
#[cfg(feature = "std")]
mod sharded;
