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
//!   again, before those that have not. A writer that is refused only for readers that were woken before it *keeps
//!   its turn*: it defers without being queued, and its flag stays up.
//! - *cancel*: it leaves the queue and the record, and passes on a wake-up that it will not use.
//!
//! Before it enqueues, a waiter may spin, and an arrival may barge, where both have paid lately ([`spin`]).
//! How it leaves is in `leaving`, how it keeps its turn in `turn`, how a thread waits in `blocking`. The model in
//! `state::tests` walks these very states.

use core::pin::Pin;
use core::task::{Context, Poll};

use crate::raw::RawLock;
use crate::state::{Access, Priority, Refusal, Registration};

#[cfg(all(feature = "std", not(target_family = "wasm")))]
pub(crate) mod blocking;
pub(crate) mod fairness;
mod leaving;
pub(crate) mod queue;
pub(crate) mod request;
pub(crate) mod spin;
mod standing;
pub(crate) mod target;
mod turn;
pub(crate) mod unwind;
pub(crate) mod yielding;

use queue::{QueueEntry, Waiting};

pub(crate) use request::Acquire;
use spin::Spin;
pub(crate) use standing::Standing;
use target::Target;
use unwind::OnUnwind;

pin_project_lite::pin_project! {
    /// A task or a thread on the way to an access.
    #[derive(Debug)]
    pub(crate) struct Waiter {
        #[pin]
        entry: QueueEntry,
    }
}

/// An attempt that was refused.
#[derive(Clone, Copy)]
pub(crate) struct Refused {
    priority: Priority,
    refusal: Refusal,
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
    #[inline]
    pub(crate) fn new() -> Waiter {
        Waiter { entry: QueueEntry::new() }
    }

    #[inline(always)]
    fn standing(self: Pin<&mut Self>) -> &mut Standing {
        self.project().entry.standing()
    }

    #[inline]
    pub(crate) fn is_queued(&self) -> bool {
        self.entry.is_queued()
    }

    /// Acquires what is asked for if that needs no waiter. Without `std`, all accesses share this, for flash.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn acquire_fast(self: Pin<&mut Self>, target: Target<'_, impl RawLock>) -> bool {
        // Where a writer has its turn, the word is not free.
        let is_refused = match target.access() {
            Access::Upgrade => self.is_waiting(),
            _ => self.is_queued(),
        };
        !is_refused && target.acquire_fast()
    }

    /// Attempts to acquire the access, whether or not there was a wake-up.
    ///
    /// With `std` each access has a copy of this and of all that it calls, for speed; without, all
    /// share one, for flash: that of `poll_in_task`.
    ///
    /// # Safety
    ///
    /// The target is the same in each call, also of [`wait`](Waiter::wait) and [`cancel`](Waiter::cancel). After
    /// `Ok` there is none, unless what was acquired has been given back.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) unsafe fn poll(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let priority = self.as_mut().poll_priority(target, cx);
        // SAFETY: by the caller's promise.
        match unsafe { self.as_mut().acquire(target, priority) } {
            Ok(()) => Ok(()),
            Err(refusal) => Err(Refused { priority, refusal }),
        }
    }

    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[cfg_attr(feature = "std", inline(always))]
    unsafe fn acquire(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        priority: Priority,
    ) -> Result<(), Refusal> {
        let registration = self.as_mut().standing().registration;
        // SAFETY: an upgrade is a target of the holder of the upgradable read. `registration` is what the
        // word knows: `register`, `cancel` and an acquisition change both.
        unsafe { target.lock().acquire(target.access(), priority, registration) }?;
        self.as_mut().standing().registration = Registration::New;
        if !priority.was_woken() && self.is_queued() {
            self.leave(target.at_word());
        }
        Ok(())
    }

    /// Waits, unless the access can be acquired after all.
    ///
    /// Goes round again only on an engine that has [no waker at once](queue::HAS_WAKER_AT_ONCE): a wake-up may have
    /// come while it queued up.
    ///
    /// # Safety
    ///
    /// As for [`Waiter::poll`], which was refused like that just now.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) unsafe fn wait(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        mut refused: Refused,
        cx: &mut Context<'_>,
    ) -> Result<(), Wait> {
        // By its entry, which has this task's waker now; if a panic has not kept it off the record.
        let will_be_woken =
            self.is_queued() && self.as_mut().standing().registration == Registration::Registered;
        if will_be_woken && refused.refusal == Refusal::Held {
            return Err(Wait::Sleep);
        }
        let waiting = target.raw().waiting();
        if waiting.fairness.spin_budget().left() > 0 {
            // SAFETY: by the caller's promise.
            match unsafe { self.as_mut().spend_budget(target, waiting, refused) } {
                Ok(()) => return Ok(()),
                Err(again) => refused = again,
            }
        }
        match refused.refusal {
            Refusal::Reserved if self.is_queued() => return Err(Wait::Defer),
            Refusal::Held if will_be_woken => return Err(Wait::Sleep),
            _ => (),
        }
        loop {
            if self.as_mut().keeps_its_turn(target.access(), &waiting.fairness, refused) {
                return Err(Wait::Defer);
            }
            let priority = self.as_mut().queue_up(target, waiting, refused, cx)?;
            // SAFETY: by the caller's promise.
            let refusal = match unsafe { self.as_mut().acquire(target, priority) } {
                Ok(()) => return Ok(()),
                Err(refusal) => refusal,
            };
            if self.is_queued() && refusal == Refusal::Reserved {
                return Err(Wait::Defer);
            }
            if queue::HAS_WAKER_AT_ONCE {
                return Err(Wait::Sleep);
            }
            refused = Refused { priority, refusal };
        }
    }

    /// Spins and barges for as long as there is a budget for it.
    ///
    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[cold]
    #[inline(never)]
    unsafe fn spend_budget(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        waiting: &Waiting,
        refused: Refused,
    ) -> Result<(), Refused> {
        let Refused { mut priority, mut refusal } = refused;
        let budget = waiting.fairness.spin_budget();
        let mut spin = Spin::default();
        loop {
            match refusal {
                Refusal::Reserved
                    if priority == Priority::Arriving && waiting.fairness.spend_to_barge() =>
                {
                    priority = Priority::Barging;
                }
                Refusal::Held if !self.is_queued() && spin.spin(budget) => (),
                _ => return Err(Refused { priority, refusal }),
            }
            // SAFETY: by the caller's promise.
            match unsafe { self.as_mut().acquire(target, priority) } {
                Ok(()) => break,
                Err(again) => refusal = again,
            }
        }
        if spin.has_begun() {
            spin.earn(budget);
        }
        Ok(())
    }

    /// A whole poll of a task. Without `std`, all requests share this, for flash.
    ///
    /// # Safety
    ///
    /// As for [`Waiter::poll`].
    #[cfg(not(feature = "std"))]
    #[inline(never)]
    pub(crate) unsafe fn poll_in_task(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        // SAFETY: by the caller's promise.
        let waited = unsafe {
            match self.as_mut().poll(target, cx) {
                Ok(()) => Ok(()),
                Err(refused) => self.as_mut().wait(target, refused, cx),
            }
        };
        self.end_poll(waited, target.at_word(), cx)
    }

    /// What a task does at the end of a poll.
    #[inline(always)]
    pub(crate) fn end_poll(
        self: Pin<&mut Self>,
        waited: Result<(), Wait>,
        target: Target<'_>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        match waited {
            Ok(()) => Poll::Ready(()),
            Err(Wait::Sleep) => Poll::Pending,
            Err(Wait::Defer) => {
                self.defer_in_task(target, cx);
                Poll::Pending
            }
        }
    }

    /// Defers, in the way of a task.
    #[inline]
    fn defer_in_task(self: Pin<&mut Self>, target: Target<'_>, cx: &mut Context<'_>) {
        let deferrals = self.defer(target, fairness::task_weight);
        if deferrals >= fairness::PROMPT_DEFERRALS {
            fairness::yield_thread();
        }
        target.events().wake_task(cx);
    }

    /// The priority with which this poll asks. A wake-up is used up by that; otherwise the entry has the
    /// task's waker.
    #[cfg_attr(feature = "std", inline(always))]
    fn poll_priority(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        cx: &mut Context<'_>,
    ) -> Priority {
        let access = target.access();
        let fairness = || &target.raw().waiting().fairness;
        if !self.is_queued() {
            return if turn::may_be_kept(access) && self.as_mut().is_waiting() {
                self.priority_beside_readers(fairness())
            } else {
                Priority::Arriving
            };
        }
        let entry = self.as_mut().project().entry;
        if let Some(notification) = entry.poll(|| &target.raw().waiting().queues, cx) {
            return self.priority_when_woken(access, fairness(), notification);
        }
        if self.standing().has_deferred_enough(fairness) {
            return Priority::Barging;
        }
        Priority::Arriving
    }

    /// Queues up and goes on record. Returns with which priority to try again, if the lock is free after all or
    /// a wake-up has come; else what to wait for.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn queue_up(
        mut self: Pin<&mut Self>,
        target: Target<'_, impl RawLock>,
        waiting: &Waiting,
        Refused { priority, refusal }: Refused,
        cx: &mut Context<'_>,
    ) -> Result<Priority, Wait> {
        let access = target.access();
        let standing = self.as_mut().standing();
        let registration = standing.registration;
        if priority.was_woken() {
            standing.record_loss(&waiting.fairness, priority, refusal);
            target.events().overtaken();
        }
        if !self.is_queued() {
            let panicked =
                OnUnwind::new(|| Self::withdraw(target.at_word(), priority, registration));
            self.as_mut().enqueue(access, waiting, cx);
            panicked.disarm();
        }
        let known = &mut self.as_mut().standing().registration;
        *known = registration;
        let state = target.lock().register(access, priority, known);
        match state.acquire(access, Priority::Arriving, Registration::Registered) {
            Err(Refusal::Held) => (),
            now => {
                if refusal == Refusal::Held && !priority.was_woken() {
                    waiting.fairness.spin_budget().earn_by_chance();
                }
                return now.map(|_| Priority::Arriving).map_err(|_| Wait::Defer);
            }
        }
        if queue::HAS_WAKER_AT_ONCE {
            return Err(Wait::Sleep);
        }
        let priority = self.poll_priority(target, cx);
        if priority.was_woken() {
            Ok(priority)
        } else {
            Err(Wait::Sleep)
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn enqueue(self: Pin<&mut Self>, access: Access, waiting: &Waiting, cx: &mut Context<'_>) {
        // SAFETY: the caller has looked whether it is queued. It is pinned with this waiter, which is not
        // overwritten or dropped before it has acquired its access or was cancelled: then the entry has left.
        // All its functions are called with the target's queues; a waiter has one target.
        unsafe { waiting.queues.enqueue(access, self.project().entry, cx) };
    }

    /// Defers: it is to come again. Returns how often it has deferred before in this epoch; `weight` tells
    /// by that for how many it counts.
    pub(crate) fn defer(
        mut self: Pin<&mut Self>,
        target: Target<'_>,
        weight: impl FnOnce(u8) -> usize,
    ) -> u8 {
        target.events().stepped_aside();
        let fairness = &target.raw().waiting().fairness;
        if !self.is_queued() {
            self.as_mut().standing().renew_epoch(fairness);
        }
        self.standing().defer(fairness, weight)
    }
}
