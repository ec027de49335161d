//! How a waiter leaves its queue and the record: with its access, or because it gives up.

use core::mem;
use core::pin::Pin;

use super::target::Target;
use super::unwind::OnUnwind;
use super::Waiter;
use crate::raw::RawLock;
use crate::state::{Priority, Registration};

impl Waiter {
    /// The waker has panicked as it was cloned, and the waiter is not queued: it goes off record, and passes on the
    /// wake-up with which it came, if it was woken.
    #[cold]
    #[inline(never)]
    pub(super) fn withdraw(target: Target<'_>, priority: Priority, registration: Registration) {
        let access = target.access();
        // SAFETY: this waiter was registered like that, and is not any longer: its `Standing` says so.
        unsafe { target.raw().withdraw(access, priority, registration) }
    }

    /// Leaves the queue, with access.
    #[cfg_attr(feature = "std", inline(never))]
    pub(super) fn leave(self: Pin<&mut Self>, target: Target<'_>) {
        let (raw, access) = (target.raw(), target.access());
        let waiting = raw.waiting();
        let panicked = OnUnwind::new(|| {
            // SAFETY: this poll acquired the access. If a waker panics that the entry drops, no permit is
            // made for it.
            unsafe { raw.release(access) }
        });
        let was_woken = waiting.queues.leave(access, self.project().entry);
        panicked.disarm();
        // Since this poll began.
        if was_woken && access.is_shared() && waiting.fairness.count_reader() == Priority::LastWoken
        {
            raw.clear_readers_woken();
        }
    }

    /// Stops waiting: keeps no other waiter waiting any longer, and passes on a wake-up.
    ///
    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[inline(never)]
    pub(super) unsafe fn cancel(mut self: Pin<&mut Self>, target: Target<'_, impl RawLock>) {
        if !self.as_mut().is_waiting() {
            return;
        }
        let (raw, access) = (target.raw(), target.access());
        let waiting = raw.waiting();
        let standing = self.as_mut().standing();
        let registration = mem::replace(&mut standing.registration, Registration::New);
        let withdraw = |priority| {
            // SAFETY: the word knows of this waiter like that, by the caller's promise of this lock. The record
            // is withdrawn once: the waiter is `New` by now.
            unsafe { raw.withdraw(access, priority, registration) }
        };
        if !self.is_queued() {
            return withdraw(Priority::Woken);
        }
        // If a waker panics, it is not known whether the entry was woken; a wake-up too many keeps no waiter
        // waiting.
        let panicked = OnUnwind::new(|| withdraw(Priority::Woken));
        // The waker is dropped at the end: it may use the lock, where this waiter is not to be found any longer.
        let sent_now = || waiting.fairness.sent_now();
        let (notification, _waker) = waiting.queues.cancel(access, self.project().entry, sent_now);
        panicked.disarm();
        withdraw(notification.map_or(Priority::Arriving, |notification| {
            waiting.fairness.count_arrival(access, notification)
        }));
    }
}
