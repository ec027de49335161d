//! Waits without end, and no allocator.

use core::cell::Cell;
use core::future::{poll_fn, Future};
use core::pin::pin;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use critical_section::Mutex;
use embassy_executor::Spawner;
use embassy_futures::yield_now;
use embassy_time::Timer;
use firmware::report::check;

const MANY: u32 = 100_000;

/// How often it was written.
static LOCK: RwLock<u32> = RwLock::new(0);
static WRITES: Count = Count::new();
static WAITS: Count = Count::new();

struct Count(Mutex<Cell<u32>>);

impl Count {
    const fn new() -> Count {
        Count(Mutex::new(Cell::new(0)))
    }

    fn get(&self) -> u32 {
        critical_section::with(|cs| self.0.borrow(cs).get())
    }

    fn add(&self) {
        critical_section::with(|cs| self.0.borrow(cs).set(self.0.borrow(cs).get() + 1));
    }
}

/// Counts this wait, if it is one.
async fn counted<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut has_waited = false;
    poll_fn(|cx| {
        let poll = future.as_mut().poll(cx);
        if poll.is_pending() && !has_waited {
            has_waited = true;
            WAITS.add();
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
    while WAITS.get() < MANY {
        Timer::after_millis(1).await;
    }
    Timer::after_millis(5).await;
    check("100 000 waits, and no allocator", !LOCK.is_locked() && !LOCK.has_waiters());
    check("every write is there", *LOCK.read().await == WRITES.get());
}

#[embassy_executor::task(pool_size = 2)]
async fn read() {
    while WAITS.get() < MANY {
        let guard = counted(LOCK.read()).await;
        yield_now().await;
        drop(guard);
    }
}

#[embassy_executor::task(pool_size = 2)]
async fn write() {
    while WAITS.get() < MANY {
        let mut guard = counted(LOCK.write()).await;
        let writes = *guard;
        yield_now().await;
        *guard = writes + 1;
        WRITES.add();
    }
}

#[embassy_executor::task(pool_size = 2)]
async fn upgrade() {
    while WAITS.get() < MANY {
        let guard = counted(LOCK.upgradable_read()).await;
        let writes = *guard;
        yield_now().await;
        let mut guard = counted(RwLockUpgradableReadGuard::upgrade(guard)).await;
        yield_now().await;
        *guard = writes + 1;
        WRITES.add();
    }
}
