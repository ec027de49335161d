//! A thread that looks at all locks now and then.
#![forbid(unsafe_code)]

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::collections::HashMap;
use std::eprintln;
use std::panic::catch_unwind;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::alert::Alert;
use super::deadlock::{self, Deadlock};
use super::report::{Holder, LockName, LockReport, Waiter};
use super::snapshot;
use crate::probe::recording::notice::{Mailbox, Notice};
use crate::probe::recording::registry::look_at_all;
use crate::probe::Outcome;

/// How long a wait and a hold may take before a [watchdog](watch) reports them. `Duration::MAX`: for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first time that a waiter asked.
    pub wait: Duration,
    /// From an acquisition to its release.
    pub hold: Duration,
}

impl Default for Limits {
    /// Ten seconds each.
    fn default() -> Limits {
        Limits { wait: Duration::from_secs(10), hold: Duration::from_secs(10) }
    }
}

/// Between two looks.
const MIN_PAUSE: Duration = Duration::from_millis(1);
const MAX_PAUSE: Duration = Duration::from_secs(3600);

/// A watchdog. Its drop stops it.
#[must_use = "the watchdog stops when this is dropped"]
pub struct Watch {
    mailbox: Arc<Mailbox>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Drop for Watch {
    /// Waits for the hook, if it is running. After that, the hook is not called any more. (Within the hook itself,
    /// waits for nothing.)
    fn drop(&mut self) {
        self.mailbox.close();
        if let Some(thread) = self.thread.take() {
            if thread.thread().id() != thread::current().id() {
                // It does not panic: the hook's panics are caught.
                let _ = thread.join();
            }
        }
    }
}

/// Starts a thread that calls `hook` when a wait or a hold of any lock exceeds its limit, again when it ends, and
/// once for each deadlock, when all of its waits have exceeded the limit.
///
/// The hook runs on that thread, with no lock of this crate held: it may use the locks that it is told of, and is
/// watched itself. A panic of the hook is printed to standard error, and does not end the watchdog. While the
/// hook runs, it is not called for anything else. Use [`print`](super::print) to print alerts to standard error.
///
/// # Panics
///
/// If no thread can be started.
///
/// # Examples
///
/// ```
/// use any_rwlock::diagnostics::{self, Alert, Limits};
/// use any_rwlock::RwLock;
/// use std::sync::mpsc::channel;
/// use std::time::Duration;
///
/// let limits = Limits { wait: Duration::MAX, hold: Duration::from_millis(1) };
/// let (alerts, told) = channel();
/// let watch = diagnostics::watch(limits, move |alert: &Alert| drop(alerts.send(alert.clone())));
///
/// let lock = RwLock::named("numbers", 1);
/// let guard = lock.try_write().unwrap();
/// assert!(matches!(told.recv().unwrap(), Alert::HoldExceeded { .. }));
/// drop(guard);
/// assert!(matches!(told.recv().unwrap(), Alert::HoldEnded { .. }));
/// drop(watch);
/// assert!(told.recv().is_err());
/// ```
pub fn watch<H>(limits: Limits, hook: H) -> Watch
where
    H: FnMut(&Alert) + Send + 'static,
{
    let mailbox = Arc::new(Mailbox::default());
    let mut watchdog = Watchdog::new(limits, Arc::clone(&mailbox));
    let mut hook = Hook(hook);
    let run = move || {
        let mut alerts = Vec::new();
        loop {
            let pause = watchdog.look(Instant::now(), &mut alerts);
            for alert in alerts.drain(..) {
                if watchdog.mailbox.is_closed() {
                    return;
                }
                hook.call(&alert);
            }
            let letters = watchdog.mailbox.wait(pause);
            if letters.is_closed {
                return;
            }
            alerts.extend(letters.notices.iter().filter_map(|notice| watchdog.end(notice)));
        }
    };
    let thread = thread::Builder::new().name("any-rwlock watchdog".into()).spawn(run);
    Watch { mailbox, thread: Some(thread.expect("a thread for the watchdog")) }
}

/// Code of others.
struct Hook<H>(H);

impl<H: FnMut(&Alert)> Hook<H> {
    fn call(&mut self, alert: &Alert) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (self.0)(alert))) {
            // The payload may panic as it is dropped.
            let said = catch_unwind(AssertUnwindSafe(|| said(panic)));
            eprintln!("any-rwlock: the hook of a watchdog panicked: {}", said.unwrap_or_default());
        }
    }
}

fn said(panic: Box<dyn Any + Send>) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(said), _) => String::from(*said),
        (_, Some(said)) => said.clone(),
        _ => String::new(),
    }
}

/// Of a hold or a wait: the lock, and the number there.
type Serial = (u64, u64);

/// What has been told, and is not over.
enum Told {
    Wait(LockName, Waiter),
    Hold(LockName, Holder),
}

/// What a watchdog knows.
pub(super) struct Watchdog {
    limits: Limits,
    mailbox: Arc<Mailbox>,
    told: HashMap<Serial, Told>,
    /// By the serial numbers of their waits.
    deadlocks: BTreeSet<Vec<Serial>>,
}

impl Watchdog {
    pub(super) fn new(limits: Limits, mailbox: Arc<Mailbox>) -> Watchdog {
        Watchdog { limits, mailbox, told: HashMap::new(), deadlocks: BTreeSet::new() }
    }

    /// Looks for what has exceeded its limit by `now`. Returns after how long to look again.
    pub(super) fn look(&mut self, now: Instant, alerts: &mut Vec<Alert>) -> Duration {
        let mut next = self.limits.wait.min(self.limits.hold);
        let mut due = BTreeSet::new();
        let mut is_late = false;
        let reports = look_at_all(|locked| {
            for (ledger, entries) in locked.iter_mut() {
                let entries = &mut **entries;
                let holds = entries.holds.iter_mut();
                let holds =
                    holds.map(|it| (it.since, it.serial, &mut it.watchdogs, self.limits.hold));
                let waits = entries.waits.iter_mut().filter(|wait| wait.who.is_some());
                let waits =
                    waits.map(|it| (it.since, it.serial, &mut it.watchdogs, self.limits.wait));
                for (since, serial, watchdogs, limit) in holds.chain(waits) {
                    let lasted = now.saturating_duration_since(since);
                    if lasted < limit {
                        next = next.min(limit - lasted);
                    } else {
                        is_late = true;
                        if watchdogs.add(&self.mailbox, ledger.id) {
                            due.insert((ledger.id as u64, serial));
                        }
                    }
                }
            }
            is_late.then(|| snapshot::reports(locked, now))
        });
        if let Some(reports) = reports {
            let reports: Vec<_> = reports.into_iter().map(Arc::new).collect();
            self.exceeded(&reports, &due, alerts);
            self.find_deadlocks(&reports, alerts);
        }
        next.max(MIN_PAUSE).min(MAX_PAUSE)
    }

    fn exceeded(
        &mut self,
        reports: &[Arc<LockReport>],
        due: &BTreeSet<Serial>,
        alerts: &mut Vec<Alert>,
    ) {
        for report in reports {
            let lock = &report.lock;
            for waiter in &report.waiters {
                if due.contains(&(lock.id, waiter.serial)) {
                    let told = Told::Wait(lock.clone(), waiter.clone());
                    self.told.insert((lock.id, waiter.serial), told);
                    let (waiter, report) = (waiter.clone(), Arc::clone(report));
                    alerts.push(Alert::WaitExceeded { waiter, report });
                }
            }
            for holder in &report.holders {
                if due.contains(&(lock.id, holder.serial)) {
                    let told = Told::Hold(lock.clone(), holder.clone());
                    self.told.insert((lock.id, holder.serial), told);
                    let (holder, report) = (holder.clone(), Arc::clone(report));
                    alerts.push(Alert::HoldExceeded { holder, report });
                }
            }
        }
    }

    fn find_deadlocks(&mut self, reports: &[Arc<LockReport>], alerts: &mut Vec<Alert>) {
        let lasts = |deadlock: &Deadlock| {
            deadlock.steps.iter().all(|step| step.waiter.waiting_for >= self.limits.wait)
        };
        let found: Vec<_> = deadlock::find(reports).into_iter().filter(lasts).collect();
        for deadlock in found {
            let mut serials: Vec<_> =
                deadlock.steps.iter().map(|step| (step.lock.id, step.waiter.serial)).collect();
            serials.sort_unstable();
            if self.deadlocks.insert(serials) {
                alerts.push(Alert::Deadlock(deadlock));
            }
        }
    }

    /// The alert that something is over.
    pub(super) fn end(&mut self, notice: &Notice) -> Option<Alert> {
        let lasted = notice.lasted;
        let serial = (notice.lock as u64, notice.serial);
        self.deadlocks.retain(|serials| !serials.contains(&serial));
        Some(match self.told.remove(&serial)? {
            Told::Wait(lock, waiter) => {
                let acquired = notice.outcome == Outcome::Acquired;
                Alert::WaitEnded { lock, waiter, lasted, acquired }
            }
            Told::Hold(lock, holder) => Alert::HoldEnded { lock, holder, lasted },
        })
    }
}

#[cfg(test)]
mod tests;
