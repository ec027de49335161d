//! What a notification of event-listener carries: the wake epoch in which it was sent.
//!
//! Without `std` it carries nothing, and no waiter is known to be late.
#![forbid(unsafe_code)]

use event_listener::IntoNotification;

#[cfg(feature = "std")]
pub(crate) type Notification = usize;

#[cfg(feature = "std")]
pub(super) type Event = event_listener::Event<Notification>;

#[cfg(feature = "std")]
pub(super) fn event() -> Event {
    Event::with_tag()
}

/// `additional`: entries that were woken before do not count. `relaxed`: event-listener's fence is not needed,
/// because the Acquire with which the caller read a record in the word makes the entry of that waiter seen.
#[cfg(feature = "std")]
#[inline]
pub(super) fn notify(event: &Event, count: usize, epoch: usize) -> usize {
    event.notify(count.additional().relaxed().tag(epoch))
}

/// Whether the waiter was woken before this epoch began.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn is_before(notification: Notification, epoch: usize) -> bool {
    notification.wrapping_sub(epoch) > usize::MAX / 2
}

#[cfg(not(feature = "std"))]
pub(crate) type Notification = ();

#[cfg(not(feature = "std"))]
pub(super) type Event = event_listener::Event;

#[cfg(not(feature = "std"))]
pub(super) fn event() -> Event {
    Event::new()
}

#[cfg(not(feature = "std"))]
#[inline(never)]
pub(super) fn notify(event: &Event, count: usize, _: usize) -> usize {
    event.notify(count.additional().relaxed())
}

#[cfg(not(feature = "std"))]
pub(crate) fn is_before((): Notification, _: usize) -> bool {
    false
}
