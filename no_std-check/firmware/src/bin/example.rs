//! A reading that tasks share: read by many, measured again by whoever finds it stale.
#![no_std]
#![no_main]

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use embassy_executor::Spawner;
use embassy_time::{with_timeout, Duration, Instant, TimeoutError, Timer};
// In your firmware: your HAL, a `#[global_allocator]` and a panic handler.
use firmware::{board, report};

struct Reading {
    millivolts: u32,
    measured_at: Instant,
}

static READING: RwLock<Option<Reading>> = RwLock::new(None);

/// The reading, measured again if it is older than 10 ms. Others read on until it is replaced.
async fn millivolts() -> Result<u32, TimeoutError> {
    let reading = READING.upgradable_read().await;
    match &*reading {
        Some(fresh) if fresh.measured_at.elapsed() < Duration::from_millis(10) => {
            return Ok(fresh.millivolts);
        }
        _ => Timer::after_millis(2).await, // The conversion takes a while.
    }
    let upgrade = RwLockUpgradableReadGuard::upgrade(reading);
    let mut reading = with_timeout(Duration::from_millis(5), upgrade).await?;
    *reading = Some(Reading { millivolts: 3300, measured_at: Instant::now() });
    Ok(3300)
}

#[embassy_executor::task]
async fn display() {
    loop {
        if let Some(reading) = &*READING.read().await {
            report::figure("millivolts", reading.millivolts);
        }
        Timer::after_millis(20).await;
    }
}

/// An interrupt never waits: it takes the reading if it is free, and else comes again.
fn in_interrupt(_tick: u64) {
    if let Some(mut reading) = READING.try_write() {
        if reading.as_ref().is_some_and(|reading| reading.millivolts > 5000) {
            *reading = None;
        }
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    firmware::clock::at_every_tick(Some(in_interrupt));
    spawner.spawn(display().unwrap());
    for _ in 0..3 {
        report::check("measured in time", millivolts().await.is_ok());
        Timer::after_millis(15).await;
    }
    report::finish()
}
