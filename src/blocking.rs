//! Waiting with a thread instead of a task.
#![forbid(unsafe_code)]

use core::task::{Context, Waker};
use core::time::Duration;
#[cfg(not(any_rwlock_loom))]
use std::thread;
#[cfg(not(any_rwlock_loom))]
use std::thread_local;
use std::time::Instant;

#[cfg(any_rwlock_loom)]
use loom::thread_local;

use crate::acquire::{Acquire, Wait};
use crate::permit::{Entry, Handle, Mode, Permit};
use crate::request::Request;
use crate::yielding::give_way;

mod parker;
use parker::Parker;

/// How often a thread that steps aside comes again as soon as others have run; from then on it sleeps
/// in between.
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
    #[cfg(any_rwlock_shuttle)]
    if crate::sync::scheduled::is_in_model() {
        return in_model(request, deadline);
    }
    let mut acquire = Acquire::new(request);
    let granted = PARKER
        .try_with(|(parker, waker)| wait(&mut acquire, deadline, parker, waker))
        .unwrap_or_else(|_| {
            // The thread is ending, and its locals are gone.
            let (parker, waker) = parker();
            wait(&mut acquire, deadline, &parker, &waker)
        });
    // What is free at the deadline is taken, also if it had to step aside until then.
    granted.map_or_else(|| acquire.give_up().expect("it was not granted").try_grant(), Ok)
}

/// All threads of a model with shuttle are one of the system: whoever parked it would never be woken. There
/// is no clock: a deadline comes at once.
#[cfg(any_rwlock_shuttle)]
fn in_model<R: Request>(request: R, deadline: Option<Instant>) -> Result<R::Permit, R> {
    assert!(
        deadline.is_some(),
        "a thread would have to block for a lock of `any-rwlock`, which it cannot in a model with shuttle: \
         use the future instead, in `shuttle::future::block_on`"
    );
    request.try_grant()
}

/// `None`: the deadline came first.
fn wait<R: Request>(
    acquire: &mut Acquire<R>,
    deadline: Option<Instant>,
    parker: &Parker,
    waker: &Waker,
) -> Option<R::Permit> {
    let mut cx = Context::from_waker(waker);
    loop {
        let is_in_time = match acquire.try_poll(&mut cx) {
            Ok(permit) => return Some(permit),
            Err(Wait::Sleep) => park(parker, deadline),
            Err(Wait::StepAside) => {
                let times = acquire.step_aside(count_of_thread);
                let_others_run(times, parker, deadline);
                is_before(deadline)
            }
        };
        if !is_in_time {
            // It may have been woken since: then it goes by its own right.
            return acquire.try_poll(&mut cx).ok();
        }
    }
}

/// For how many a thread counts that steps aside once more, after having done so `times` times in this turn.
fn count_of_thread(times: u8) -> usize {
    if times < YIELDS {
        1
    } else {
        1024
    }
}

/// A thread that steps aside has a clock, and need not run to find out that somebody who was woken does not
/// come.
#[cfg(not(any_rwlock_loom))]
fn let_others_run(times: u8, parker: &Parker, deadline: Option<Instant>) {
    if times < YIELDS {
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
mod tests {
    use std::boxed::Box;
    use std::cell::Cell;
    use std::rc::Rc;

    use futures_lite::future::{block_on, poll_once};

    use crate::sync::interrupt;
    use crate::RwLock;

    #[test]
    fn a_thread_that_steps_aside_for_longest_sleeps_and_does_not_run() {
        let lock = RwLock::new(0);
        let mut held = lock.try_write();
        let mut overtaken = Box::pin(lock.write());
        for _ in 0..5 {
            assert!(block_on(poll_once(&mut overtaken)).is_none());
            drop(held.take());
            held = lock.try_write();
        }
        assert!(block_on(poll_once(&mut overtaken)).is_none());
        drop(held);
        // Two yields, and 64 times asleep until somebody comes or a tenth of a millisecond has passed.
        let operations = Rc::new(Cell::new(0));
        let counted = Rc::clone(&operations);
        let count = move || counted.set(counted.get() + 1);
        interrupt::before_each_operation(count, usize::MAX);
        drop(lock.write_blocking());
        interrupt::stop();
        assert!(operations.get() > 64, "it has not stepped aside: {}", operations.get());
        assert!(operations.get() < 16 * 66, "{} operations", operations.get());
    }
}
