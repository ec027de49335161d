//! The same wait with the lock of embassy-sync. One of the two gives up, so that the program comes to its end.

use core::cell::Cell;

use critical_section::Mutex;
use embassy_executor::SendSpawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock::RwLock;
use embassy_time::Timer;
use firmware::report::{check, figure};
use firmware::spy::Spy;

const PATIENCE: [u32; 2] = [10_000, u32::MAX];

static LOCK: RwLock<CriticalSectionRawMutex, u32> = RwLock::new(0);
static SPIES: [Spy; 2] = [const { Spy::new() }; 2];
/// Whether the task of low priority was polled while it had access.
static HAS_GONE_ON: Mutex<Cell<bool>> = Mutex::new(Cell::new(false));

pub async fn run(urgent: SendSpawner) {
    let held = LOCK.write().await;
    for (spy, polls) in SPIES.iter().zip(PATIENCE) {
        urgent.spawn(control(spy, polls).unwrap());
    }
    critical_section::with(|cs| HAS_GONE_ON.borrow(cs).set(true));
    Timer::after_millis(20).await;
    drop(held);
    let wakes = SPIES[0].tally().wakes + SPIES[1].tally().wakes;
    figure("embassy-sync: wake-ups of two waits at high priority", wakes);
    check("they wake each other in a circle", wakes > 1000);
}

#[embassy_executor::task(pool_size = 2)]
async fn control(spy: &'static Spy, polls: u32) {
    if spy.watch_for(polls, LOCK.read()).await.is_none() {
        let has_gone_on = critical_section::with(|cs| HAS_GONE_ON.borrow(cs).get());
        check("the task that they wait for has not gone on meanwhile", !has_gone_on);
    }
}
