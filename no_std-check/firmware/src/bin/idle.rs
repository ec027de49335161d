//! Eight tasks wait for a holder that sleeps for 1 000 ticks: how often are they polled and woken?
//! The same with the lock of embassy-sync, for comparison.
#![no_std]
#![no_main]

use any_rwlock::RwLock;
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock;
use embassy_time::Timer;
use firmware::report::{check, figure};
use firmware::spy::{self, Spy, Tally};
use firmware::{board, report};

const WAITERS: usize = 8;
const TICKS: u64 = 1_000;

static OURS: RwLock<u32> = RwLock::new(0);
static THEIRS: rwlock::RwLock<CriticalSectionRawMutex, u32> = rwlock::RwLock::new(0);
static SPIES: [Spy; WAITERS] = [const { Spy::new() }; WAITERS];

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    let ours = with_our_lock(spawner).await;
    let theirs = with_their_lock(spawner).await;
    figure("polls of 8 waiters in 1 000 ticks: this lock", ours.polls);
    figure("wake-ups of 8 waiters in 1 000 ticks: this lock", ours.wakes);
    figure("polls of 8 waiters in 1 000 ticks: embassy-sync", theirs.polls);
    figure("wake-ups of 8 waiters in 1 000 ticks: embassy-sync", theirs.wakes);
    check("nobody is woken while nothing changes", ours.wakes == 0);
    check("nobody is polled while nothing changes", ours.polls == 0);
    report::finish()
}

async fn with_our_lock(spawner: Spawner) -> Tally {
    let held = OURS.write().await;
    for spy in &SPIES {
        spawner.spawn(wait_for_ours(spy).unwrap());
    }
    let tally = spy::tally_of(&SPIES, TICKS).await;
    drop(held);
    Timer::after_millis(5).await;
    let writers = *OURS.read().await;
    check("everybody who waited to write has written", writers == WAITERS as u32 / 2);
    tally
}

async fn with_their_lock(spawner: Spawner) -> Tally {
    let held = THEIRS.write().await;
    for spy in &SPIES {
        spawner.spawn(wait_for_theirs(spy).unwrap());
    }
    let tally = spy::tally_of(&SPIES, TICKS).await;
    drop(held);
    tally
}

#[embassy_executor::task(pool_size = WAITERS)]
async fn wait_for_ours(spy: &'static Spy) {
    if spy.is_even(&SPIES) {
        drop(spy.watch(OURS.read()).await);
    } else {
        *spy.watch(OURS.write()).await += 1;
    }
}

#[embassy_executor::task(pool_size = WAITERS)]
async fn wait_for_theirs(spy: &'static Spy) {
    if spy.is_even(&SPIES) {
        drop(spy.watch(THEIRS.read()).await);
    } else {
        *spy.watch(THEIRS.write()).await += 1;
    }
}
