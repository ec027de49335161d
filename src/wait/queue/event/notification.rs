//! What a notification of event-listener carries: the wake epoch in which it was sent.
#![forbid(unsafe_code)]

use event_listener::IntoNotification;

use crate::wait::fairness::{EpochNumber, Notification};

pub(super) type Event = event_listener::Event<Notification>;

pub(super) fn event() -> Event {
    Event::with_tag()
}

/// `additional`: entries that were woken before do not count. `relaxed`: event-listener's fence is not needed,
/// because the Acquire with which the caller read a record in the word makes the entry of that waiter seen.
#[inline]
pub(super) fn notify(event: &Event, count: usize, epoch: EpochNumber) -> usize {
    event.notify(count.additional().relaxed().tag(Notification::sent_in(epoch)))
}
