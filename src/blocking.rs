//! Waiting with a thread instead of a task.
#![forbid(unsafe_code)]

use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::thread;
use std::thread_local;
use std::time::Instant;

use parking::Parker;

use crate::acquire::{Acquire, Request};
use crate::permit::{Entry, Handle, Mode, Permit};
use crate::yielding::give_way;

thread_local! {
    /// One parker a thread is enough: it waits for one lock at a time.
    static PARKER: (Parker, Waker) = parker();
}

fn parker() -> (Parker, Waker) {
    let parker = Parker::new();
    let waker = Waker::from(parker.unparker());
    (parker, waker)
}

/// Blocks the thread until the request is granted.
#[inline]
pub(crate) fn acquire<R: Request>(request: R) -> R::Permit {
    match acquire_before(request, None) {
        Ok(permit) => permit,
        Err(_) => unreachable!("there is no deadline"),
    }
}

/// Gives the access to those who wait for it, if anybody does, and blocks until it has it again.
pub(crate) fn yield_to_waiters<H, M>(permit: Permit<H, M>) -> Permit<H, M>
where
    H: Handle,
    M: Mode + Entry<Mode = M>,
{
    give_way(permit).unwrap_or_else(acquire)
}

/// [`acquire_until`] now plus `timeout`; for ever, if that moment cannot be expressed.
pub(crate) fn acquire_for<R: Request>(request: R, timeout: Duration) -> Result<R::Permit, R> {
    acquire_before(request, Instant::now().checked_add(timeout))
}

/// Blocks the thread until the request is granted, or gives it up at the deadline.
pub(crate) fn acquire_until<R: Request>(request: R, deadline: Instant) -> Result<R::Permit, R> {
    acquire_before(request, Some(deadline))
}

#[inline]
fn acquire_before<R: Request>(request: R, deadline: Option<Instant>) -> Result<R::Permit, R> {
    match request.grant_at_once() {
        Err(request) => wait_before(request, deadline),
        granted => granted,
    }
}

#[cold]
fn wait_before<R: Request>(request: R, deadline: Option<Instant>) -> Result<R::Permit, R> {
    let mut acquire = Acquire::new(request);
    let granted = PARKER
        .try_with(|(parker, waker)| wait(&mut acquire, deadline, parker, waker))
        .unwrap_or_else(|_| {
            // The thread is ending, and its locals are gone.
            let (parker, waker) = parker();
            wait(&mut acquire, deadline, &parker, &waker)
        });
    granted.ok_or_else(|| acquire.give_up().expect("it was not granted"))
}

fn wait<R: Request>(
    acquire: &mut Acquire<R>,
    deadline: Option<Instant>,
    parker: &Parker,
    waker: &Waker,
) -> Option<R::Permit> {
    let mut cx = Context::from_waker(waker);
    loop {
        if let Poll::Ready(permit) = acquire.poll(&mut cx) {
            return Some(permit);
        }
        if is_woken(parker) {
            // It steps aside, and the thread it steps aside for may want this core. The deadline can
            // wait for these few turns, so that what is free is taken.
            thread::yield_now();
        } else if !park(parker, deadline) {
            return None;
        }
    }
}

/// Whether the thread has been woken.
#[cfg(not(loom))]
fn is_woken(parker: &Parker) -> bool {
    parker.park_timeout(Duration::ZERO)
}

/// Waits to be woken. `false`: the deadline came first.
#[cfg(not(loom))]
fn park(parker: &Parker, deadline: Option<Instant>) -> bool {
    match deadline {
        Some(deadline) => parker.park_deadline(deadline) || Instant::now() < deadline,
        None => {
            parker.park();
            true
        }
    }
}

#[cfg(loom)]
fn is_woken(_: &Parker) -> bool {
    false
}

/// There is no clock in a model: a deadline comes at once.
#[cfg(loom)]
fn park(parker: &Parker, deadline: Option<Instant>) -> bool {
    if deadline.is_none() {
        parker.park();
    }
    deadline.is_none()
}
