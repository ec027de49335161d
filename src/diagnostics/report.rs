//! What a report consists of.
#![forbid(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::panic::Location;
use core::time::Duration;
use std::thread::ThreadId;

pub use crate::probe::recording::record::Counts;
use crate::probe::recording::thread::ThreadNumber;
use crate::state;

/// What is known of one lock, at one moment.
///
/// Shown as a table, with one line for each holder and each waiter, and at most 32 of each.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LockReport {
    /// Which lock it is.
    pub lock: LockName,
    /// Who has access, in the order in which they acquired it.
    pub holders: Vec<Holder>,
    /// Who waits, in the order in which they began to.
    pub waiters: Vec<Waiter>,
    /// What has happened so far.
    pub counts: Counts,
}

/// What a lock is called. Shown as its name, or as the type of its value and the place of its first use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockName {
    /// Assigned at the first use; no other lock has it. (It is not the lock's address, because a lock may move.)
    pub id: u64,
    /// From [`RwLock::named`](crate::RwLock::named).
    pub name: Option<&'static str>,
    /// The type of the value.
    pub type_name: &'static str,
    /// Where it was first acquired or waited for.
    pub first_use: Option<&'static Location<'static>>,
}

/// An access that is held by a guard, which may be in use, forgotten, or anywhere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// As it is now, after conversions.
    pub access: Access,
    /// The call that acquired it, or upgraded it.
    pub location: &'static Location<'static>,
    /// Who took it: the task that was polled, if its future was awaited, and the thread that acquired or used the
    /// guard last. A guard may have been sent elsewhere since.
    pub by: Actor,
    /// Since it was acquired, across conversions.
    pub held_for: Duration,
    /// Unique among all holds of this lock and waits for it, past and future.
    pub serial: u64,
}

/// Who waits for access.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Waiter {
    /// The access that it waits for.
    pub access: Access,
    /// The call that asked for it.
    pub location: &'static Location<'static>,
    /// The task that was polled last for it, or the thread that blocks.
    pub by: Actor,
    /// Since it first asked.
    pub waiting_for: Duration,
    /// How often the lock has woken it.
    pub woken: u64,
    /// Since its last wake-up, if it has not been polled since: its executor is busy, blocked or gone, or the
    /// future is no longer polled.
    pub woken_ago: Option<Duration>,
    /// How often it has [stepped aside](crate::RwLock#who-goes-next).
    pub stepped_aside: u64,
    /// How often it was woken, and then refused because of a later arrival.
    pub overtaken: u64,
    /// How often it was polled without having been woken by the lock: its task goes on with something else.
    pub polled_unasked: u64,
    /// Where its own task, or thread, took guards that it waits for.
    pub held_by_itself: Vec<&'static Location<'static>>,
    /// Unique among all holds of this lock and waits for it, past and future.
    pub serial: u64,
}

/// Who holds or waits: a thread, or a task and the thread that polled it last.
///
/// Tasks are told apart by their wakers, as futures are: those that a combinator polls with wakers of its own are
/// tasks of their own, and the branches of a `join!` or `select!` are one task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// `None`: a method that blocks or tries, or `clone`.
    pub task: Option<TaskNumber>,
    /// The identity of the thread. `None`: it has ended, or was about to.
    pub thread: Option<ThreadId>,
    /// The name of the thread, if it has one.
    pub thread_name: Option<String>,
    /// No other thread has it.
    pub(super) thread_number: ThreadNumber,
}

/// A task, within one report (of one lock, or of all): equal numbers mean the same task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskNumber(pub(super) usize);

/// A kind of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// [`read`](crate::RwLock::read)
    Read,
    /// [`read_recursive`](crate::RwLock::read_recursive), while it waits; what it acquires is a read.
    RecursiveRead,
    /// [`upgradable_read`](crate::RwLock::upgradable_read)
    UpgradableRead,
    /// [`write`](crate::RwLock::write), or what an upgrade has acquired.
    Write,
    /// [`upgrade`](crate::RwLockUpgradableReadGuard::upgrade), while it waits.
    Upgrade,
}

impl From<state::Access> for Access {
    fn from(access: state::Access) -> Access {
        match access {
            state::Access::Read => Access::Read,
            state::Access::RecursiveRead => Access::RecursiveRead,
            state::Access::UpgradableRead => Access::UpgradableRead,
            state::Access::Write => Access::Write,
            state::Access::Upgrade => Access::Upgrade,
        }
    }
}

impl Waiter {
    /// Whether its task is known to go on with something else, such as another branch of a `join!`.
    pub(super) fn has_branches(&self) -> bool {
        self.by.task.is_some() && self.polled_unasked > 0
    }
}
