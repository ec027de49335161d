//! For how long the lock turns interrupts off: the longest stretch of each operation.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::fmt::Display;
use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::{Context, Poll, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
use critical_section::Mutex;
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock;
use embassy_time::Timer;
use firmware::sections::longest;
use firmware::{board, report};

static OURS: RwLock<u32> = RwLock::new(0);
static THEIRS: rwlock::RwLock<CriticalSectionRawMutex, u32> = rwlock::RwLock::new(0);

/// The most that wait at once.
const READERS: usize = 512;

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    figure("", "accesses and conversions, if nobody waits", longest(without_a_wait));
    of_a_wait("", || OURS.write(), &waker).await;
    let few = of_readers(8, spawner).await;
    let more = of_readers(64, spawner).await;
    let many = of_readers(READERS, spawner).await;
    // The clock may be one off.
    let as_long = few.abs_diff(more) <= 1 && few.abs_diff(many) <= 1;
    report::check("interrupts are off for as long whether 8 wake or 512", as_long);
    let whose = "embassy-sync: ";
    figure(whose, "accesses, if nobody waits", longest(theirs_without_a_wait));
    of_a_wait(whose, || THEIRS.write(), &waker).await;
    report::finish()
}

fn figure(whose: &str, operation: impl Display, instructions: u32) {
    report::figure(
        format_args!("instructions with interrupts off: {whose}{operation}"),
        instructions,
    );
}

fn without_a_wait() {
    drop(poll_once(OURS.read()));
    if let Poll::Ready(guard) = poll_once(OURS.upgradable_read()) {
        if let Poll::Ready(guard) = poll_once(RwLockUpgradableReadGuard::upgrade(guard)) {
            let guard = RwLockWriteGuard::downgrade_to_upgradable(guard);
            drop(RwLockUpgradableReadGuard::downgrade(guard));
        }
    }
    drop(poll_once(OURS.write()));
}

fn theirs_without_a_wait() {
    drop(poll_once(THEIRS.read()));
    drop(poll_once(THEIRS.write()));
}

async fn of_a_wait<F: Future>(whose: &str, write: impl Fn() -> F, waker: &Waker) {
    let mut cx = Context::from_waker(waker);
    let held = write().await;
    let mut given_up = pin!(Some(write()));
    let mut begin =
        || given_up.as_mut().as_pin_mut().is_some_and(|it| it.poll(&mut cx).is_pending());
    let begins = longest(|| report::check("a writer waits", begin()));
    figure(whose, "a wait begins", begins);
    figure(whose, "a wait is given up", longest(|| given_up.set(None)));
    let mut writer: Pin<&mut F> = pin!(write());
    report::check("another waits", writer.as_mut().poll(&mut cx).is_pending());
    figure(whose, "an access ends, and wakes a writer", longest(|| drop(held)));
    report::check("it gets in", writer.poll(&mut cx).is_ready());
}

async fn of_readers(count: usize, spawner: Spawner) -> u32 {
    let held = OURS.write().await;
    for _ in 0..count {
        spawner.spawn(read().unwrap());
    }
    while waiting() < count {
        Timer::after_millis(1).await;
    }
    let instructions = longest(|| drop(held));
    figure("", format_args!("an access ends, and wakes {count} tasks that read"), instructions);
    report::check("all of them wait until then", waiting() == count);
    while waiting() > 0 {
        Timer::after_millis(1).await;
    }
    instructions
}

static WAITING: Mutex<Cell<usize>> = Mutex::new(Cell::new(0));

fn waiting() -> usize {
    critical_section::with(|cs| WAITING.borrow(cs).get())
}

#[embassy_executor::task(pool_size = READERS)]
async fn read() {
    let note = |waiting| critical_section::with(|cs| WAITING.borrow(cs).set(waiting));
    note(waiting() + 1);
    drop(OURS.read().await);
    note(waiting() - 1);
}
