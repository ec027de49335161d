//! Waiting: the only module that polls, listens and steps aside.

use core::marker::PhantomData;
use core::task::{Context, Poll};

use crate::permit::{Entry, Exclusive, Handle, Loan, Permit, Upgradable, Upgraded};
use crate::queues::{Place, Queues};
use crate::raw::RawRwLock;
use crate::state::{Access, Right, Standing};

/// Somebody on the way to an access.
#[derive(Debug)]
pub(crate) struct Waiter {
    access: Access,
    standing: Standing,
    /// How often it has stepped aside for this `turn` of somebody else's.
    turns_aside: u8,
    turn: usize,
    place: Option<Place>,
}

impl Waiter {
    pub(crate) fn new(access: Access) -> Waiter {
        Waiter { access, standing: Standing::New, turns_aside: 0, turn: 0, place: None }
    }

    /// Tries to take the access, whether or not there was a notification; `Ready`: it is taken.
    #[cold]
    pub(crate) fn poll(&mut self, raw: &RawRwLock, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let right = self.right(raw, cx);
            let state = match raw.take(self.access, right, self.standing) {
                Ok(()) => {
                    self.come_in(raw, right);
                    return Poll::Ready(());
                }
                Err(state) => state,
            };
            if self.place.is_none() {
                self.queue_up(raw, right);
                continue;
            }
            if right == Right::Arrival && state.is_someone_elses_turn(self.access, self.standing) {
                self.step_aside(raw.queues());
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
    }

    /// By which right this poll asks. Leaves the task's waker with its place, if it has one.
    fn right(&mut self, raw: &RawRwLock, cx: &mut Context<'_>) -> Right {
        let place = match &mut self.place {
            Some(place) => place,
            None => return Right::Arrival,
        };
        if place.poll_notified(cx) {
            self.leave_queue(raw.queues());
            return raw.queues().woken_right(self.access);
        }
        if self.turns_aside > 0 && self.has_waited_its_turns(raw.queues()) {
            return Right::Patient;
        }
        Right::Arrival
    }

    fn step_aside(&mut self, queues: &Queues) {
        let turn = queues.turn();
        if self.turn != turn {
            self.turn = turn;
            self.turns_aside = 0;
        }
        self.turns_aside = self.turns_aside.saturating_add(1);
    }

    fn has_waited_its_turns(&self, queues: &Queues) -> bool {
        self.turn == queues.turn() && usize::from(self.turns_aside) >= queues.turns_aside()
    }

    fn queue_up(&mut self, raw: &RawRwLock, right: Right) {
        let queues = raw.queues();
        self.turns_aside = 0;
        self.place = Some(if is_woken(right) {
            queues.was_overtaken();
            queues.listen_again(self.access)
        } else {
            queues.listen(self.access)
        });
        raw.register(self.access, right, self.standing);
        self.standing = Standing::Counted;
    }

    /// Whether it had been notified since it last looked.
    fn leave_queue(&mut self, queues: &Queues) -> bool {
        self.place.take().map_or(false, |place| queues.leave(place))
    }

    fn come_in(&mut self, raw: &RawRwLock, right: Right) {
        self.standing = Standing::New;
        if is_woken(right) {
            raw.queues().was_in_time();
        } else if self.place.is_some() {
            let queues = raw.queues();
            if self.leave_queue(queues) && queues.woken_right(self.access) == Right::WokenLast {
                raw.readers_have_come();
            }
        }
    }

    /// Gives up: nobody is kept waiting by this waiter any longer, and its turn is passed on.
    pub(crate) fn cancel(&mut self, raw: &RawRwLock) {
        if self.place.is_none() {
            return;
        }
        let queues = raw.queues();
        let right = match self.leave_queue(queues) {
            true => queues.woken_right(self.access),
            false => Right::Arrival,
        };
        let counts = matches!(self.access, Access::Write | Access::Upgrade)
            && self.standing == Standing::Counted;
        if counts || is_woken(right) {
            raw.transition(|state| state.cancel(self.access, right, self.standing));
        }
        self.standing = Standing::New;
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

    /// Grants the request now, or returns it. Takes what is free, whoever's turn it is.
    #[inline]
    fn try_grant(self) -> Result<Self::Permit, Self> {
        let taken = self.take_at_once()
            || self.raw().take(Self::ACCESS, Right::Patient, Standing::New).is_ok();
        if taken {
            // SAFETY: the access was taken just now, and the request is moved.
            Ok(unsafe { self.grant() })
        } else {
            Err(self)
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
        if self.waiter.is_some() || !request.take_at_once() {
            let waiter = self.waiter.get_or_insert_with(|| Waiter::new(R::ACCESS));
            if waiter.poll(request.raw(), cx).is_pending() {
                return Poll::Pending;
            }
        }
        let request = self.request.take().expect("present: looked at above");
        // SAFETY: the access was taken above, by `take_at_once` or by the waiter, and the request
        // is moved out, so this is the one grant.
        Poll::Ready(unsafe { request.grant() })
    }

    /// Stops waiting, and returns the request if it has not been granted.
    pub(crate) fn give_up(&mut self) -> Option<R> {
        let request = self.request.take()?;
        if let Some(mut waiter) = self.waiter.take() {
            waiter.cancel(request.raw());
        }
        Some(request)
    }
}

impl<R: Request> Drop for Acquire<R> {
    fn drop(&mut self) {
        self.give_up();
    }
}
