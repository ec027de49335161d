//! What a notification of event-listener's tells: in which turn it is sent. Without `std` it tells nothing,
//! and nobody is known to be late.
#![forbid(unsafe_code)]

use event_listener::IntoNotification;

#[cfg(feature = "std")]
pub(super) type Told = usize;

#[cfg(feature = "std")]
pub(super) type Event = event_listener::Event<Told>;

#[cfg(feature = "std")]
pub(super) fn event() -> Event {
    Event::with_tag()
}

/// `additional`: somebody who was woken before and has not come does not count.
#[cfg(feature = "std")]
#[inline]
pub(super) fn notify(event: &Event, count: usize, turn: Told) -> usize {
    event.notify(count.additional().relaxed().tag(turn))
}

/// Whether the turn of somebody who was told so has ended by that of the other one's beginning.
#[cfg(feature = "std")]
#[inline]
pub(super) fn is_before(told: Told, other: usize) -> bool {
    told.wrapping_sub(other) > usize::MAX / 2
}

#[cfg(not(feature = "std"))]
pub(super) type Told = ();

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
pub(super) fn is_before((): Told, _: usize) -> bool {
    false
}
