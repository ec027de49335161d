//! From ledgers to reports.
#![forbid(unsafe_code)]

use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::hash::Hasher;
use core::task::Waker;
use std::collections::hash_map::{DefaultHasher, HashMap};
use std::sync::MutexGuard;
use std::time::Instant;

use super::deadlock;
use super::report::{Actor, Holder, LockName, LockReport, TaskNumber, Waiter};
use crate::probe::recording::ledger::{Entries, Ledger};
use crate::probe::recording::record::{HoldRecord, WaitRecord};
use crate::probe::recording::thread::{look_up, Threads};
use crate::probe::recording::Who;

/// One lock's ledger, locked.
pub(super) type Locked<'a> = (&'a Ledger, MutexGuard<'a, Entries>);

/// Reports of these locks as they are, with tasks numbered throughout. Calls no code of others.
pub(super) fn reports(locked: &[Locked<'_>], now: Instant) -> Vec<LockReport> {
    look_up(|threads| {
        let mut tasks = Tasks { threads, known: HashMap::new(), count: 0 };
        locked.iter().map(|(ledger, entries)| report(ledger, entries, &mut tasks, now)).collect()
    })
}

fn report<'a>(
    ledger: &Ledger,
    entries: &'a Entries,
    tasks: &mut Tasks<'a>,
    now: Instant,
) -> LockReport {
    let mut holders: Vec<_> =
        entries.holds.iter().map(|(_, hold)| holder(hold, tasks, now)).collect();
    holders.sort_by_key(|holder| holder.serial);
    let mut waiters: Vec<_> =
        entries.waits.iter().filter_map(|(_, wait)| waiter(wait, tasks, now)).collect();
    waiters.sort_by_key(|waiter| waiter.serial);
    let mut report =
        LockReport { lock: name(ledger, entries), holders, waiters, counts: entries.counts };
    deadlock::find_own_guards(&mut report);
    report
}

fn name(ledger: &Ledger, entries: &Entries) -> LockName {
    LockName {
        id: ledger.id as u64,
        name: ledger.name,
        type_name: ledger.type_name,
        first_use: entries.first_use,
    }
}

fn holder<'a>(hold: &'a HoldRecord, tasks: &mut Tasks<'a>, now: Instant) -> Holder {
    Holder {
        access: hold.access.into(),
        location: hold.location,
        by: tasks.actor(&hold.who),
        held_for: now.saturating_duration_since(hold.since),
        serial: hold.serial,
    }
}

/// `None`: it is being polled for the first time, and may not have to wait.
fn waiter<'a>(wait: &'a WaitRecord, tasks: &mut Tasks<'a>, now: Instant) -> Option<Waiter> {
    Some(Waiter {
        access: wait.access.into(),
        location: wait.location,
        by: tasks.actor(wait.who.as_ref()?),
        waiting_for: now.saturating_duration_since(wait.since),
        woken: wait.events.woken,
        woken_ago: wait.woken_at.map(|at| now.saturating_duration_since(at)),
        stepped_aside: wait.events.stepped_aside,
        overtaken: wait.events.overtaken,
        polled_unasked: wait.events.polled_unasked,
        held_by_itself: Vec::new(),
        serial: wait.serial,
    })
}

/// The tasks that were seen so far, by what their wakers look like. (That only spares comparisons: whether two are
/// the same is what `will_wake` says.)
struct Tasks<'a> {
    threads: &'a Threads,
    known: HashMap<u64, Vec<(&'a Waker, TaskNumber)>>,
    count: usize,
}

impl<'a> Tasks<'a> {
    fn actor(&mut self, who: &'a Who) -> Actor {
        let thread = self.threads.get(who.thread);
        Actor {
            task: who.task.as_ref().map(|task| self.number(task)),
            thread: thread.map(|thread| thread.id),
            thread_name: thread.and_then(|thread| thread.name.clone()),
            thread_number: who.thread,
        }
    }

    fn number(&mut self, task: &'a Waker) -> TaskNumber {
        let alike = self.known.entry(look(task)).or_default();
        if let Some((_, number)) = alike.iter().find(|(known, _)| known.will_wake(task)) {
            return *number;
        }
        self.count += 1;
        alike.push((task, TaskNumber(self.count)));
        TaskNumber(self.count)
    }
}

fn look(waker: &Waker) -> u64 {
    struct Look(DefaultHasher);

    impl fmt::Write for Look {
        fn write_str(&mut self, shown: &str) -> fmt::Result {
            self.0.write(shown.as_bytes());
            Ok(())
        }
    }

    let mut look = Look(DefaultHasher::new());
    // It does not fail. If it did, all would look alike.
    let _ = write!(look, "{waker:?}");
    look.0.finish()
}
