//! The contract of a wait engine, and the choice of one.
//!
//! An engine puts the waiters of one lock to sleep and wakes them. It decides nothing: whom to wake is the
//! business of [`State`](crate::state::State), for how long others defer that of
//! [`Fairness`]. So every model, test and promise holds on each engine.
//! An engine is two types: [`Queues`] and [`QueueEntry`]. There are two engines: `event` with `std`, and `inline`
//! without it or with `intrusive`. [`OnFirstWait`] says where a lock keeps the queues: on the heap with `std`
//! (`boxed`), in itself without (`within`).
//!
//! # What each function guarantees
//!
//! | function | guarantees |
//! |---|---|
//! | `OnFirstWait::new` | all bytes are zero, so that a static lock takes no room in the program's image |
//! | `OnFirstWait::get` | always the same value, made by the first call at the latest |
//! | `QueueEntry::new` | it is not queued, and nothing is allocated. An entry that is not queued needs no drop: it may be overwritten where it is |
//! | `QueueEntry::is_queued` | whether its owner still has to look for a wake-up: from `enqueue` until `poll` returns one, or the entry leaves |
//! | `Queues::enqueue` | the entry is queued for this access. If one is woken at a time: behind those that came before it, and before those that never lost if it has lost itself. It has this task's waker, or the first poll gives it that |
//! | `QueueEntry::poll` | the wake-up that this entry was sent; if there is none, this task's waker is woken when there is. One operation if nothing has changed |
//! | `Queues::leave` | the entry is not queued, and whether it was sent a wake-up that its owner had not seen |
//! | `Queues::cancel` | the same, and which wake-up |
//! | `Queues::wake` | the first `count` entries for this access that have not been woken are woken, in order; how many those were |
//! | `Queues::losses` | how often the one of those queued that lost most has lost, or more |
//!
//! A [`Notification`](super::fairness::Notification) is a wake-up as its receiver sees it: it tells in which wake
//! epoch it was sent.
//!
//! `enqueue` is `unsafe`: the entry must not be queued, and until it is not queued any longer it stays pinned and
//! is neither overwritten nor dropped (or forgotten, and its memory never used again). Its functions are called
//! with these very queues until then.
//!
//! # Which races it has to survive
//!
//! - Any of them at once from several threads, and in an interrupt that comes between any two operations
//!   (with the feature `critical-section`).
//! - `wake` while an entry is enqueued, polled or leaves: the wake-up reaches that entry, or the next one.
//!   Never both, never neither. `enqueue` happens before the waiter goes on record in the word, and whoever
//!   wakes has seen that record; so a wake that starts later finds the entry. In between, the entry may
//!   be woken already, for the sake of another one on record.
//! - A waiter that is forgotten (`mem::forget`): its entry stays queued, and its memory may never be freed.
//!   The lock may move then, so no entry may point into the lock; and it may be dropped.
//! - `wake` of all: ends, even if those who are woken queue up again meanwhile.
//!
//! # Where the policy's data lives
//!
//! Beside the queues, in [`Waiting`]: what concerns the lock. In the entry: how often its waiter has lost.
//!
//! # What a panic leaves
//!
//! Wakers are foreign code. If one panics within `wake`, its entry has been woken; entries before it too, those
//! behind it may still sleep, and the caller puts them on record once more. If one panics when it is cloned in
//! `enqueue`, the entry is not queued. If one panics when it is cloned or dropped in `poll`, the entry stays
//! queued. If one panics when it is dropped in `leave` or `cancel`, the
//! entry has left, and had not been woken.

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
pub(crate) use event::{QueueEntry, Queues};
#[cfg(any(feature = "intrusive", not(feature = "std")))]
pub(crate) use inline::{QueueEntry, Queues};
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
