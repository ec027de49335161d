//! Counts the polls and the wake-ups of one task.

use core::cell::{Cell, RefCell};
use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use critical_section::Mutex;
use embassy_time::Timer;

#[derive(Clone, Copy)]
pub struct Tally {
    pub polls: u32,
    pub wakes: u32,
}

pub struct Spy {
    tally: Mutex<Cell<Tally>>,
    task: Mutex<RefCell<Option<Waker>>>,
}

/// What happens to all of these in so many ticks, once they have settled down to wait.
pub async fn tally_of(spies: &'static [Spy], ticks: u64) -> Tally {
    Timer::after_millis(5).await;
    let sum = || {
        spies.iter().fold(Tally { polls: 0, wakes: 0 }, |sum, spy| {
            let tally = spy.tally();
            Tally { polls: sum.polls + tally.polls, wakes: sum.wakes + tally.wakes }
        })
    };
    let before = sum();
    Timer::after_millis(ticks).await;
    let after = sum();
    Tally { polls: after.polls - before.polls, wakes: after.wakes - before.wakes }
}

#[allow(clippy::new_without_default)] // For statics.
impl Spy {
    pub const fn new() -> Spy {
        Spy {
            tally: Mutex::new(Cell::new(Tally { polls: 0, wakes: 0 })),
            task: Mutex::new(RefCell::new(None)),
        }
    }

    pub fn is_even(&'static self, spies: &'static [Spy]) -> bool {
        spies.iter().position(|spy| core::ptr::eq(spy, self)).is_some_and(|at| at % 2 == 0)
    }

    /// From the beginning.
    pub fn tally(&self) -> Tally {
        critical_section::with(|cs| self.tally.borrow(cs).get())
    }

    fn note(&self, change: impl FnOnce(&mut Tally)) {
        critical_section::with(|cs| {
            let mut tally = self.tally.borrow(cs).get();
            change(&mut tally);
            self.tally.borrow(cs).set(tally);
        });
    }

    /// Polls this future with a waker that counts, and then wakes the task.
    pub async fn watch<F: Future>(&'static self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| self.poll(future.as_mut(), cx)).await
    }

    /// The same, but gives up after so many polls.
    pub async fn watch_for<F: Future>(&'static self, polls: u32, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut left = polls;
        poll_fn(|cx| match left.checked_sub(1) {
            None => Poll::Ready(None),
            Some(less) => {
                left = less;
                self.poll(future.as_mut(), cx).map(Some)
            }
        })
        .await
    }

    fn poll<F: Future>(
        &'static self,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.note(|tally| tally.polls += 1);
        critical_section::with(|cs| {
            self.task.borrow_ref_mut(cs).replace(cx.waker().clone());
        });
        // SAFETY: the table below, with a spy that lives for ever.
        let waker = unsafe { Waker::from_raw(self.raw_waker()) };
        future.poll(&mut Context::from_waker(&waker))
    }

    fn raw_waker(&'static self) -> RawWaker {
        RawWaker::new((self as *const Spy).cast(), &TABLE)
    }

    fn wake(&'static self) {
        self.note(|tally| tally.wakes += 1);
        let task = critical_section::with(|cs| self.task.borrow_ref_mut(cs).take());
        if let Some(task) = task {
            task.wake();
        }
    }
}

/// # Safety
///
/// The pointer is from [`Spy::raw_waker`].
unsafe fn spy(data: *const ()) -> &'static Spy {
    // SAFETY: by the caller's promise.
    unsafe { &*data.cast() }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(
    // SAFETY: each of these is called with a pointer from `Spy::raw_waker`.
    |data| unsafe { spy(data) }.raw_waker(),
    // SAFETY: as above.
    |data| unsafe { spy(data) }.wake(),
    // SAFETY: as above.
    |data| unsafe { spy(data) }.wake(),
    |_| (),
);
