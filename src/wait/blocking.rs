//! Waiting with a thread instead of a task.

use core::pin::Pin;
use core::task::{Context, Waker};
use core::time::Duration;
#[cfg(not(any_rwlock_loom))]
use std::thread;
#[cfg(not(any_rwlock_loom))]
use std::thread_local;
use std::time::Instant;

#[cfg(any_rwlock_loom)]
use loom::thread_local;

use super::request::Request;
use super::yielding::release_if_contended;
use super::{Acquire, Wait};
use crate::permit::{Acquirable, Handle, Mode, Permit};
use crate::probe::Place;

mod parker;
use parker::Parker;

/// How often a thread that defers comes again as soon as others have run; from then on it sleeps in between.
const YIELDS: u8 = 2;

/// For so long at most, unless it is woken. It then counts for as many as a task's polls take that long.
#[cfg(not(any_rwlock_loom))]
const LONGEST_PARK: Duration = Duration::from_micros(100);

thread_local! {
    /// One parker a thread is enough: it waits for one lock at a time.
    static PARKER: (Parker, Waker) = parker();
}

fn parker() -> (Parker, Waker) {
    let parker = Parker::new();
    let waker = parker.waker();
    (parker, waker)
}

/// Blocks the thread until the request is granted.
#[inline]
pub(crate) fn acquire<R: Request>(request: R, place: Place) -> R::Permit {
    match acquire_before(request, place, None) {
        Ok(permit) => permit,
        Err(_) => unreachable!("there is no deadline"),
    }
}

/// Gives the access to those who wait for it, if anybody does, and blocks until it has it again.
pub(crate) fn yield_to_waiters<H, M>(permit: Permit<H, M>, place: Place) -> Permit<H, M>
where
    H: Handle,
    M: Mode + Acquirable<Mode = M>,
{
    release_if_contended(permit).unwrap_or_else(|request| acquire(request, place))
}

/// [`acquire_until`] now plus `timeout`; for ever, if that moment cannot be expressed.
pub(crate) fn acquire_for<R: Request>(
    request: R,
    place: Place,
    timeout: Duration,
) -> Result<R::Permit, R> {
    acquire_before(request, place, Instant::now().checked_add(timeout))
}

/// Blocks the thread until the request is granted, or gives it up at the deadline.
pub(crate) fn acquire_until<R: Request>(
    request: R,
    place: Place,
    deadline: Instant,
) -> Result<R::Permit, R> {
    acquire_before(request, place, Some(deadline))
}

#[inline]
fn acquire_before<R: Request>(
    request: R,
    place: Place,
    deadline: Option<Instant>,
) -> Result<R::Permit, R> {
    match request.grant_fast(place) {
        Err(request) => wait_before(request, place, deadline),
        granted => granted,
    }
}

#[cold]
fn wait_before<R: Request>(
    request: R,
    place: Place,
    deadline: Option<Instant>,
) -> Result<R::Permit, R> {
    #[cfg(any_rwlock_shuttle)]
    if crate::sync::scheduled::is_in_model() {
        return in_model(request, place, deadline);
    }
    let mut acquire = Acquire::new(request, place);
    // SAFETY: from here on this binding hides the value, so it is dropped where it is.
    let mut acquire = unsafe { Pin::new_unchecked(&mut acquire) };
    let granted = PARKER
        .try_with(|(parker, waker)| wait(acquire.as_mut(), deadline, parker, waker))
        .unwrap_or_else(|_| {
            // The thread is ending, and its locals are gone.
            let (parker, waker) = parker();
            wait(acquire.as_mut(), deadline, &parker, &waker)
        });
    // What is free at the deadline is acquired, also if it had to defer until then.
    granted.map_or_else(|| acquire.cancel().expect("it was not granted").try_grant(place), Ok)
}

/// All threads of a model with shuttle are one of the system: one that parked it would never be woken. There
/// is no clock: a deadline comes at once.
#[cfg(any_rwlock_shuttle)]
fn in_model<R: Request>(
    request: R,
    place: Place,
    deadline: Option<Instant>,
) -> Result<R::Permit, R> {
    assert!(
        deadline.is_some(),
        "a thread would have to block for a lock of `any-rwlock`, which it cannot in a model with shuttle: \
         use the future instead, in `shuttle::future::block_on`"
    );
    request.try_grant(place)
}

/// `None`: the deadline came first.
fn wait<R: Request>(
    mut acquire: Pin<&mut Acquire<R>>,
    deadline: Option<Instant>,
    parker: &Parker,
    waker: &Waker,
) -> Option<R::Permit> {
    let mut cx = Context::from_waker(waker);
    loop {
        let is_in_time = match acquire.as_mut().try_poll(&mut cx) {
            Ok(permit) => return Some(permit),
            Err(Wait::Sleep) => park(parker, deadline),
            Err(Wait::Defer) => {
                let deferrals = acquire.as_mut().defer(thread_weight);
                let_others_run(deferrals, parker, deadline);
                is_before(deadline)
            }
        };
        if !is_in_time {
            // It may have been woken since: then it has the priority of that.
            return acquire.as_mut().try_poll(&mut cx).ok();
        }
    }
}

/// How many deferrals one more of a thread counts for, after so many of its own in this epoch.
fn thread_weight(deferrals: u8) -> usize {
    if deferrals < YIELDS {
        1
    } else {
        1024
    }
}

/// A thread that defers has a clock, and need not run to find out that a waiter that was woken does not come.
#[cfg(not(any_rwlock_loom))]
fn let_others_run(deferrals: u8, parker: &Parker, deadline: Option<Instant>) {
    if deferrals < YIELDS {
        return thread::yield_now();
    }
    let until = Instant::now() + LONGEST_PARK;
    park(parker, Some(deadline.map_or(until, |deadline| deadline.min(until))));
}

#[cfg(not(any_rwlock_loom))]
fn is_before(deadline: Option<Instant>) -> bool {
    deadline.map_or(true, |deadline| Instant::now() < deadline)
}

/// Waits to be woken. `false`: the deadline came first.
#[cfg(not(any_rwlock_loom))]
fn park(parker: &Parker, deadline: Option<Instant>) -> bool {
    match deadline {
        Some(deadline) => parker.park_until(deadline) || is_before(Some(deadline)),
        None => {
            parker.park();
            true
        }
    }
}

#[cfg(any_rwlock_loom)]
fn let_others_run(_: u8, _: &Parker, _: Option<Instant>) {
    loom::thread::yield_now();
}

/// There is no clock in a model: a deadline comes at once.
#[cfg(any_rwlock_loom)]
fn is_before(deadline: Option<Instant>) -> bool {
    deadline.is_none()
}

#[cfg(any_rwlock_loom)]
fn park(parker: &Parker, deadline: Option<Instant>) -> bool {
    if is_before(deadline) {
        parker.park();
    }
    is_before(deadline)
}

#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;
