//! Who holds which lock, who waits for it, and why: with the feature `diagnostics`.
//!
//! **My program hangs:** [the module `hangs`](crate::hangs) starts there and ends at the line.
//!
//! | | |
//! |---|---|
//! | [`RwLock::named`] | gives a lock the name by which reports call it |
//! | [`RwLock::report`], [`report_all`] | who holds a lock, who waits, where they asked, for how long |
//! | [`deadlocks`] | tasks and threads that wait for themselves, alone or in a circle |
//! | [`watch`] | a thread that reports all of this when a wait or a hold takes too long |
//!
//! ```
//! use any_rwlock::diagnostics::{self, Access};
//! use any_rwlock::RwLock;
//!
//! static SESSIONS: RwLock<u32> = RwLock::named("sessions", 1);
//!
//! # futures_lite::future::block_on(async {
//! let guard = SESSIONS.write().await;
//! let report = SESSIONS.report();
//! assert_eq!(report.holders[0].access, Access::Write);
//! assert!(report.holders[0].location.file().ends_with(".rs"));
//! println!("{report}");
//! # drop(guard);
//! # });
//! ```
//!
//! # What it costs
//!
//! Without the feature, nothing: not an instruction, not a byte. With it, an uncontended access takes some 150 ns more,
//! most of it two looks at the clock, and a lock keeps a record on the heap. Threads that read one lock meet in its
//! record, those of a `ShardedRwLock` too. (`cargo run --release --example cost`, with the feature and without,
//! measures your machine.) All promises hold except that of [cost](RwLock#cost). The feature covers all locks of a
//! build. It is not for a lock within the global allocator, because each record asks the allocator for memory. A model
//! with loom or shuttle has no clock, and does not build with it; nor does `wasm32-unknown-unknown`.
//!
//! # What is true of a report
//!
//! - It never waits for the lock that it reports on, and is consistent: for one lock, and with [`report_all`] for all.
//! - It lists a guard from its acquisition to its release, even if the guard is forgotten, and says who *took* it. If
//!   the guard is used or dropped on another thread, it names that thread. A guard that was sent to another task is
//!   still listed as that of the task that took it.
//! - A task is known by its waker. The record keeps a clone of it, so that no other task gets its address. So a task
//!   that only its wakers keep alive lives as long as its guard. (That is one clone more, made when the access is
//!   acquired and dropped after its release. No lock of this crate is held then.)
//! - Methods that block or try, and `clone`, know of no task.
#![forbid(unsafe_code)]

use alloc::vec::Vec;
use std::time::Instant;

use crate::probe::recording::registry::look_at_all;
use crate::probe::Tag;
use crate::raw::RawLock;
use crate::{RwLock, ShardedRwLock};

mod alert;
mod deadlock;
mod report;
mod snapshot;
mod table;
mod watchdog;

pub use alert::{print, Alert};
pub use deadlock::{Deadlock, Obstacle, Step};
pub use report::{Access, Actor, Counts, Holder, LockName, LockReport, TaskNumber, Waiter};
pub use watchdog::{watch, Limits, Watch};

impl<T: ?Sized> RwLock<T> {
    /// Returns who holds the lock, who waits for it, and what has happened so far.
    ///
    /// Never waits for access. The report is [consistent](crate::diagnostics#what-is-true-of-a-report).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let lock = RwLock::named("numbers", 1);
    /// let reader = lock.try_read().unwrap();
    /// let report = lock.report();
    /// assert_eq!((report.holders.len(), report.waiters.len()), (1, 0));
    /// assert!(report.to_string().starts_with("lock \"numbers\""));
    /// # drop(reader);
    /// ```
    pub fn report(&self) -> LockReport {
        report(self.raw.tag())
    }
}

impl<T: ?Sized> ShardedRwLock<T> {
    /// Returns who holds the lock, who waits for it, and what has happened so far, like [`RwLock::report`].
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::named("routes", 1);
    /// let reader = lock.try_read().unwrap();
    /// assert_eq!(lock.report().holders.len(), 1);
    /// # drop(reader);
    /// ```
    pub fn report(&self) -> LockReport {
        report(self.raw.word().tag())
    }
}

fn report(tag: &Tag) -> LockReport {
    let ledger = tag.ledger();
    let mut reports = snapshot::reports(&[(ledger, ledger.entries())], Instant::now());
    reports.remove(0)
}

/// Returns the reports of all locks that are held or waited for, all from the same moment.
///
/// # Examples
///
/// ```
/// use any_rwlock::{diagnostics, RwLock};
///
/// let lock = RwLock::named("numbers", 1);
/// let reader = lock.try_read().unwrap();
/// assert!(diagnostics::report_all().iter().any(|report| report.lock.name == Some("numbers")));
/// # drop(reader);
/// ```
pub fn report_all() -> Vec<LockReport> {
    look_at_all(|locked| snapshot::reports(locked, Instant::now()))
}

/// Returns the current deadlocks: each is a circle of one or more waits that wait for one another.
///
/// A wait belongs to a circle if what keeps it waiting was taken by a task, or on a thread, that waits itself. It is
/// left out if it has been woken, or if its task is known to go on with something else: it waits in two places, or
/// was polled without having been woken by the lock. So branches of a `join!` or `select!` are left out once they
/// have gone on. Until then, a guard of the same task may still be in another branch, which drops it later. This is
/// why [`watch`] waits first.
///
/// # Examples
///
/// ```
/// use any_rwlock::{diagnostics, RwLock};
/// use futures_lite::future::{block_on, poll_once};
///
/// let lock = RwLock::new(1);
/// let mut nested = Box::pin(async {
///     let reader = lock.read().await;
///     let writer = lock.write().await; // Waits for `reader`.
///     # drop((reader, writer));
/// });
/// assert!(block_on(poll_once(&mut nested)).is_none());
/// let deadlocks = diagnostics::deadlocks();
/// assert!(deadlocks[0].to_string().contains("held by the task that waits"));
/// ```
pub fn deadlocks() -> Vec<Deadlock> {
    deadlock::find(&report_all())
}
