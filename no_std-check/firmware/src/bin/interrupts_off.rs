//! For how long the lock turns interrupts off: the longest stretch of each operation.
#![no_std]
#![no_main]

use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::{Context, Poll, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock;
use embassy_time::Timer;
use firmware::sections::longest;
use firmware::{board, report};

static OURS: RwLock<u32> = RwLock::new(0);
static THEIRS: rwlock::RwLock<CriticalSectionRawMutex, u32> = rwlock::RwLock::new(0);

const READERS: usize = 8;

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    figure("", "accesses and conversions, if nobody waits", longest(without_a_wait).await);
    of_a_wait("", || OURS.write(), &waker).await;
    of_many_readers(spawner).await;
    let whose = "embassy-sync: ";
    figure(whose, "accesses, if nobody waits", longest(theirs_without_a_wait).await);
    of_a_wait(whose, || THEIRS.write(), &waker).await;
    report::finish()
}

fn figure(whose: &str, operation: &str, instructions: u32) {
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
    let begins = longest(|| report::check("a writer waits", begin())).await;
    figure(whose, "a wait begins", begins);
    figure(whose, "a wait is given up", longest(|| given_up.set(None)).await);
    let mut writer: Pin<&mut F> = pin!(write());
    report::check("another waits", writer.as_mut().poll(&mut cx).is_pending());
    figure(whose, "an access ends, and wakes a writer", longest(|| drop(held)).await);
    report::check("it gets in", writer.poll(&mut cx).is_ready());
}

async fn of_many_readers(spawner: Spawner) {
    let held = OURS.write().await;
    for _ in 0..READERS {
        spawner.spawn(read().unwrap());
    }
    Timer::after_millis(2).await;
    figure("", "an access ends, and wakes 8 tasks that read", longest(|| drop(held)).await);
    report::check("all of them wait until then", OURS.reader_count() == 0);
    Timer::after_millis(2).await;
    report::check("all of them get in", OURS.reader_count() == READERS);
}

#[embassy_executor::task(pool_size = READERS)]
async fn read() {
    let _reader = OURS.read().await;
    core::future::pending().await
}
