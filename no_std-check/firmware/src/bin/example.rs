//! A reading that tasks share: read by many, measured again by the task that finds it stale.
#![no_std]
#![no_main]

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use embassy_executor::Spawner;
use embassy_time::{with_timeout, Duration, Instant, TimeoutError, Timer};
use firmware::{board, report}; // In your firmware: the HAL and a panic handler.

static READING: RwLock<Option<(u32, Instant)>> = RwLock::new(None);

/// The reading, measured again if it is older than 10 ms. Others read on until it is replaced.
async fn millivolts() -> Result<u32, TimeoutError> {
    let reading = READING.upgradable_read().await; // Beside readers, and alone in measuring.
    match *reading {
        Some((millivolts, at)) if at.elapsed().as_millis() < 10 => return Ok(millivolts),
        _ => Timer::after_millis(2).await, // The conversion takes a while.
    }
    let upgrade = RwLockUpgradableReadGuard::upgrade(reading); // Once the readers have left.
    let mut reading = with_timeout(Duration::from_millis(5), upgrade).await?;
    *reading = Some((3300, Instant::now()));
    Ok(3300)
}

#[embassy_executor::task]
async fn display() {
    loop {
        if let Some((millivolts, _)) = *READING.read().await {
            report::figure("millivolts", millivolts);
        }
        Timer::after_millis(20).await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    spawner.spawn(display().unwrap());
    for _ in 0..3 {
        report::check("measured in time", millivolts().await.is_ok());
        Timer::after_millis(15).await;
    }
    report::finish()
}
