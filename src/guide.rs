//! How to use the lock, starting from what you want to do.
//!
//! | you want to | page |
//! |---|---|
//! | know whether this lock is the right one, and which access to ask for | [`choosing`] |
//! | know who goes next, and for how long a task may wait | [`fairness`] |
//! | give up waiting: timeouts, `select!`, aborted tasks | [`cancellation`] |
//! | read in a function that is called by one that reads; fill a cache | [`nesting`] |
//! | share a lock between tasks and threads | [`threads`] |
//! | model your own code with loom or shuttle | [`testing`] |
//! | know why a program hangs | [`hangs`](crate::hangs) |
//! | use the lock on bare metal | [`firmware`](crate::firmware) |
//! | move from another lock | [`migration`](crate::migration) |
//!
//! # Programs to copy
//!
//! Each asserts what it shows, and CI runs it. Those in `examples` ship with the crate; the others are in its repository.
//!
//! | program | shows |
//! |---|---|
//! | `examples/config_reload.rs` | a configuration that is replaced while requests use it |
//! | `examples/per_key.rs` | a lock for each key of a map |
//! | `examples/cache.rs` | a cache that is filled by an upgrade, each entry once |
//! | `examples/timeout.rs` | tokio's `select!` and timeouts, a place in the queue that is kept, a task that is aborted |
//! | `examples/runtimes` | one piece of code on eight runtimes, and on all of them at once |
//! | `examples/wedged.rs` | programs that hang and say why |
//! | `examples/from_{async_lock,parking_lot,tokio}.rs` | programs that came from another lock |
//! | `library-check` | a library that leaves the choice of features to its users: a tower service and a stream that keep a future of the lock |
//! | `lock_view` | an axum service, and a page that shows a lock at work |
//! | `lock_view/examples/basket.rs` | an axum service that hangs, and the watchdog that names the lines |
//! | `no_std-check/firmware/src/bin/sensors` | embassy: a table of sensors without a heap, shared by tasks and interrupts |
//!
//! The documentation of [`RwLock`](crate::RwLock) states the promises, and what each access costs.
#![forbid(unsafe_code)]

#[doc = include_str!("guide/choosing.md")]
pub mod choosing {}

#[doc = include_str!("guide/fairness.md")]
#[doc = include_str!("guide/phases.svg")]
pub mod fairness {}

#[doc = include_str!("guide/cancellation.md")]
pub mod cancellation {}

#[doc = include_str!("guide/nesting.md")]
pub mod nesting {}

#[doc = include_str!("guide/threads.md")]
pub mod threads {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}
