//! `size_lock`, with upgradable reads and every conversion besides: all three modes.
#![no_std]
#![no_main]

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};
use embassy_executor::Spawner;
use embassy_time::Timer;
use firmware::board;

static VALUE: RwLock<u32> = RwLock::new(0);

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
        let stale = VALUE.upgradable_read().await;
        let mut fresh = RwLockUpgradableReadGuard::upgrade(stale).await;
        *fresh = value;
        let kept = RwLockWriteGuard::downgrade_to_upgradable(fresh);
        drop(RwLockUpgradableReadGuard::downgrade(kept));
        drop(RwLockWriteGuard::downgrade(VALUE.write().await));
        Timer::after_millis(1).await;
    }
}
