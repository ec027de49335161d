//! Waiting: who polls, listens and steps aside, and when. (How a thread steps aside: `blocking`.)

use core::mem::{self, ManuallyDrop};
use core::task::{Context, Poll};

use crate::raw::RawRwLock;
use crate::state::{Access, Priority, Refusal, Registration, State};

#[cfg(all(feature = "std", not(target_family = "wasm")))]
pub(crate) mod blocking;
pub(crate) mod fairness;
pub(crate) mod queue;
pub(crate) mod request;
pub(crate) mod spin;
pub(crate) mod unwind;
#[cfg(feature = "std")]
mod waker;
pub(crate) mod yielding;

use fairness::MAX_LOSSES;
use queue::{QueueEntry, Queues};
use request::Request;
use spin::Spin;
use unwind::OnUnwind;

/// Somebody on the way to an access.
#[derive(Debug)]
pub(crate) struct Waiter {
    registration: Registration,
    /// It has been woken, and did not get in.
    was_woken: bool,
    /// How often it was woken and overtaken.
    losses: u8,
    /// The number of the turn in which it has last stepped aside, if it has.
    deferred_in: usize,
    /// How often in that turn.
    deferrals: u8,
    entry: Option<QueueEntry>,
}

/// What to wait for.
#[derive(Debug)]
pub(crate) enum Wait {
    /// A wake-up.
    Sleep,
    /// Nothing: it has to come again, after having [stepped aside](Waiter::defer).
    Defer,
}

impl Waiter {
    pub(crate) fn new() -> Waiter {
        Waiter {
            registration: Registration::New,
            was_woken: false,
            losses: 0,
            deferred_in: 0,
            deferrals: 0,
            entry: None,
        }
    }

    /// Tries to take the access, whether or not there was a notification.
    ///
    /// With `std` each access has a copy of this and of all that it calls, for speed; without, all
    /// share one, for flash.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn poll(
        &mut self,
        access: Access,
        raw: &RawRwLock,
        cx: &mut Context<'_>,
    ) -> Result<(), Wait> {
        let mut priority = self.poll_priority(access, raw, cx);
        // By its place, which has been asked with this task's waker.
        let will_be_woken = self.entry.is_some();
        let mut spin = Spin::default();
        loop {
            let refusal = match raw.acquire(access, priority, self.registration) {
                Ok(()) => {
                    if spin.has_begun() {
                        spin.earn(raw.queues().spin_budget());
                    }
                    self.finish(access, raw, priority);
                    return Ok(());
                }
                Err(refusal) => refusal,
            };
            match refusal {
                // Who was woken has a turn to use up, so it does not become an arrival.
                Refusal::Reserved if !is_woken(priority) && raw.queues().spend_to_barge() => {
                    priority = Priority::Barging;
                }
                Refusal::Reserved if self.entry.is_some() => return Err(Wait::Defer),
                Refusal::Held if will_be_woken => return Err(Wait::Sleep),
                Refusal::Held if spin.look_again(raw.queues().spin_budget()) => (),
                _ => match self.queue_up(access, raw, priority, refusal) {
                    Some(Refusal::Reserved) => return Err(Wait::Defer),
                    Some(Refusal::Held) => {
                        priority = self.poll_priority(access, raw, cx);
                        if self.entry.is_some() {
                            return Err(Wait::Sleep);
                        }
                    }
                    None => priority = Priority::Arriving,
                },
            }
        }
    }

    /// As [`Waiter::poll`]; if it steps aside, in the way of a task.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn poll_in_task(&mut self, access: Access, raw: &RawRwLock, cx: &mut Context<'_>) -> Poll<()> {
        match self.poll(access, raw, cx) {
            Ok(()) => Poll::Ready(()),
            Err(Wait::Sleep) => Poll::Pending,
            Err(Wait::Defer) => {
                let times = self.defer(raw.queues(), fairness::task_weight);
                if times >= fairness::PROMPT_DEFERRALS {
                    fairness::yield_thread();
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    /// By which right this poll asks. Leaves the task's waker with its place, if it has one.
    #[cfg_attr(feature = "std", inline(always))]
    fn poll_priority(&mut self, access: Access, raw: &RawRwLock, cx: &mut Context<'_>) -> Priority {
        let entry = match &mut self.entry {
            Some(entry) => entry,
            None => return Priority::Arriving,
        };
        if let Some(told) = entry.poll_notified(cx) {
            self.entry = None;
            let priority = raw.queues().count_arrival(access, told);
            self.was_woken = true;
            return priority;
        }
        if self.deferrals > 0 && self.has_deferred_enough(raw.queues()) {
            return Priority::Barging;
        }
        Priority::Arriving
    }

    /// Steps aside, and is to come again; how often it has done so before in this turn. `count` tells for
    /// how many it counts, by that.
    fn defer(&mut self, queues: &Queues, count: impl FnOnce(u8) -> usize) -> u8 {
        let turn = queues.turn().number();
        // Without `std` it makes no difference how often.
        let counts = cfg!(feature = "std") && turn == self.deferred_in;
        let times = if counts { self.deferrals } else { 0 };
        self.deferrals = times.saturating_add(1);
        self.deferred_in = queues.defer(count(times));
        times
    }

    /// For long enough, and the others too.
    fn has_deferred_enough(&self, queues: &Queues) -> bool {
        let turn = queues.turn();
        turn.is_spent() && turn.number() == self.deferred_in
    }

    #[cold]
    fn record_loss(&mut self, queues: &Queues, priority: Priority, refusal: Refusal) {
        self.losses = (self.losses + 1).min(MAX_LOSSES);
        if priority == Priority::Late || refusal == Refusal::Held {
            queues.record_loss();
        }
    }

    /// Why it still has to wait, if it has to.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn queue_up(
        &mut self,
        access: Access,
        raw: &RawRwLock,
        priority: Priority,
        refusal: Refusal,
    ) -> Option<Refusal> {
        let queues = raw.queues();
        if priority.was_woken() {
            self.record_loss(queues, priority, refusal);
        }
        let (was_woken, losses) = (self.was_woken, self.losses);
        self.entry.get_or_insert_with(|| match was_woken {
            true => queues.enqueue_overtaken(access, losses),
            false => queues.enqueue(access),
        });
        let state = raw.register(access, priority, self.registration);
        self.registration = Registration::Registered;
        let still = state.acquire(access, Priority::Arriving, self.registration).err();
        if still == Some(Refusal::Held) && state.must_wake_upgrader(access, priority) {
            raw.transition(State::wake_next);
        }
        if let (Refusal::Held, Some(Refusal::Reserved) | None, false) =
            (refusal, still, priority.was_woken())
        {
            queues.spin_budget().earn_by_chance();
        }
        still
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn finish(&mut self, access: Access, raw: &RawRwLock, priority: Priority) {
        if is_woken(priority) {
            return;
        }
        if let Some(entry) = self.entry.take() {
            let queues = raw.queues();
            self.registration = Registration::New;
            let panicked = OnUnwind::new(|| {
                // SAFETY: this poll took the access, and if a waker panics that the place drops, no
                // permit is made for it.
                unsafe { raw.give_up(access) }
            });
            let was_notified = queues.leave(access, entry);
            panicked.disarm();
            // Since this poll began.
            if was_notified && access.is_shared() && queues.count_reader() == Priority::LastWoken {
                raw.clear_readers_woken();
            }
        }
    }

    /// Gives up, if there is a waiter.
    #[inline(never)]
    fn give_up(waiter: &mut Option<Waiter>, access: Access, raw: &RawRwLock) {
        if let Some(mut waiter) = waiter.take() {
            waiter.cancel(access, raw);
        }
    }

    /// Nobody is kept waiting by this waiter any longer, and its turn is passed on.
    fn cancel(&mut self, access: Access, raw: &RawRwLock) {
        let queues = raw.queues();
        let entry = match self.entry.take() {
            None => return,
            Some(entry) => entry,
        };
        let leave =
            |priority| raw.transition(|state| state.cancel(access, priority, self.registration));
        // If a waker panics, nobody knows whether the place was notified, and to pass on too many turns
        // keeps nobody waiting.
        let panicked = OnUnwind::new(|| leave(Priority::Woken));
        let told = queues.leave_for_good(access, entry);
        panicked.disarm();
        leave(told.map_or(Priority::Arriving, |told| queues.count_arrival(access, told)));
    }
}

fn is_woken(priority: Priority) -> bool {
    matches!(priority, Priority::Woken | Priority::LastWoken)
}

/// A request being waited for. Does nothing before its first poll; its drop gives up.
#[derive(Debug)]
pub(crate) struct Acquire<R: Request> {
    /// `None` once it has been granted or given up.
    request: Option<R>,
    /// `None` until it had to wait, and once the request has been granted. Not dropped but by
    /// [`Acquire::give_up`], so that one which did not wait has no code for it.
    waiter: ManuallyDrop<Option<Waiter>>,
}

impl<R: Request> Acquire<R> {
    pub(crate) fn new(request: R) -> Acquire<R> {
        Acquire { request: Some(request), waiter: ManuallyDrop::new(None) }
    }

    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<R::Permit> {
        let request = self.request.as_ref().expect("a lock future was polled after it completed");
        let taken = self.waiter.is_none() && request.acquire_fast();
        if !taken && self.wait_in_task(cx).is_pending() {
            return Poll::Pending;
        }
        let request = self.request.take().expect("present: looked at above");
        // SAFETY: the access was taken above, by `acquire_fast` or by the waiter, and the request
        // is moved out, so this is the one grant.
        Poll::Ready(unsafe { request.grant() })
    }

    #[cold]
    fn wait_in_task(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let request = self.request.as_ref().expect("present: looked at by the caller");
        let waiter = self.waiter.get_or_insert_with(Waiter::new);
        let polled = waiter.poll_in_task(R::ACCESS, request.raw(), cx);
        if polled.is_ready() {
            // Its place is gone, and there is nothing to drop.
            mem::forget(self.waiter.take());
        }
        polled
    }

    /// As [`Acquire::poll`], for those who step aside in a way of their own.
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn try_poll(&mut self, cx: &mut Context<'_>) -> Result<R::Permit, Wait> {
        let request = self.request.as_ref().expect("nobody waits for what was granted");
        self.waiter.get_or_insert_with(Waiter::new).poll(R::ACCESS, request.raw(), cx)?;
        mem::forget(self.waiter.take());
        let request = self.request.take().expect("present: looked at above");
        // SAFETY: the waiter has taken the access, and the request is moved out, so this is the one grant.
        Ok(unsafe { request.grant() })
    }

    /// See [`Waiter::defer`].
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn defer(&mut self, count: impl FnOnce(u8) -> usize) -> u8 {
        match (&self.request, self.waiter.as_mut()) {
            (Some(request), Some(waiter)) => waiter.defer(request.raw().queues(), count),
            _ => unreachable!("nobody steps aside without waiting"),
        }
    }

    /// Stops waiting, and returns the request if it has not been granted.
    #[cold]
    pub(crate) fn give_up(&mut self) -> Option<R> {
        if let Some(request) = &self.request {
            Waiter::give_up(&mut self.waiter, R::ACCESS, request.raw());
        }
        self.request.take()
    }
}

impl<R: Request> Drop for Acquire<R> {
    #[inline]
    fn drop(&mut self) {
        if self.waiter.is_some() {
            self.give_up();
        }
    }
}
