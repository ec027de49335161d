//! What a lock costs in RAM: its size and that of its futures, and nothing else in 100 000 waits.
#![no_std]
#![no_main]

mod many;
mod sizes;

use embassy_executor::Spawner;
use firmware::{board, report};

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    sizes::print();
    many::run(spawner).await;
    report::finish()
}
