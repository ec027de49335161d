//! `size_lock`, with the lock of embassy-sync.
#![no_std]
#![no_main]

use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock::RwLock;
use embassy_time::Timer;
use firmware::board;

static VALUE: RwLock<CriticalSectionRawMutex, u32> = RwLock::new(0);

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    spawner.spawn(writer().unwrap());
    loop {
        core::hint::black_box(*VALUE.read().await);
        Timer::after_millis(1).await;
    }
}

#[embassy_executor::task]
async fn writer() {
    loop {
        let value = core::hint::black_box(1);
        *VALUE.write().await = value;
        Timer::after_millis(1).await;
    }
}
