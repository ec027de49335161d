//! Waiting with a thread instead of a task.
#![forbid(unsafe_code)]

use std::task::{Context, Poll, Waker};
use std::thread;
use std::thread_local;
use std::time::Duration;

use parking::Parker;

use crate::acquire::{Acquire, Request};

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
pub(crate) fn acquire<R: Request>(request: R) -> R::Permit {
    let mut acquire = Acquire::new(request);
    PARKER.try_with(|(parker, waker)| wait(&mut acquire, parker, waker)).unwrap_or_else(|_| {
        // The thread is ending, and its locals are gone.
        let (parker, waker) = parker();
        wait(&mut acquire, &parker, &waker)
    })
}

fn wait<R: Request>(acquire: &mut Acquire<R>, parker: &Parker, waker: &Waker) -> R::Permit {
    let mut cx = Context::from_waker(waker);
    loop {
        if let Poll::Ready(permit) = acquire.poll(&mut cx) {
            return permit;
        }
        if parker.park_timeout(Duration::ZERO) {
            // Woken already: it steps aside, and the thread it steps aside for may want this core.
            thread::yield_now();
        } else {
            parker.park();
        }
    }
}
