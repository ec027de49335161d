//! Tasks that ask for one thing again and again, and how often they lose.
//!
//! A *loss* is a poll after a wake-up by another which finds that the task has to wait on.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use futures_lite::future::yield_now;

/// A task that is woken is in after at most so many losses.
pub(crate) const MAX_LOSSES: usize = 8;

/// The most losses that any of a task's waits has had.
#[derive(Default)]
pub(crate) struct Losses(AtomicUsize);

impl Losses {
    pub(crate) fn most(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn wait<F: Future>(&self, future: F) -> Wait<'_, F> {
        Wait { future: Box::pin(future), counting: None, seen: 0, losses: 0, most: self }
    }
}

/// A wait that counts its losses. (Those who wait in a test are polled with one waker.)
struct Wait<'a, F> {
    future: Pin<Box<F>>,
    counting: Option<Arc<Counting>>,
    /// The wake-ups until the last poll had ended.
    seen: usize,
    losses: usize,
    most: &'a Losses,
}

impl<F: Future> Future for Wait<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let counting = this.counting.get_or_insert_with(|| {
            Arc::new(Counting { wakes: AtomicUsize::new(0), task: cx.waker().clone() })
        });
        let is_woken = counting.wakes.load(Ordering::SeqCst) > this.seen;
        let waker = Waker::from(Arc::clone(counting));
        let polled = this.future.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_pending() && is_woken {
            this.losses += 1;
            this.most.0.fetch_max(this.losses, Ordering::Relaxed);
        }
        // A task that defers has woken itself. A wake-up by another that comes right now is taken for
        // that: then a loss is missed.
        this.seen = counting.wakes.load(Ordering::SeqCst);
        polled
    }
}

/// Passes wake-ups on, and counts them.
struct Counting {
    wakes: AtomicUsize,
    task: Waker,
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        self.task.wake_by_ref();
    }
}

/// What a task asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asks {
    Read,
    UpgradableRead,
    Write,
    Upgrade,
}

impl Asks {
    pub(crate) const ALL: [Asks; 4] =
        [Asks::Read, Asks::UpgradableRead, Asks::Write, Asks::Upgrade];

    /// Waits for it, and holds each guard over so many yields.
    pub(crate) async fn once(self, lock: &RwLock<u64>, held: usize, losses: &Losses) {
        match self {
            Asks::Read => {
                let _guard = losses.wait(lock.read()).await;
                pause(held).await;
            }
            Asks::UpgradableRead => {
                let _guard = losses.wait(lock.upgradable_read()).await;
                pause(held).await;
            }
            Asks::Write => {
                let _guard = losses.wait(lock.write()).await;
                pause(held).await;
            }
            Asks::Upgrade => {
                let guard = losses.wait(lock.upgradable_read()).await;
                pause(held).await;
                let _guard = losses.wait(RwLockUpgradableReadGuard::upgrade(guard)).await;
                pause(held).await;
            }
        }
    }
}

pub(crate) async fn pause(yields: usize) {
    for _ in 0..yields {
        yield_now().await;
    }
}
