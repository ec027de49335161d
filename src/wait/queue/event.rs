//! The engine on the crate `event-listener`: queues on the heap, one allocation a wait.
//!
//! Each access has two lists: waiters that have lost go before those that have not.

use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use event_listener::{EventListener, Listener};

use crate::state::Access;
use crate::wait::fairness::{EpochNumber, Notification};
use crate::wait::unwind::OnUnwind;
use crate::wait::Standing;

mod noop_waker;
mod notification;
mod overtaken;
#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;

use notification::Event;
use overtaken::Overtaken;

pub(crate) const HAS_WAKER_AT_ONCE: bool = false;

pin_project_lite::pin_project! {
    /// See [the contract](super).
    #[derive(Debug)]
    pub(crate) struct QueueEntry {
        listener: Option<EventListener<Notification>>,
        // Whether it is in the list of those that have lost.
        is_overtaken: bool,
        standing: Standing,
        // Not needed here: the listener is on the heap. Entries of other engines are linked where they are.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl QueueEntry {
    #[inline]
    pub(crate) fn new() -> QueueEntry {
        QueueEntry {
            listener: None,
            is_overtaken: false,
            standing: Standing::NEW,
            pinned: PhantomPinned,
        }
    }

    #[inline(always)]
    pub(crate) fn standing(self: Pin<&mut Self>) -> &mut Standing {
        self.project().standing
    }

    #[inline]
    pub(crate) fn is_queued(&self) -> bool {
        self.listener.is_some()
    }

    /// Here the queues are not needed for it.
    #[inline(always)]
    pub(crate) fn poll<'a>(
        self: Pin<&mut Self>,
        _: impl FnOnce() -> &'a Queues,
        cx: &mut Context<'_>,
    ) -> Option<Notification> {
        let listener = self.project().listener;
        match Pin::new(listener.as_mut()?).poll(cx) {
            Poll::Ready(notification) => {
                *listener = None;
                Some(notification)
            }
            Poll::Pending => None,
        }
    }
}

/// The waiters for one access.
#[derive(Debug)]
struct Queue {
    fresh: Event,
    overtaken: Event,
    /// Of those in `overtaken`.
    record: Overtaken,
}

impl Queue {
    fn new() -> Queue {
        Queue {
            fresh: notification::event(),
            overtaken: notification::event(),
            record: Overtaken::new(),
        }
    }

    #[cold]
    fn wake_overtaken(&self, count: usize, epoch: EpochNumber) -> usize {
        // If a waker panics, its entry has been woken, and maybe others before it. A record of too many
        // costs a look in vain.
        let panicked = OnUnwind::new(|| self.record.remove(1));
        let woken = notification::notify(&self.overtaken, count, epoch);
        panicked.disarm();
        self.record.remove(woken);
        match count - woken {
            0 => woken,
            left => woken + notification::notify(&self.fresh, left, epoch),
        }
    }
}

/// See [the contract](super).
#[derive(Debug)]
pub(crate) struct Queues {
    readers: Queue,
    upgradables: Queue,
    writers: Queue,
    upgrader: Queue,
}

impl Queues {
    pub(crate) fn new() -> Queues {
        Queues {
            readers: Queue::new(),
            upgradables: Queue::new(),
            writers: Queue::new(),
            upgrader: Queue::new(),
        }
    }

    #[inline]
    fn queue(&self, access: Access) -> &Queue {
        match access {
            Access::Read | Access::RecursiveRead => &self.readers,
            Access::UpgradableRead => &self.upgradables,
            Access::Write => &self.writers,
            Access::Upgrade => &self.upgrader,
        }
    }

    /// # Safety
    ///
    /// See [the contract](super). (Here no list has anything of the entry's, so nothing is unsafe.)
    #[inline]
    pub(crate) unsafe fn enqueue(
        &self,
        access: Access,
        mut entry: Pin<&mut QueueEntry>,
        _: &Context<'_>,
    ) {
        let queue = self.queue(access);
        let losses = entry.as_mut().standing().losses;
        let is_overtaken = losses > 0;
        let event = if is_overtaken {
            // Before it is in the list: a wake-up in between takes an entry off the record that is on it.
            queue.record.add(losses);
            &queue.overtaken
        } else {
            &queue.fresh
        };
        let entry = entry.project();
        *entry.listener = Some(event.listen());
        *entry.is_overtaken = is_overtaken;
    }

    #[inline(always)]
    pub(crate) fn leave(&self, access: Access, entry: Pin<&mut QueueEntry>) -> bool {
        let is_overtaken = entry.is_overtaken;
        match entry.project().listener.take() {
            Some(listener) => self.discard(access, listener, is_overtaken),
            None => false,
        }
    }

    pub(crate) fn cancel(
        &self,
        access: Access,
        entry: Pin<&mut QueueEntry>,
        sent_now: impl FnOnce() -> Notification,
    ) -> (Option<Notification>, Option<Waker>) {
        let is_overtaken = entry.is_overtaken;
        // Taken first: if the waker panics that the poll drops, unwinding unlinks the listener.
        let mut listener = match entry.project().listener.take() {
            Some(listener) => listener,
            None => return (None, None),
        };
        let panicked = OnUnwind::new(|| self.forget(access, is_overtaken));
        let waker = noop_waker::noop_waker();
        let polled = Pin::new(&mut listener).poll(&mut Context::from_waker(&waker));
        panicked.disarm();
        match polled {
            Poll::Ready(notification) => (Some(notification), None),
            // A wake-up may have come since.
            Poll::Pending => (self.discard(access, listener, is_overtaken).then(sent_now), None),
        }
    }

    /// Unlinks a listener; returns whether it was sent a wake-up. (A drop would pass that on within the
    /// list, past the policy.)
    #[inline(always)]
    fn discard(
        &self,
        access: Access,
        listener: EventListener<Notification>,
        is_overtaken: bool,
    ) -> bool {
        // If there is a waker to drop, and it panics, the entry had not been woken.
        let panicked = OnUnwind::new(|| self.forget(access, is_overtaken));
        let was_woken = listener.discard();
        panicked.disarm();
        if !was_woken {
            self.forget(access, is_overtaken);
        }
        was_woken
    }

    /// An entry has left that was not woken.
    #[inline(always)]
    fn forget(&self, access: Access, is_overtaken: bool) {
        if is_overtaken {
            self.queue(access).record.remove(1);
        }
    }

    #[inline(always)]
    pub(crate) fn wake(&self, access: Access, count: usize, epoch: EpochNumber) -> usize {
        let queue = self.queue(access);
        if queue.record.has_entries() {
            return queue.wake_overtaken(count, epoch);
        }
        notification::notify(&queue.fresh, count, epoch)
    }

    #[inline]
    pub(crate) fn losses(&self, access: Access) -> usize {
        self.queue(access).record.losses()
    }
}
