//! Every public operation of the lock, once. Those on `Arc` need an allocator.
#![no_std]
#![no_main]

mod heap;

use any_rwlock::RwLock;
use embassy_executor::Spawner;
use firmware::{board, report};

static LOCK: RwLock<u32> = RwLock::new(0);

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    heap::start();
    board::start();
    let checks = ops::every_operation(&LOCK).await;
    report::check(format_args!("{checks} checks of every operation"), checks >= 30);
    report::finish()
}
