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
//!     let names = RwLockWriteGuard::downgrade(names); // Lets readers in, and no one else.
//!     names.len()
//! }
//!
//! # futures_lite::future::block_on(async {
//! assert_eq!(add("one").await, 1);
//! assert_eq!(*NAMES.read().await, ["one"]);
//! # });
//! ```
//!
//! [`RwLock`] documents what the lock promises: who goes next, what a cancelled future leaves
//! behind, which requests deadlock, and what an access costs. [`ShardedRwLock`] has the same methods, for a value
//! that many threads read all the time: its reads scale with processors. The [`guide`] starts from what you want to do.
//!
//! # Features
//!
//! | feature | on by default | what it adds |
//! |---|---|---|
//! | `std` | yes | methods that block a thread (`*_blocking`, `*_for`, `*_until`; not on wasm), and queues of waiters on the heap, behind the system's mutex |
//! | `alloc` | with `std` | what needs an `Arc`: the methods `*_arc` and `*_owned`, their guards and futures |
//! | `intrusive` | no | beside `std`: waiters [wait in place](#where-waiters-wait), as they do without `std` |
//! | `portable-atomic` | no | atomics for targets that lack compare-and-swap; the application chooses that crate's backend |
//! | `critical-section` | no | queues of waiters inside a critical section, for interrupts that share a lock with tasks; the application links an implementation |
//! | `diagnostics` | no | with `std`, [who holds which lock, who waits, and why](hangs), for all locks of the program; without it, nothing is recorded, at no cost |
//! | `loom`, `shuttle` | no | [models](guide::testing) of your own code, with a flag beside; without that flag, nothing |
//!
//! Features only add, and all of them can be on at once. (Bare metal has no `std`; models and
//! `wasm32-unknown-unknown` have no `diagnostics`.) If the compiler finds no method `*_blocking`, enable `std`; for
//! `*_arc` and `*_owned` enable `alloc`, for `report` `diagnostics`. Without `std` and `alloc`, the crate needs no
//! allocator. It always needs atomics as wide as a word.
//!
//! **Enable `std` or `critical-section` wherever you can.** Without either, a spin lock guards the queues of
//! each lock. Threads that contend are then a hundred times slower, because a thread that is preempted while
//! it holds the spin lock leaves the others spinning. An [interrupt](firmware#interrupts) that preempts the
//! holder may spin for ever, so on bare metal the crate does not build without `critical-section`, unless the
//! application sets `--cfg any_rwlock_spin`.
//!
//! ## Where waiters wait
//!
//! By default, the crate `event-listener` keeps waiters on the heap. With `intrusive`, and always without `std`, a
//! waiter is a node within its own future: only the first wait for a lock allocates, and that only with `std`; each
//! takes less than half the instructions, and a [waker](RwLock#wakers) may do what it likes with the lock. So enable
//! `intrusive` in an application where tasks often wait, or where the allocator should be left alone; the default
//! keeps futures small, and the `unsafe` code for waiting in a crate that many others use.
//!
//! | | `std` | `std`, `intrusive` | neither |
//! |---|---|---|---|
//! | a wait allocates | once | nothing | nothing |
//! | the first wait for a lock allocates | its queues, kept in it | the same | nothing |
//! | instructions that a wait takes on x86-64, apart from an executor's (tokio's lock: 677) | 1057 | 421 | – |
//! | bytes of a lock without its value, of a future, where a word has 64 bits | 16, 32 | 16, 56 | 88 (80 with `critical-section`), 56 |
//! | a waker may use the lock that wakes it, block, or panic | no | yes | yes |
//!
//! Apart from the first and the last row, the promises are the same. So are the methods.
//!
//! ## Which target needs what
//!
//! | target | features |
//! |---|---|
//! | with an operating system | the default |
//! | wasm | the default; no method blocks there |
//! | bare metal | `critical-section`; see [which chip needs what](firmware#what-to-enable-for-which-chip) |
//! | bare metal without compare-and-swap | `portable-atomic` too; there is no `alloc::sync::Arc`, and `alloc` adds nothing |
//!
//! ## For authors of libraries
//!
//! What guards the queues is the application's choice: it knows whether there is an operating system, or an
//! interrupt that uses a lock. The features of all crates in a program add up, so a library that enables one
//! enables it for all. A library that only disables the default leaves its users with the spin lock, without
//! their knowledge. So forward the features, with the same default:
//!
//! ```toml
//! [features]
//! default = ["std"]
//! std = ["any-rwlock/std"]
//! # For bare metal, and for bare metal without compare-and-swap:
//! critical-section = ["any-rwlock/critical-section"]
//! portable-atomic = ["any-rwlock/portable-atomic"]
//!
//! [dependencies]
//! any-rwlock = { version = "0.1", default-features = false }
//! ```
//!
//! - A library that needs `std` anyway depends on this crate with its default features, and forwards nothing: an
//!   application that wants `intrusive` depends on this crate itself, and enables it for all.
//! - A library that calls methods on an `Arc` of a lock also enables `alloc`: `features = ["alloc"]` above.
//! - Call blocking methods only behind your own feature `std`: without it there are none.
//! - Leave `--cfg any_rwlock_spin`, a backend of `portable-atomic`, and an implementation of `critical-section` to
//!   the application. Your own tests and examples count as applications: put it into their `[dev-dependencies]`.
//! - Leave `diagnostics` to the application, too: it covers the locks of all libraries. Name the locks that your
//!   users should recognize ([`RwLock::named`]).
//! - To check that you left the choice open: `cargo tree -e features -i any-rwlock --no-default-features`
//!   shows no feature of this crate, but `alloc` if you enabled it.
#![no_std]
#![cfg_attr(
    not(test),
    warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)
)]
// The documentation shows which feature an item needs, and not what depends on the target or on a model.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    docsrs,
    doc(auto_cfg(hide(
        any_rwlock_loom,
        any_rwlock_shuttle,
        target_family = "wasm",
        target_has_atomic = "ptr"
    )))
)]
// Links to methods that block, and to diagnostics, lead nowhere without them.
#![cfg_attr(
    not(all(feature = "std", feature = "diagnostics")),
    allow(rustdoc::broken_intra_doc_links)
)]

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// The layers, bottom up: each knows those above it in this list, and none of those below.

// The one switch of atomics.
mod sync;
// What is recorded of a lock: the one switch of the feature `diagnostics`.
mod probe;
// Every state of a lock and every transition, as values.
mod state;
// The word that carries a state, its orderings, and the sending of wake-ups.
mod raw;
// A right to access, as a value.
mod permit;
// How a task or a thread waits, and for whom it defers.
mod wait;
// Guards: the address of a value and a permit.
mod guard;
// Futures that callers can name.
pub mod futures;
// The lock.
mod rwlock;
// Guards, futures and methods that keep the lock alive.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod arc;

// The lock whose readers do not meet.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod sharded;

// Reports of all that the probes have recorded.
#[cfg(feature = "diagnostics")]
pub mod diagnostics;

// Pages of documentation.
pub mod guide;
#[doc = include_str!("firmware.md")]
pub mod firmware {}
#[doc = include_str!("hangs.md")]
pub mod hangs {}
#[doc = include_str!("migration.md")]
pub mod migration {}

#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use arc::{
    RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc, RwLockReadGuardArc,
    RwLockUpgradableReadGuardArc, RwLockWriteGuardArc,
};
pub use guard::{
    RwLockMappedReadGuard, RwLockMappedWriteGuard, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockUpgradedGuard, RwLockWriteGuard,
};
pub use rwlock::RwLock;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use sharded::{
    ShardedRwLock, ShardedRwLockMappedReadGuard, ShardedRwLockMappedReadGuardArc,
    ShardedRwLockMappedWriteGuard, ShardedRwLockMappedWriteGuardArc, ShardedRwLockReadGuard,
    ShardedRwLockReadGuardArc, ShardedRwLockUpgradableReadGuard,
    ShardedRwLockUpgradableReadGuardArc, ShardedRwLockWriteGuard, ShardedRwLockWriteGuardArc,
};

#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
