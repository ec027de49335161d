//! Waiting: who polls, listens and steps aside, and when. (How a thread steps aside: `blocking`.)

use core::mem::{self, ManuallyDrop};
use core::task::{Context, Poll};

use crate::credit::Spin;
use crate::patience::{self, MAX_LOSSES};
use crate::queues::{Place, Queues};
use crate::raw::RawRwLock;
use crate::request::Request;
use crate::state::{Access, Refusal, Right, Standing, State};
use crate::unwind::OnUnwind;

/// Somebody on the way to an access.
#[derive(Debug)]
pub(crate) struct Waiter {
    standing: Standing,
    /// It has been woken, and did not get in.
    was_woken: bool,
    /// How often it was woken and overtaken.
    losses: u8,
    /// The number of the turn in which it has last stepped aside, if it has.
    aside_in: usize,
    /// How often in that turn.
    times_aside: u8,
    place: Option<Place>,
}

/// What to wait for.
#[derive(Debug)]
pub(crate) enum Wait {
    /// A wake-up.
    Sleep,
    /// Nothing: it has to come again, after having [stepped aside](Waiter::step_aside).
    StepAside,
}

impl Waiter {
    pub(crate) fn new() -> Waiter {
        Waiter {
            standing: Standing::New,
            was_woken: false,
            losses: 0,
            aside_in: 0,
            times_aside: 0,
            place: None,
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
        let mut right = self.right(access, raw, cx);
        // By its place, which has been asked with this task's waker.
        let will_be_woken = self.place.is_some();
        let mut spin = Spin::default();
        loop {
            let refusal = match raw.take(access, right, self.standing) {
                Ok(()) => {
                    if spin.has_begun() {
                        spin.earn(raw.queues().credit());
                    }
                    self.come_in(access, raw, right);
                    return Ok(());
                }
                Err(refusal) => refusal,
            };
            match refusal {
                // Who was woken has a turn to use up, so it does not become an arrival.
                Refusal::Turn if !is_woken(right) && raw.queues().may_go_ahead() => {
                    right = Right::Patient;
                }
                Refusal::Turn if self.place.is_some() => return Err(Wait::StepAside),
                Refusal::Held if will_be_woken => return Err(Wait::Sleep),
                Refusal::Held if spin.look_again(raw.queues().credit()) => (),
                _ => match self.queue_up(access, raw, right, refusal) {
                    Some(Refusal::Turn) => return Err(Wait::StepAside),
                    Some(Refusal::Held) => {
                        right = self.right(access, raw, cx);
                        if self.place.is_some() {
                            return Err(Wait::Sleep);
                        }
                    }
                    None => right = Right::Arrival,
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
            Err(Wait::StepAside) => {
                let times = self.step_aside(raw.queues(), patience::count_of_task);
                if times >= patience::PROMPT_TIMES {
                    patience::let_other_threads_run();
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    /// By which right this poll asks. Leaves the task's waker with its place, if it has one.
    #[cfg_attr(feature = "std", inline(always))]
    fn right(&mut self, access: Access, raw: &RawRwLock, cx: &mut Context<'_>) -> Right {
        let place = match &mut self.place {
            Some(place) => place,
            None => return Right::Arrival,
        };
        if let Some(told) = place.poll_notified(cx) {
            self.place = None;
            let right = raw.queues().woken_right(access, told);
            self.was_woken = true;
            return right;
        }
        if self.times_aside > 0 && self.has_stepped_aside(raw.queues()) {
            return Right::Patient;
        }
        Right::Arrival
    }

    /// Steps aside, and is to come again; how often it has done so before in this turn. `count` tells for
    /// how many it counts, by that.
    fn step_aside(&mut self, queues: &Queues, count: impl FnOnce(u8) -> usize) -> u8 {
        let turn = queues.turn().number();
        // Without `std` it makes no difference how often.
        let counts = cfg!(feature = "std") && turn == self.aside_in;
        let times = if counts { self.times_aside } else { 0 };
        self.times_aside = times.saturating_add(1);
        self.aside_in = queues.step_aside(count(times));
        times
    }

    /// For long enough, and the others too.
    fn has_stepped_aside(&self, queues: &Queues) -> bool {
        let turn = queues.turn();
        turn.is_used_up() && turn.number() == self.aside_in
    }

    #[cold]
    fn record_loss(&mut self, queues: &Queues, right: Right, refusal: Refusal) {
        self.losses = (self.losses + 1).min(MAX_LOSSES);
        if right == Right::Late || refusal == Refusal::Held {
            queues.was_overtaken();
        }
    }

    /// Why it still has to wait, if it has to.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn queue_up(
        &mut self,
        access: Access,
        raw: &RawRwLock,
        right: Right,
        refusal: Refusal,
    ) -> Option<Refusal> {
        let queues = raw.queues();
        if right.was_woken() {
            self.record_loss(queues, right, refusal);
        }
        let (was_woken, losses) = (self.was_woken, self.losses);
        self.place.get_or_insert_with(|| match was_woken {
            true => queues.listen_again(access, losses),
            false => queues.listen(access),
        });
        let state = raw.register(access, right, self.standing);
        self.standing = Standing::Counted;
        let still = state.take(access, Right::Arrival, self.standing).err();
        if still == Some(Refusal::Held) && state.is_left_to_the_upgrader(access, right) {
            raw.transition(State::hand_over);
        }
        if let (Refusal::Held, Some(Refusal::Turn) | None, false) =
            (refusal, still, right.was_woken())
        {
            queues.credit().earn_by_chance();
        }
        still
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn come_in(&mut self, access: Access, raw: &RawRwLock, right: Right) {
        if is_woken(right) {
            return;
        }
        if let Some(place) = self.place.take() {
            let queues = raw.queues();
            self.standing = Standing::New;
            let panicked = OnUnwind::new(|| {
                // SAFETY: this poll took the access, and if a waker panics that the place drops, no
                // permit is made for it.
                unsafe { raw.give_up(access) }
            });
            let was_notified = queues.leave(access, place);
            panicked.disarm();
            // Since this poll began.
            if was_notified && access.is_shared() && queues.reader_comes() == Right::WokenLast {
                raw.readers_have_come();
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
        let place = match self.place.take() {
            None => return,
            Some(place) => place,
        };
        let leave = |right| raw.transition(|state| state.cancel(access, right, self.standing));
        // If a waker panics, nobody knows whether the place was notified, and to pass on too many turns
        // keeps nobody waiting.
        let panicked = OnUnwind::new(|| leave(Right::Woken));
        let told = queues.leave_for_good(access, place);
        panicked.disarm();
        leave(told.map_or(Right::Arrival, |told| queues.woken_right(access, told)));
    }
}

fn is_woken(right: Right) -> bool {
    matches!(right, Right::Woken | Right::WokenLast)
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
        let taken = self.waiter.is_none() && request.take_at_once();
        if !taken && self.wait_in_task(cx).is_pending() {
            return Poll::Pending;
        }
        let request = self.request.take().expect("present: looked at above");
        // SAFETY: the access was taken above, by `take_at_once` or by the waiter, and the request
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

    /// See [`Waiter::step_aside`].
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    pub(crate) fn step_aside(&mut self, count: impl FnOnce(u8) -> usize) -> u8 {
        match (&self.request, self.waiter.as_mut()) {
            (Some(request), Some(waiter)) => waiter.step_aside(request.raw().queues(), count),
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
