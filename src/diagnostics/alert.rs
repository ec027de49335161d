//! What a watchdog tells.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use core::fmt::{self, Display, Formatter};
use core::time::Duration;
use std::eprintln;

use super::deadlock::Deadlock;
use super::report::{Holder, LockName, LockReport, Waiter};

/// What a [watchdog](super::watch) has noticed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Alert {
    /// A wait has exceeded its limit.
    #[non_exhaustive]
    WaitExceeded {
        /// Who waits.
        waiter: Waiter,
        /// The lock, at the same moment.
        report: Arc<LockReport>,
    },
    /// A wait that had exceeded its limit is over.
    #[non_exhaustive]
    WaitEnded {
        /// The lock.
        lock: LockName,
        /// Who waited, as it was when the wait exceeded its limit.
        waiter: Waiter,
        /// How long it lasted.
        lasted: Duration,
        /// Whether it ended with access; otherwise it was given up.
        acquired: bool,
    },
    /// A hold has exceeded its limit.
    #[non_exhaustive]
    HoldExceeded {
        /// Who holds the lock.
        holder: Holder,
        /// The lock, at the same moment.
        report: Arc<LockReport>,
    },
    /// A hold that had exceeded its limit is over.
    #[non_exhaustive]
    HoldEnded {
        /// The lock.
        lock: LockName,
        /// Who held it, as it was when the hold exceeded its limit.
        holder: Holder,
        /// How long it lasted.
        lasted: Duration,
    },
    /// Waits that wait for one another, and have all exceeded their limit.
    Deadlock(Deadlock),
}

impl Display for Alert {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Alert::WaitExceeded { waiter, report } => {
                let Waiter { by, waiting_for, access, location, .. } = waiter;
                writeln!(f, "{by} has waited {waiting_for:.1?} at {location} ({access})")?;
                write!(f, "{report}")
            }
            Alert::WaitEnded { lock, waiter, lasted, acquired } => {
                let Waiter { by, access, location, .. } = waiter;
                let how = if *acquired { "got in" } else { "gave up" };
                write!(f, "{by} {how} after {lasted:.1?} at {location} ({access}): {lock}")
            }
            Alert::HoldExceeded { holder, report } => {
                let Holder { by, held_for, access, location, .. } = holder;
                writeln!(
                    f,
                    "{by} has held for {held_for:.1?} what it took at {location} ({access})"
                )?;
                write!(f, "{report}")
            }
            Alert::HoldEnded { lock, holder, lasted } => {
                let Holder { by, access, location, .. } = holder;
                write!(f, "{by} released after {lasted:.1?} what it took at {location} ({access}): {lock}")
            }
            Alert::Deadlock(deadlock) => Display::fmt(deadlock, f),
        }
    }
}

/// Prints an alert to standard error, as a hook of [`watch`](super::watch).
///
/// # Examples
///
/// ```
/// use any_rwlock::diagnostics::{self, Limits};
///
/// let _watch = diagnostics::watch(Limits::default(), diagnostics::print);
/// ```
pub fn print(alert: &Alert) {
    eprintln!("any-rwlock: {alert}");
}
