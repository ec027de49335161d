//! The tasks that share the table.

use core::cell::Cell;

use any_rwlock::RwLockUpgradableReadGuard;
use critical_section::Mutex;
use embassy_futures::yield_now;
use embassy_time::{Instant, Timer};

use crate::table::{check_quietly, update_slowly, TABLE};

pub const READERS: usize = 3;

/// A table that was measured longer ago than this many ticks is stale.
const STALE: u64 = 3;

#[derive(Clone, Copy)]
pub enum Counter {
    Reads,
    Writes,
    Refreshes,
    Urgent,
}

static COUNTERS: [Mutex<Cell<u32>>; 4] = [const { Mutex::new(Cell::new(0)) }; 4];

impl Counter {
    pub const ALL: [Counter; 4] =
        [Counter::Reads, Counter::Writes, Counter::Refreshes, Counter::Urgent];

    pub fn name(self) -> &'static str {
        match self {
            Counter::Reads => "reads",
            Counter::Writes => "writes",
            Counter::Refreshes => "refreshes",
            Counter::Urgent => "accesses at interrupt priority",
        }
    }

    pub fn get(self) -> u32 {
        critical_section::with(|cs| COUNTERS[self as usize].borrow(cs).get())
    }

    fn count(self) {
        critical_section::with(|cs| {
            let counter = COUNTERS[self as usize].borrow(cs);
            counter.set(counter.get() + 1);
        });
    }
}

static RUNNING: Mutex<Cell<bool>> = Mutex::new(Cell::new(true));

fn is_running() -> bool {
    critical_section::with(|cs| RUNNING.borrow(cs).get())
}

/// Lets every task come to its end.
pub async fn stop() {
    critical_section::with(|cs| RUNNING.borrow(cs).set(false));
    Timer::after_millis(50).await;
}

/// A restless reader never sleeps, so that interrupts preempt it wherever it is. It pauses for longer and
/// longer, and then anew: a steady one may keep step with the clock, and hold the lock at each tick.
#[embassy_executor::task(pool_size = READERS)]
pub async fn reader(restless: bool) {
    let mut pauses = (0..7).cycle();
    while is_running() {
        {
            let table = TABLE.read().await;
            check_quietly("a reader finds the table whole", table.is_whole());
            let version = table.version;
            yield_now().await;
            check_quietly("nobody writes beside a reader", table.version == version);
        }
        Counter::Reads.count();
        if restless {
            for _ in 0..=pauses.next().unwrap_or(0) {
                yield_now().await;
            }
        } else {
            Timer::after_millis(1).await;
        }
    }
}

#[embassy_executor::task]
pub async fn writer() {
    while is_running() {
        let table = TABLE.write().await;
        update_slowly(table, Instant::now().as_ticks()).await;
        Counter::Writes.count();
        Timer::after_millis(7).await;
    }
}

#[embassy_executor::task]
pub async fn refresher() {
    while is_running() {
        let table = TABLE.upgradable_read().await;
        check_quietly("an upgradable reader finds the table whole", table.is_whole());
        let now = Instant::now().as_ticks();
        if now >= table.measured_at + STALE {
            let version = table.version;
            let table = RwLockUpgradableReadGuard::upgrade(table).await;
            check_quietly("nobody writes while an upgrade waits", table.version == version);
            update_slowly(table, now).await;
            Counter::Refreshes.count();
        } else {
            drop(table);
        }
        Timer::after_millis(2).await;
    }
}

/// Runs in an interrupt executor: it preempts the others, also while they take or release access.
#[cfg(target_arch = "arm")]
#[embassy_executor::task]
pub async fn urgent() {
    while is_running() {
        TABLE.write().await.update(Instant::now().as_ticks());
        let whole = TABLE.read().await.is_whole();
        check_quietly("an urgent reader finds the table whole", whole);
        Counter::Urgent.count();
        Timer::after_millis(5).await;
    }
}
