//! How a waiter stands: what it keeps in its entry, beside what is the engine's.
#![forbid(unsafe_code)]

use super::fairness::{EpochBits, Fairness, GroupBits, MAX_LOSSES};
use crate::state::{Priority, Refusal, Registration};

/// All bytes of a new one are zero, and none is left over: so it is made at once.
#[derive(Debug)]
pub(crate) struct Standing {
    /// What the word knows of the waiter.
    pub(super) registration: Registration,
    /// How often it was woken and then refused.
    pub(super) losses: u8,
    /// The wake epoch in which it was woken or has deferred last, and how often it has deferred in that.
    epoch: EpochBits,
    deferrals: u8,
    /// The readers in flight when it has deferred last.
    readers: GroupBits,
}

impl Standing {
    pub(crate) const NEW: Standing =
        Standing { registration: Registration::New, losses: 0, epoch: 0, deferrals: 0, readers: 0 };

    /// It was woken, and refused. It has left its queue: until it has queued up again, it counts as one that the
    /// word does not know of.
    #[cfg_attr(feature = "std", cold)]
    pub(super) fn record_loss(
        &mut self,
        fairness: &Fairness,
        priority: Priority,
        refusal: Refusal,
    ) {
        self.registration = Registration::New;
        self.losses = (self.losses + 1).min(MAX_LOSSES);
        if priority == Priority::Late || refusal == Refusal::Held {
            fairness.record_loss();
        }
    }

    /// See [`Waiter::defer`](super::Waiter::defer).
    pub(super) fn defer(&mut self, fairness: &Fairness, weight: impl FnOnce(u8) -> usize) -> u8 {
        // Without `std` it makes no difference how often.
        let counts = cfg!(feature = "std") && self.has_seen_epoch(fairness);
        let deferrals = if counts { self.deferrals } else { 0 };
        self.deferrals = deferrals.saturating_add(1);
        self.readers = fairness.group_of_readers();
        self.epoch = fairness.defer(weight(deferrals));
        deferrals
    }

    /// It was woken in this epoch.
    pub(super) fn see_epoch(&mut self, epoch: EpochBits) {
        self.epoch = epoch;
        self.deferrals = 0;
    }

    /// It keeps its turn: others have to defer to it once more, as if it had been woken again.
    pub(super) fn renew_epoch(&mut self, fairness: &Fairness) {
        self.epoch = fairness.renew_epoch();
    }

    /// Whether it need not defer any longer to readers that were woken before it: it has done so itself, and all
    /// together often enough.
    pub(super) fn has_deferred_to_readers(&self, fairness: &Fairness) -> bool {
        fairness.are_readers_paid() && fairness.group_of_readers() == self.readers
    }

    /// Whether nobody has been woken since.
    pub(super) fn has_seen_epoch(&self, fairness: &Fairness) -> bool {
        fairness.epoch_number() == self.epoch
    }

    /// This waiter itself, and all arrivals together.
    #[inline]
    pub(super) fn has_deferred_enough<'a>(&self, fairness: impl FnOnce() -> &'a Fairness) -> bool {
        self.deferrals > 0 && {
            let epoch = fairness().epoch();
            epoch.is_spent() && epoch.number() == self.epoch
        }
    }
}
