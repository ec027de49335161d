//! An interrupt comes while the lock is waking somebody, and waits for the same lock.
//!
//! Inside a critical section (the feature `critical-section`) it has to come later. Without one it
//! finds the queue's spin lock taken by the code that it has preempted, and spins for ever.
#![no_std]
#![no_main]

use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use any_rwlock::RwLock;
use embassy_executor::Spawner;
use embassy_time::Timer;
use firmware::{board, clock, report};

static LOCK: RwLock<u32> = RwLock::new(0);

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    board::start();
    clock::at_every_tick(Some(in_interrupt));
    let writer = LOCK.write().await;
    let mut reader = pin!(LOCK.read());
    report::check("a reader waits", !poll_once(reader.as_mut(), &interrupting_waker()));
    drop(writer);
    Timer::after_millis(5).await;
    report::check("the reader gets in", *poll_fn(|cx| reader.as_mut().poll(cx)).await > 0);
    report::finish()
}

/// Locks the lock against itself, to be sure to have to wait, and gives up again.
fn in_interrupt(_tick: u64) {
    if let Some(mut writer) = LOCK.try_write() {
        *writer += 1;
        poll_once(pin!(LOCK.read()), &interrupting_waker());
    }
}

fn poll_once<F: Future>(future: Pin<&mut F>, waker: &Waker) -> bool {
    matches!(future.poll(&mut Context::from_waker(waker)), Poll::Ready(_))
}

/// To be woken by this one is to be preempted.
fn interrupting_waker() -> Waker {
    const fn raw() -> RawWaker {
        RawWaker::new(core::ptr::null(), &TABLE)
    }
    static TABLE: RawWakerVTable =
        RawWakerVTable::new(|_| raw(), |_| board::tick_now(), |_| board::tick_now(), |_| ());
    // SAFETY: no function of the table uses its pointer, so the contract holds.
    unsafe { Waker::from_raw(raw()) }
}
