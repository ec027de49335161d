//! Tasks that are polled by hand, and what is said of one's own locks.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::diagnostics::{self, Deadlock, LockReport, Waiter};
use any_rwlock::RwLock;

#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A future, and a waker of its own.
pub(crate) struct Task<F: Future> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
}

impl<F: Future> Task<F> {
    pub(crate) fn new(future: F) -> Task<F> {
        Task { future: Box::pin(future), wakes: Arc::default() }
    }

    /// A task that waits.
    #[track_caller]
    pub(crate) fn waiting(future: F) -> Task<F> {
        let mut task = Task::new(future);
        task.waits();
        task
    }

    pub(crate) fn poll(&mut self) -> Option<F::Output> {
        self.poll_with(&self.waker())
    }

    pub(crate) fn poll_with(&mut self, waker: &Waker) -> Option<F::Output> {
        match self.future.as_mut().poll(&mut Context::from_waker(waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    pub(crate) fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.wakes))
    }

    #[track_caller]
    pub(crate) fn waits(&mut self) {
        assert!(self.poll().is_none(), "it does not wait");
    }

    #[track_caller]
    pub(crate) fn finishes(&mut self) -> F::Output {
        self.poll().expect("it waits")
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::SeqCst)
    }

    pub(crate) fn weak(&self) -> Weak<Wakes> {
        Arc::downgrade(&self.wakes)
    }

    /// How often the waker exists, this task's own apart.
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.wakes) - 1
    }
}

/// A guard that a task has taken by this future.
#[track_caller]
pub(crate) fn taken<F: Future>(future: F) -> F::Output {
    Task::new(future).finishes()
}

/// The line of the caller.
#[track_caller]
pub(crate) fn line() -> u32 {
    Location::caller().line()
}

/// The only waiter.
#[track_caller]
pub(crate) fn waiter<T: ?Sized>(lock: &RwLock<T>) -> Waiter {
    let mut waiters = lock.report().waiters;
    assert_eq!(waiters.len(), 1);
    waiters.remove(0)
}

pub(crate) fn in_use(name: &str) -> Option<LockReport> {
    diagnostics::report_all().into_iter().find(|report| report.lock.name == Some(name))
}

/// Those in which this lock takes part.
pub(crate) fn deadlocks_of(name: &str) -> Vec<Deadlock> {
    let is_its =
        |deadlock: &Deadlock| deadlock.steps.iter().any(|step| step.lock.name == Some(name));
    diagnostics::deadlocks().into_iter().filter(is_its).collect()
}
