//! How a waiter waits: the protocol from a refusal to an access.
//!
//! An [`Acquire`] tries the fast path once. If that is refused, its [`Waiter`] goes through these states, each
//! step of which is one operation that others can see:
//!
//! ```text
//!                    ┌────────────────────────────────────────────────┐
//!                    ▼                                                │ free after all
//!  refused ──▶ acquire(priority) ─refused─▶ enqueue ──▶ register ─────┤
//!                │   ▲        │                                       │ held
//!                │   │        └──reserved, queued──▶ deferred         ▼
//!                │   │                                  │           asleep
//!            acquired│   next poll: poll_priority       │             │ wake
//!                │   └──────────────────────────────────┴─────────────┘
//!                ▼
//!          leave the queue ──▶ access          (dropped on the way: cancel ──▶ wake the next)
//! ```
//!
//! - *enqueue*: the waiter is in the queue of its access ([`queue`]), with its waker after the next poll of
//!   the entry at the latest.
//! - *register*: it is on record in the word, and the state that this returns is looked at once more. From
//!   here on every release sees it: `raw` says why no wake-up is lost.
//! - *asleep*: it returns `Pending`, and a wake-up polls it again. A *spurious* poll looks and sleeps again.
//! - *deferred*: the lock is free, but reserved for a waiter that was woken. It wakes itself, returns
//!   `Pending`, and tries with priority once it has deferred often enough ([`fairness`]).
//! - *poll_priority*: a waiter that was woken has left its queue. If it is refused it has lost; it queues up
//!   again, before those that have not.
//! - *cancel*: it leaves the queue and the record, and passes on a wake-up that it will not use.
//!
//! Before it enqueues, a waiter may spin, and an arrival may barge, where both have paid lately ([`spin`]).
//! How a thread waits is said in `blocking`. The model in `state::tests` walks these very states.

use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::state::{Priority, Refusal, Registration};

#[cfg(all(feature = "std", not(target_family = "wasm")))]
pub(crate) mod blocking;
pub(crate) mod fairness;
pub(crate) mod queue;
pub(crate) mod request;
pub(crate) mod spin;
pub(crate) mod unwind;
pub(crate) mod yielding;

use fairness::{Fairness, MAX_LOSSES};
use queue::QueueEntry;
use request::Target;

pub(crate) use request::Acquire;
use spin::Spin;
use unwind::OnUnwind;

pin_project_lite::pin_project! {
    /// A task or a thread on the way to an access.
    #[derive(Debug)]
    pub(crate) struct Waiter {
        // What the word knows of it.
        registration: Registration,
        // How often it was woken and then refused.
        losses: u8,
        // How often it has deferred in one wake epoch, if it has, and in which: the low bits of its number.
        deferrals: u8,
        deferred_in: u32,
        #[pin]
        entry: QueueEntry,
    }
}

/// What a waiter waits for.
#[derive(Debug)]
pub(crate) enum Wait {
    /// A wake-up.
    Sleep,
    /// Nothing: it has to come again, after having [deferred](Waiter::defer).
    Defer,
}

impl Waiter {
    pub(crate) fn new() -> Waiter {
        Waiter {
            registration: Registration::New,
            losses: 0,
            deferred_in: 0,
            deferrals: 0,
            entry: QueueEntry::new(),
        }
    }

    pub(crate) fn is_queued(&self) -> bool {
        self.entry.is_queued()
    }

    /// Attempts to acquire the access, whether or not there was a wake-up.
    ///
    /// With `std` each access has a copy of this and of all that it calls, for speed; without, all
    /// share one, for flash.
    ///
    /// # Safety
    ///
    /// The target is the same in each call, also of [`cancel`](Waiter::cancel); after `Ok` there is none.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) unsafe fn poll(
        mut self: Pin<&mut Self>,
        target: Target<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Wait> {
        let raw = target.raw();
        let fairness = || &raw.waiting().fairness;
        let was_queued = self.entry.is_queued();
        let mut priority = self.as_mut().poll_priority(target, cx);
        // By its entry, which has this task's waker now; if a panic has not kept it off the record.
        let is_registered = self.registration == Registration::Registered;
        let will_be_woken = was_queued && is_registered && !priority.was_woken();
        let mut spin = Spin::default();
        loop {
            // SAFETY: an upgrade is a target of the holder of the upgradable read. `registration` is what the
            // word knows: `register`, `cancel` and an acquisition change both, and after the last this
            // waiter is not polled again.
            match unsafe { target.lock().acquire(target.access(), priority, self.registration) } {
                Ok(()) => {
                    if spin.has_begun() {
                        spin.earn(fairness().spin_budget());
                    }
                    self.finish(target, priority);
                    return Ok(());
                }
                Err(Refusal::Reserved)
                    if priority == Priority::Arriving && fairness().spend_to_barge() =>
                {
                    priority = Priority::Barging;
                }
                Err(Refusal::Reserved) if self.entry.is_queued() => return Err(Wait::Defer),
                Err(Refusal::Held) if will_be_woken => return Err(Wait::Sleep),
                Err(Refusal::Held) if spin.spin(fairness().spin_budget()) => (),
                Err(refusal) => priority = self.as_mut().queue_up(target, priority, refusal, cx)?,
            }
        }
    }

    /// As [`Waiter::poll`]. If it has to defer, it does so in the way of a task.
    ///
    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    unsafe fn poll_in_task(
        mut self: Pin<&mut Self>,
        target: Target<'_>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        // SAFETY: by the caller's promise.
        match unsafe { self.as_mut().poll(target, cx) } {
            Ok(()) => Poll::Ready(()),
            Err(Wait::Sleep) => Poll::Pending,
            Err(Wait::Defer) => {
                let deferrals = self.defer(&target.raw().waiting().fairness, fairness::task_weight);
                if deferrals >= fairness::PROMPT_DEFERRALS {
                    fairness::yield_thread();
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    /// The priority with which this poll asks. A wake-up is used up by that; otherwise the entry has the
    /// task's waker.
    #[cfg_attr(feature = "std", inline(always))]
    fn poll_priority(
        mut self: Pin<&mut Self>,
        target: Target<'_>,
        cx: &mut Context<'_>,
    ) -> Priority {
        if !self.entry.is_queued() {
            return Priority::Arriving;
        }
        let waiting = || target.raw().waiting();
        let entry = self.as_mut().project().entry;
        if let Some(notification) = entry.poll(|| &waiting().queues, cx) {
            return waiting().fairness.count_arrival(target.access(), notification);
        }
        if self.deferrals > 0 && self.has_deferred_enough(&waiting().fairness) {
            return Priority::Barging;
        }
        Priority::Arriving
    }

    #[cold]
    fn record_loss(
        self: Pin<&mut Self>,
        fairness: &Fairness,
        priority: Priority,
        refusal: Refusal,
    ) {
        let this = self.project();
        *this.losses = (*this.losses + 1).min(MAX_LOSSES);
        if priority == Priority::Late || refusal == Refusal::Held {
            fairness.record_loss();
        }
    }

    /// Queues up and goes on record. Returns with which priority to try again, if the lock is free after all or
    /// a wake-up has come; else what to wait for.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn queue_up(
        mut self: Pin<&mut Self>,
        target: Target<'_>,
        priority: Priority,
        refusal: Refusal,
        cx: &mut Context<'_>,
    ) -> Result<Priority, Wait> {
        let (raw, access) = (target.raw(), target.access());
        let waiting = raw.waiting();
        if priority.was_woken() {
            self.as_mut().record_loss(&waiting.fairness, priority, refusal);
        }
        if !self.entry.is_queued() {
            self.as_mut().enqueue(target, priority, cx);
        }
        let registration = self.as_mut().project().registration;
        let state = target.lock().register(access, priority, registration);
        let still = state.acquire(access, Priority::Arriving, Registration::Registered).err();
        if refusal == Refusal::Held && still != Some(Refusal::Held) && !priority.was_woken() {
            waiting.fairness.spin_budget().earn_by_chance();
        }
        match still {
            None => return Ok(Priority::Arriving),
            Some(Refusal::Reserved) => return Err(Wait::Defer),
            Some(Refusal::Held) if state.must_wake_upgrader(access, priority) => raw.wake_next(),
            Some(Refusal::Held) => (),
        }
        let priority = self.as_mut().poll_priority(target, cx);
        if priority.was_woken() {
            Ok(priority)
        } else {
            Err(Wait::Sleep)
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn enqueue(self: Pin<&mut Self>, target: Target<'_>, priority: Priority, cx: &mut Context<'_>) {
        let this = self.project();
        let registration = this.registration;
        let panicked = OnUnwind::new(|| Self::withdraw(target, priority, registration));
        // SAFETY: the caller has looked whether it is queued. It is pinned with this waiter, which is not
        // overwritten or dropped before it has acquired its access or was cancelled: then the entry has left.
        // All its functions are called with the target's queues; a waiter has one target.
        unsafe {
            target.raw().waiting().queues.enqueue(target.access(), *this.losses, this.entry, cx);
        }
        panicked.disarm();
    }

    /// The waker has panicked as it was cloned, and the waiter is not queued: it goes off record, and passes on the
    /// wake-up with which it came, if it was woken.
    #[cold]
    #[inline(never)]
    fn withdraw(target: Target<'_>, priority: Priority, registration: &mut Registration) {
        let registration = mem::replace(registration, Registration::New);
        let access = target.access();
        // SAFETY: this waiter was registered like that, and is not any longer.
        unsafe { target.raw().transition(|state| state.cancel(access, priority, registration)) }
    }

    /// Leaves the queue, with access.
    #[cfg_attr(feature = "std", inline(always))]
    fn finish(self: Pin<&mut Self>, target: Target<'_>, priority: Priority) {
        if priority.is_due() || !self.entry.is_queued() {
            return;
        }
        let (raw, access) = (target.raw(), target.access());
        let waiting = raw.waiting();
        let this = self.project();
        *this.registration = Registration::New;
        let panicked = OnUnwind::new(|| {
            // SAFETY: this poll acquired the access. If a waker panics that the entry drops, no permit is
            // made for it.
            unsafe { raw.release(access) }
        });
        let was_woken = waiting.queues.leave(access, this.entry);
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
    unsafe fn cancel(self: Pin<&mut Self>, target: Target<'_>) {
        if !self.entry.is_queued() {
            return;
        }
        let (raw, access) = (target.raw(), target.access());
        let waiting = raw.waiting();
        let this = self.project();
        let registration = mem::replace(this.registration, Registration::New);
        let withdraw = |priority| {
            // SAFETY: the word knows of this waiter like that, by the caller's promise of this lock. The record
            // is withdrawn once: the waiter is `New` by now.
            unsafe { raw.transition(|state| state.cancel(access, priority, registration)) }
        };
        // If a waker panics, it is not known whether the entry was woken; a wake-up too many keeps no waiter
        // waiting.
        let panicked = OnUnwind::new(|| withdraw(Priority::Woken));
        let notification = waiting.queues.cancel(access, this.entry);
        panicked.disarm();
        withdraw(notification.map_or(Priority::Arriving, |notification| {
            waiting.fairness.count_arrival(access, notification)
        }));
    }

    /// Defers: it is to come again. Returns how often it has deferred before in this epoch; `weight` tells
    /// by that for how many it counts.
    pub(crate) fn defer(
        self: Pin<&mut Self>,
        fairness: &Fairness,
        weight: impl FnOnce(u8) -> usize,
    ) -> u8 {
        let this = self.project();
        let epoch = fairness.epoch().number() as u32;
        // Without `std` it makes no difference how often.
        let counts = cfg!(feature = "std") && epoch == *this.deferred_in;
        let deferrals = if counts { *this.deferrals } else { 0 };
        *this.deferrals = deferrals.saturating_add(1);
        *this.deferred_in = fairness.defer(weight(deferrals)) as u32;
        deferrals
    }

    /// This waiter itself, and all arrivals together.
    fn has_deferred_enough(&self, fairness: &Fairness) -> bool {
        let epoch = fairness.epoch();
        epoch.is_spent() && epoch.number() as u32 == self.deferred_in
    }
}
