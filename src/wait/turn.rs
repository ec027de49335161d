//! A writer that was woken keeps its turn while it defers to readers that were woken before it. (An upgrader too.)
//!
//! It has left its queue, and is still the next: it is not queued again, its flag stays up in the word, and whoever
//! leaves or gives up meanwhile wakes nobody in its place. Each time it defers begins a wake epoch, so that others have
//! to defer to it, too; but what is owed to the readers only becomes less.
//!
//! If anybody was woken since, it may have been overtaken. Then to be refused is a loss, as it is for others.
#![forbid(unsafe_code)]

use core::pin::Pin;

use super::fairness::{Fairness, Notification};
use super::{Refused, Waiter};
use crate::state::{Access, Priority, Refusal, Registration};

/// Whether a waiter for this access may have a turn to keep. Without `std` it takes flash to tell that a reader has none.
#[inline(always)]
pub(super) fn may_be_kept(access: Access) -> bool {
    cfg!(not(feature = "std")) || !access.is_shared()
}

impl Waiter {
    /// Whether it is queued, or has its turn.
    #[inline(always)]
    pub(super) fn is_waiting(self: Pin<&mut Self>) -> bool {
        self.is_queued() || self.standing().registration == Registration::Registered
    }

    /// Whether it defers in its turn, after having been refused like that.
    #[inline]
    pub(super) fn keeps_its_turn(
        self: Pin<&mut Self>,
        access: Access,
        fairness: &Fairness,
        Refused { priority, refusal }: Refused,
    ) -> bool {
        !access.is_shared()
            && refusal == Refusal::Reserved
            && priority == Priority::Woken
            && self.standing().has_seen_epoch(fairness)
    }

    /// The priority with which it comes after a wake-up.
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn priority_when_woken(
        mut self: Pin<&mut Self>,
        access: Access,
        fairness: &Fairness,
        notification: Notification,
    ) -> Priority {
        let priority = fairness.count_arrival(access, notification);
        if access.is_shared() {
            return priority;
        }
        self.as_mut().standing().see_epoch(notification.epoch());
        if priority == Priority::Woken {
            return self.priority_beside_readers(fairness);
        }
        priority
    }

    /// The priority of a writer or upgrader that was woken, then and in its turn.
    pub(super) fn priority_beside_readers(self: Pin<&mut Self>, fairness: &Fairness) -> Priority {
        if self.standing().has_deferred_to_readers(fairness) {
            return Priority::LastWoken;
        }
        Priority::Woken
    }
}
