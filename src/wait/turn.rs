//! A writer that was woken keeps its turn while it defers to readers that were woken before it. (An upgrader too.)
//!
//! It has left its queue, and is still the next: it is not queued again, its flag stays up in the word, and whoever
//! leaves or gives up meanwhile wakes nobody in its place. Each time it defers begins a wake epoch, so that others have
//! to defer to it, too; but what is owed to the readers only becomes less.
//!
//! If anybody was woken since, it may have been overtaken. Then to be refused is a loss, as it is for others.
#![forbid(unsafe_code)]

use core::pin::Pin;

use super::fairness::Fairness;
use super::{Refused, Waiter};
use crate::state::{Access, Priority, Refusal, Registration};

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

    /// The priority with which it comes again.
    #[cold]
    pub(super) fn priority_in_its_turn(self: Pin<&mut Self>, fairness: &Fairness) -> Priority {
        if self.standing().has_deferred_enough(|| fairness) {
            return Priority::LastWoken;
        }
        Priority::Woken
    }
}
