//! An async read-write lock that belongs to no runtime.
//!
//! Tasks of any executor, and threads that block, can share one [`RwLock`]. It is phase-fair
//! (readers and writers alternate), cancel safe, and needs no `std`.
//!
//! ```
//! use any_rwlock::{RwLock, RwLockWriteGuard};
//!
//! static NAMES: RwLock<Vec<&str>> = RwLock::new(Vec::new());
//!
//! async fn add(name: &'static str) -> usize {
//!     let mut names = NAMES.write().await;
//!     names.push(name);
//!     let names = RwLockWriteGuard::downgrade(names); // Lets readers in, and nobody else.
//!     names.len()
//! }
//!
//! # futures_lite::future::block_on(async {
//! assert_eq!(add("one").await, 1);
//! assert_eq!(*NAMES.read().await, ["one"]);
//! # });
//! ```
//!
//! What the lock promises is said at [`RwLock`]: who goes next, what a cancelled future leaves
//! behind, where a deadlock lurks, and what an access costs.
//!
//! # Features
//!
//! | feature | on by default | what it adds |
//! |---|---|---|
//! | `std` | yes | methods that block a thread (`*_blocking`, `*_for`, `*_until`; not on wasm), and queues of waiters behind the system's mutex |
//! | `portable-atomic` | no | atomics for targets that lack compare-and-swap |
//! | `critical-section` | no | queues of waiters inside a critical section, for interrupts that share a lock with tasks |
//!
//! All of them can be on at once. Always needed: an allocator, for waiting, and atomics of a word.
//!
//! # Which target needs what
//!
//! | target | features |
//! |---|---|
//! | with an operating system | the default |
//! | wasm | the default; there, nothing blocks |
//! | bare metal with compare-and-swap: Cortex-M3 and later, RISC-V with extension A | none (`default-features = false`) |
//! | bare metal without: Cortex-M0, RISC-V without extension A, AVR | `portable-atomic`, and in the application a backend of that crate (such as `portable-atomic/critical-section`) |
//! | bare metal where interrupts, or tasks of several priorities, wait for a lock | `critical-section` too, and in the application an implementation of that crate |
//!
//! Without `std` and `critical-section` the queues are behind a spin lock, which is for programs in
//! which no interrupt touches a lock: one that meets the code that it has preempted there spins for
//! ever, and also the drop of a guard from a `try_*` method looks at the queues if somebody waits.
//!
//! `alloc::sync::Arc`, and with it every method and guard that needs it, does not exist on targets
//! without compare-and-swap. A table of chips is in `no_std-check/README.md`, in the repository.
#![no_std]
#![cfg_attr(
    not(test),
    warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)
)]
// Links to methods that block lead nowhere.
#![cfg_attr(not(feature = "std"), allow(rustdoc::broken_intra_doc_links))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod acquire;
#[cfg(target_has_atomic = "ptr")]
mod arc;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking;
pub mod futures;
mod guard;
#[doc = include_str!("migration.md")]
pub mod migration {}
mod permit;
mod queues;
mod raw;
mod rwlock;
mod state;
mod sync;
mod yielding;

#[cfg(target_has_atomic = "ptr")]
pub use arc::{
    RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc, RwLockReadGuardArc,
    RwLockUpgradableReadGuardArc, RwLockWriteGuardArc,
};
pub use guard::{
    RwLockMappedReadGuard, RwLockMappedWriteGuard, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockUpgradedGuard, RwLockWriteGuard,
};
pub use rwlock::RwLock;

#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
