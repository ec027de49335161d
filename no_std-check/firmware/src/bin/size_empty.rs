//! What the other `size_` programs add to: embassy, two tasks and a clock.
#![no_std]
#![no_main]

use core::cell::Cell;

use critical_section::Mutex;
use embassy_executor::Spawner;
use embassy_time::Timer;
use firmware::board;

static VALUE: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    spawner.spawn(writer().unwrap());
    loop {
        core::hint::black_box(critical_section::with(|cs| VALUE.borrow(cs).get()));
        Timer::after_millis(1).await;
    }
}

#[embassy_executor::task]
async fn writer() {
    loop {
        let value = core::hint::black_box(1);
        critical_section::with(|cs| VALUE.borrow(cs).set(value));
        Timer::after_millis(1).await;
    }
}
