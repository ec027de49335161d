//! The contract of a wait engine, and the choice of one.
//!
//! An engine puts the waiters of one lock to sleep and wakes them. It decides nothing: whom to wake is the
//! business of [`State`](crate::state::State), for how long others defer that of
//! [`Fairness`]. So every model, test and promise holds on each engine.
//! An engine is two types: [`Queues`] and [`QueueEntry`]. There are two engines: `event` with `std`, and `inline`
//! without it or with `intrusive`. [`OnFirstWait`] says where a lock keeps the queues: on the heap with `std`
//! (`boxed`), in itself without (`within`). A [`Notification`](super::fairness::Notification) is a wake-up as its receiver
//! sees it: it tells in which wake epoch it was sent.
//!
//! # What each function guarantees
//!
//! | function | guarantees |
//! |---|---|
//! | `OnFirstWait::new` | all bytes are zero, so that a static lock takes no room in the program's image |
//! | `OnFirstWait::get` | always the same value for the same lock, made by the first call at the latest |
//! | `QueueEntry::new` | not queued; no allocation |
//! | `QueueEntry::standing` | what the waiter keeps there; only its owner looks at it |
//! | `HAS_WAKER_AT_ONCE` | whether the entry has the task's waker from `enqueue` on; if not, from the next `poll` on |
//! | `QueueEntry::is_queued` | from `enqueue` until `poll` returns a wake-up, or the entry leaves |
//! | `Queues::enqueue` | the entry is queued for this access: if its standing says that it has lost, behind all that have lost and before all that have not; else behind all. (Readers, which are all woken at once, may be in the order in which they came.) |
//! | `QueueEntry::poll` | the wake-up that this entry was sent; if there is none, this task's waker is woken when there is. One operation if nothing has changed |
//! | `Queues::leave` | the entry is not queued; whether it was sent a wake-up that its owner had not seen |
//! | `Queues::cancel` | the same, and which wake-up, by `sent_now` if an engine cannot tell of one that comes meanwhile; the waker, to be dropped, unless the engine drops it itself |
//! | `Queues::wake` | the first `count` entries for this access that have not been woken are woken, in order; how many there were |
//! | `Queues::losses` | an upper bound of how often any of those queued has lost; 0 if none has (of readers, in place and without `std`: if none is queued) |
//!
//! [`Access::Read`](crate::state::Access) and `RecursiveRead` share a queue, and `wake` is called with the first.
//!
//! # What the caller owes
//!
//! - The same queues and the same access from `enqueue` on, until the entry is not queued any longer; and no
//!   `enqueue` meanwhile.
//! - A queued entry is not moved, and leaves before its memory is used for anything else, also if a panic unwinds.
//!   (It may be forgotten: then its memory is never used again.) So `enqueue` is `unsafe`.
//! - An entry that is not queued may be overwritten without being dropped. So when `poll`, `leave` or `cancel` has
//!   returned, no one else may still touch it, and there is nothing in it to drop.
//!
//! An entry is `Send`, `Sync` and not `Unpin`, and is looked at by reference while it is queued: what other threads
//! write is in cells of its own.
//!
//! # Which races it has to survive
//!
//! - Any of the calls at once from several threads, and in an interrupt that comes between any two operations
//!   (with the feature `critical-section`).
//! - `wake` while an entry is enqueued, polled or leaves: the wake-up reaches that entry, or the next one.
//!   Never both, never neither. `enqueue` happens before the waiter goes on record in the word, and who wakes
//!   has seen that record; so a wake that starts later finds the entry. In between, the entry may be woken
//!   already, for the sake of another one on record.
//! - A forgotten waiter: its entry stays queued. The lock may move then, so no entry may point into the lock;
//!   and the lock may be dropped.
//! - `wake` of all: ends, even if those who are woken queue up again meanwhile.
//!
//! # Where the policy's data lives
//!
//! What concerns the lock, beside the queues in [`Waiting`]. How often a waiter has lost, in its entry.
//!
//! # Wakers, and what a panic leaves
//!
//! An engine says whether it calls, clones and drops wakers while a lock of its own is held; the documentation of
//! `RwLock` passes that on. If a waker panics within `wake`, its entry has been woken; entries before it too, those
//! behind it may still sleep, and the caller puts them on record once more. If one panics when it is cloned
//! or dropped in `poll`, the entry stays queued, maybe without a waker until the next `poll`. If one panics when
//! it is dropped in `leave` or `cancel`, the entry has left, and had not been woken.

use super::fairness::Fairness;
#[cfg(not(feature = "std"))]
use crate::sync::constructor;

#[cfg(feature = "std")]
mod boxed;
#[cfg(all(feature = "std", not(feature = "intrusive")))]
mod event;
#[cfg(any(feature = "intrusive", not(feature = "std")))]
mod inline;
#[cfg(not(feature = "std"))]
mod within;

#[cfg(feature = "std")]
pub(crate) use boxed::OnFirstWait;
#[cfg(all(feature = "std", not(feature = "intrusive")))]
pub(crate) use event::{QueueEntry, Queues, HAS_WAKER_AT_ONCE};
#[cfg(any(feature = "intrusive", not(feature = "std")))]
pub(crate) use inline::{QueueEntry, Queues, HAS_WAKER_AT_ONCE};
#[cfg(not(feature = "std"))]
pub(crate) use within::OnFirstWait;

/// What a lock needs once a task waits for it.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) queues: Queues,
    pub(crate) fairness: Fairness,
}

impl Waiting {
    #[cfg(not(feature = "std"))]
    constructor! {
        pub(crate) fn new() -> Waiting {
            Waiting { queues: Queues::new(), fairness: Fairness::new() }
        }
    }

    #[cfg(feature = "std")]
    pub(crate) fn new() -> Waiting {
        Waiting { queues: Queues::new(), fairness: Fairness::new() }
    }
}
