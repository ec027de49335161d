//! Waits without end: the heap must not grow with time.

use core::cell::Cell;
use core::future::{poll_fn, Future};
use core::pin::pin;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use critical_section::Mutex;
use embassy_executor::Spawner;
use embassy_futures::yield_now;
use embassy_time::Timer;
use firmware::heap;
use firmware::report::{check, figure};

const MANY: u32 = 100_000;
const WARM: u32 = 1_000;

static LOCK: RwLock<u32> = RwLock::new(0);
static WAITS: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

fn count() -> u32 {
    critical_section::with(|cs| WAITS.borrow(cs).get())
}

/// Counts this wait, if it is one.
async fn counted<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut has_waited = false;
    poll_fn(|cx| {
        let poll = future.as_mut().poll(cx);
        if poll.is_pending() && !has_waited {
            has_waited = true;
            critical_section::with(|cs| WAITS.borrow(cs).set(WAITS.borrow(cs).get() + 1));
        }
        poll
    })
    .await
}

pub async fn run(spawner: Spawner) {
    for _ in 0..2 {
        spawner.spawn(read().unwrap());
        spawner.spawn(write().unwrap());
        spawner.spawn(upgrade().unwrap());
    }
    while count() < WARM {
        Timer::after_millis(1).await;
    }
    let peak = heap::usage().peak;
    while count() < MANY {
        Timer::after_millis(1).await;
    }
    let usage = heap::usage();
    check("100 000 waits on a heap of 1 KiB", count() >= MANY);
    figure("heap: allocations in 100 000 waits", usage.allocations);
    figure("heap: bytes at the peak, with 6 tasks that contend for one lock", usage.peak);
    check("the heap's peak does not grow with time", usage.peak == peak);
}

#[embassy_executor::task(pool_size = 2)]
async fn read() {
    loop {
        let guard = counted(LOCK.read()).await;
        yield_now().await;
        drop(guard);
    }
}

#[embassy_executor::task(pool_size = 2)]
async fn write() {
    loop {
        let mut guard = counted(LOCK.write()).await;
        *guard = guard.wrapping_add(1);
        yield_now().await;
        drop(guard);
    }
}

#[embassy_executor::task(pool_size = 2)]
async fn upgrade() {
    loop {
        let guard = counted(LOCK.upgradable_read()).await;
        yield_now().await;
        let guard = counted(RwLockUpgradableReadGuard::upgrade(guard)).await;
        yield_now().await;
        drop(guard);
    }
}
