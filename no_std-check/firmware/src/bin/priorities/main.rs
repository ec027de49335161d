//! A lock that tasks of two priorities and an interrupt share, in firmware without an allocator.
//!
//! A task of low priority keeps it for a while, and two of high priority wait for it: as in embassy#1204. With this
//! lock they sleep meanwhile. The lock of embassy-sync has room for one waker, so they wake each other in a circle;
//! where they run in an interrupt, the task that they wait for never goes on.
#![no_std]
#![no_main]

mod ours;
mod theirs;

use embassy_executor::{SendSpawner, Spawner};
use firmware::{board, report};

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    let urgent = urgent(spawner);
    ours::run(urgent).await;
    theirs::run(urgent).await;
    report::finish()
}

/// Spawns tasks of high priority: they preempt the others.
#[cfg(target_arch = "arm")]
fn urgent(_: Spawner) -> SendSpawner {
    board::interrupt_executor()
}

/// No executor of embassy's runs in an interrupt there: these take turns with the others.
#[cfg(target_arch = "riscv32")]
fn urgent(spawner: Spawner) -> SendSpawner {
    spawner.make_send()
}
