//! Everything that is recorded, as one type.

use super::record::WaitKey;
use super::thread::ThreadNumber;
use super::{By, HoldKey, Outcome, Who};
use crate::state::Access;

/// What has happened to a lock. [`Ledger::tell`](super::ledger::Ledger::tell) is the one place that gets to know of
/// it, and so the one to call another consumer.
#[derive(Debug)]
pub(crate) enum Event {
    /// An access was acquired.
    Acquired { access: Access, by: By },
    /// An upgradable access became exclusive.
    Upgraded { hold: HoldKey, by: By },
    /// An access is about to become a lesser one.
    Downgraded { hold: HoldKey, from: Access, to: Access },
    /// A guard is used on another thread than before.
    Moved { hold: HoldKey, thread: ThreadNumber },
    /// An access is about to be released.
    Released { hold: HoldKey, access: Access },
    /// A waiter was polled, and sleeps or defers. The first time, its wait begins.
    Suspended { wait: WaitKey, who: Who },
    /// A waiter is woken.
    Woken { wait: WaitKey },
    /// A waiter defers.
    SteppedAside { wait: WaitKey },
    /// A waiter that was woken is refused.
    Overtaken { wait: WaitKey },
    /// A wait is over.
    WaitEnded { wait: WaitKey, outcome: Outcome },
}
