//! Waiting: the only module that polls, listens and steps aside.

use core::marker::PhantomData;
use core::task::{Context, Poll};

use crate::credit::Spin;
use crate::permit::{Entry, Exclusive, Handle, Loan, Permit, Upgradable, Upgraded};
use crate::queues::{Place, Queues};
use crate::raw::RawRwLock;
use crate::state::{Access, Refusal, Right, Standing};

/// Somebody on the way to an access.
#[derive(Debug)]
pub(crate) struct Waiter {
    standing: Standing,
    /// How often it has stepped aside for this `turn` of somebody else's.
    turns_aside: u8,
    turn: usize,
    place: Option<Place>,
}

impl Waiter {
    pub(crate) fn new() -> Waiter {
        Waiter { standing: Standing::New, turns_aside: 0, turn: 0, place: None }
    }

    /// Tries to take the access, whether or not there was a notification; `Ready`: it is taken.
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
    ) -> Poll<()> {
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
                    return Poll::Ready(());
                }
                Err(refusal) => refusal,
            };
            match refusal {
                // Who was woken has a turn to use up, so it does not become an arrival.
                Refusal::Turn if !is_woken(right) && raw.queues().credit().may_go_ahead() => {
                    right = Right::Patient;
                }
                Refusal::Turn if self.place.is_some() => return self.step_aside(raw.queues(), cx),
                Refusal::Held if will_be_woken => return Poll::Pending,
                Refusal::Held if spin.look_again(raw.queues().credit()) => (),
                _ => match self.queue_up(access, raw, right, refusal) {
                    Some(Refusal::Turn) => return self.step_aside(raw.queues(), cx),
                    Some(Refusal::Held) => {
                        right = self.right(access, raw, cx);
                        if self.place.is_some() {
                            return Poll::Pending;
                        }
                    }
                    None => right = Right::Arrival,
                },
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
        if place.poll_notified(cx) {
            self.leave_queue(raw.queues());
            return raw.queues().woken_right(access);
        }
        if self.turns_aside > 0 && self.has_waited_its_turns(raw.queues()) {
            return Right::Patient;
        }
        Right::Arrival
    }

    /// It will be polled again soon: time enough to ask its place then.
    fn step_aside(&mut self, queues: &Queues, cx: &mut Context<'_>) -> Poll<()> {
        let turn = queues.turn();
        if self.turn != turn {
            self.turn = turn;
            self.turns_aside = 0;
        }
        self.turns_aside = self.turns_aside.saturating_add(1);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn has_waited_its_turns(&self, queues: &Queues) -> bool {
        self.turn == queues.turn() && usize::from(self.turns_aside) >= queues.turns_aside()
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
        self.place.get_or_insert_with(|| match right {
            Right::Woken | Right::WokenLast => queues.listen_again(access),
            Right::Arrival | Right::Patient => queues.listen(access),
        });
        let state = raw.register(access, right, self.standing);
        self.standing = Standing::Counted;
        let still = state.take(access, Right::Arrival, self.standing).err();
        match (refusal, still) {
            (Refusal::Held, _) if is_woken(right) => queues.was_overtaken(),
            (Refusal::Held, Some(Refusal::Turn) | None) => queues.credit().earn_by_chance(),
            _ => (),
        }
        still
    }

    /// Whether it had been notified since it last looked.
    #[cfg_attr(feature = "std", inline(always))]
    fn leave_queue(&mut self, queues: &Queues) -> bool {
        self.place.take().map_or(false, |place| queues.leave(place))
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn come_in(&mut self, access: Access, raw: &RawRwLock, right: Right) {
        if is_woken(right) {
            raw.queues().was_in_time();
        } else if self.place.is_some() {
            let queues = raw.queues();
            if self.leave_queue(queues) && queues.woken_right(access) == Right::WokenLast {
                raw.readers_have_come();
            }
        }
    }

    /// Gives up: nobody is kept waiting by this waiter any longer, and its turn is passed on.
    pub(crate) fn cancel(&mut self, access: Access, raw: &RawRwLock) {
        if self.place.is_none() {
            return;
        }
        let queues = raw.queues();
        let right = match self.leave_queue(queues) {
            true => queues.woken_right(access),
            false => Right::Arrival,
        };
        raw.transition(|state| state.cancel(access, right, self.standing));
    }
}

fn is_woken(right: Right) -> bool {
    matches!(right, Right::Woken | Right::WokenLast)
}

/// What an [`Acquire`] asks for, and what it makes of it.
pub(crate) trait Request: Sized {
    const ACCESS: Access;
    type Permit;

    fn raw(&self) -> &RawRwLock;

    /// Takes the access if that takes one read-modify-write and concerns nobody else.
    fn take_at_once(&self) -> bool;

    /// # Safety
    ///
    /// [`Self::ACCESS`] was taken of this lock, for this request.
    unsafe fn grant(self) -> Self::Permit;

    /// Grants the request if that takes one read-modify-write and concerns nobody else.
    #[inline]
    fn grant_at_once(self) -> Result<Self::Permit, Self> {
        if self.take_at_once() {
            // SAFETY: the access was taken just now, and the request is moved.
            Ok(unsafe { self.grant() })
        } else {
            Err(self)
        }
    }

    /// Grants the request now, or returns it. Takes what is free, whoever's turn it is.
    #[inline]
    fn try_grant(self) -> Result<Self::Permit, Self> {
        let request = match self.grant_at_once() {
            Err(request) => request,
            granted => return granted,
        };
        if request.raw().take(Self::ACCESS, Right::Patient, Standing::New).is_ok() {
            // SAFETY: as above.
            Ok(unsafe { request.grant() })
        } else {
            Err(request)
        }
    }
}

/// Asks to come in by `E`, into the lock at the other end of `H`.
#[derive(Debug)]
pub(crate) struct Ask<H, E>(H, PhantomData<E>);

impl<H, E> Ask<H, E> {
    pub(crate) fn new(handle: H) -> Ask<H, E> {
        Ask(handle, PhantomData)
    }

    #[cfg(target_has_atomic = "ptr")]
    pub(crate) fn handle(&self) -> &H {
        &self.0
    }
}

impl<H: Handle, E: Entry> Request for Ask<H, E> {
    const ACCESS: Access = E::ACCESS;
    type Permit = Permit<H, E::Mode>;

    fn raw(&self) -> &RawRwLock {
        self.0.raw()
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        E::take_at_once(self.0.raw())
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise, and a request is granted once.
        unsafe { Permit::new(self.0) }
    }
}

/// An upgradable permit asks for exclusive access in exchange for itself.
impl<H: Handle> Request for Permit<H, Upgradable> {
    const ACCESS: Access = Access::Upgrade;
    type Permit = Permit<H, Exclusive>;

    fn raw(&self) -> &RawRwLock {
        Permit::raw(self)
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        Permit::raw(self).take(Access::Upgrade, Right::Arrival, Standing::New).is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}

/// A borrowed upgradable permit asks for exclusive access while it is borrowed.
impl<'a> Request for Loan<'a> {
    const ACCESS: Access = Access::Upgrade;
    type Permit = Permit<&'a RawRwLock, Upgraded>;

    fn raw(&self) -> &RawRwLock {
        Loan::raw(self)
    }

    #[inline]
    fn take_at_once(&self) -> bool {
        Loan::raw(self).take(Access::Upgrade, Right::Arrival, Standing::New).is_ok()
    }

    #[inline]
    unsafe fn grant(self) -> Self::Permit {
        // SAFETY: by the caller's promise.
        unsafe { self.into_upgraded() }
    }
}

/// A request being waited for. Does nothing before its first poll; its drop gives up.
#[derive(Debug)]
pub(crate) struct Acquire<R: Request> {
    /// `None` once it has been granted or given up.
    request: Option<R>,
    /// `None` until it had to wait.
    waiter: Option<Waiter>,
}

impl<R: Request> Acquire<R> {
    pub(crate) fn new(request: R) -> Acquire<R> {
        Acquire { request: Some(request), waiter: None }
    }

    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<R::Permit> {
        let request = self.request.as_ref().expect("a lock future was polled after it completed");
        let taken = self.waiter.is_none() && request.take_at_once();
        if !taken && self.wait(cx).is_pending() {
            return Poll::Pending;
        }
        let request = self.request.take().expect("present: looked at above");
        // SAFETY: the access was taken above, by `take_at_once` or by the waiter, and the request
        // is moved out, so this is the one grant.
        Poll::Ready(unsafe { request.grant() })
    }

    #[cold]
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let request = self.request.as_ref().expect("present: looked at by the caller");
        let waiter = self.waiter.get_or_insert_with(Waiter::new);
        waiter.poll(R::ACCESS, request.raw(), cx)
    }

    /// Stops waiting, and returns the request if it has not been granted.
    pub(crate) fn give_up(&mut self) -> Option<R> {
        let request = self.request.take()?;
        if let Some(mut waiter) = self.waiter.take() {
            waiter.cancel(R::ACCESS, request.raw());
        }
        Some(request)
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

#[cfg(all(test, feature = "std", not(loom)))]
mod tests {
    use futures_lite::future::{block_on, poll_fn};

    use super::*;

    #[test]
    fn turns_aside_are_counted_anew_for_each_who_is_woken() {
        let queues = Queues::new();
        queues.was_overtaken(); // Two turns from now on.
        let mut waiter = Waiter::new();
        let mut has_waited_after_one_more = || {
            block_on(poll_fn(|cx| {
                assert!(waiter.step_aside(&queues, cx).is_pending());
                Poll::Ready(waiter.has_waited_its_turns(&queues))
            }))
        };
        assert!(!has_waited_after_one_more());
        assert!(has_waited_after_one_more());
        queues.wake_one(Access::Write);
        assert!(!has_waited_after_one_more());
        assert!(has_waited_after_one_more());
    }
}
