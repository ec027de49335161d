//! How to use the lock, by what you want to do.
//!
//! | you want to | page |
//! |---|---|
//! | know whether this lock is the right one, and which access to ask for | [`choosing`] |
//! | know who goes next, and for how long a task may wait | [`fairness`] |
//! | give up waiting: timeouts, `select!`, aborted tasks | [`cancellation`] |
//! | read in a function that is called by one that reads; fill a cache | [`nesting`] |
//! | share a lock between tasks and threads | [`threads`] |
//! | model your own code with loom or shuttle | [`testing`] |
//! | use the lock on bare metal | [`firmware`](crate::firmware) |
//! | move from another lock | [`migration`](crate::migration) |
//!
//! What is promised, and what each access costs, is in the documentation of [`RwLock`](crate::RwLock).
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
