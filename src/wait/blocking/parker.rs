//! Where a thread sleeps that blocks. The crate `parking` has no deadlines under `--cfg loom`, which
//! others set for crates of theirs; so the lock has a parker of its own.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::Waker;
use std::sync::PoisonError;
#[cfg(not(any_rwlock_loom))]
use std::time::Instant;

#[cfg(any_rwlock_loom)]
use loom::sync::{Condvar, Mutex, MutexGuard};
#[cfg(not(any_rwlock_loom))]
use std::sync::{Condvar, Mutex, MutexGuard};

#[derive(Clone, Copy, PartialEq)]
enum State {
    Awake,
    Asleep,
    /// Woken, and the thread has not noticed yet.
    Woken,
}

struct Bed {
    state: Mutex<State>,
    woken: Condvar,
}

impl Bed {
    /// No code of others runs while the mutex is locked, so it is never left half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bed {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let before = core::mem::replace(&mut *self.state(), State::Woken);
        if before == State::Asleep {
            self.woken.notify_one();
        }
    }
}

/// One thread sleeps here at a time. A wake-up before it falls asleep is kept, and ends the next sleep.
pub(super) struct Parker(Arc<Bed>);

impl Parker {
    pub(super) fn new() -> Parker {
        Parker(Arc::new(Bed { state: Mutex::new(State::Awake), woken: Condvar::new() }))
    }

    pub(super) fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.0))
    }

    /// Sleeps until woken.
    pub(super) fn park(&self) {
        let mut state = self.0.state();
        while *state != State::Woken {
            *state = State::Asleep;
            state = self.0.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        *state = State::Awake;
    }

    /// Sleeps until woken, or until the deadline; returns whether it was woken.
    #[cfg(not(any_rwlock_loom))]
    pub(super) fn park_until(&self, deadline: Instant) -> bool {
        let mut state = self.0.state();
        while *state != State::Woken {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            *state = State::Asleep;
            let waited = self.0.woken.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        core::mem::replace(&mut *state, State::Awake) == State::Woken
    }
}

#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;
