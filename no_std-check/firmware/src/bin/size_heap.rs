//! `size_empty`, and a heap with something on it.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::boxed::Box;
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
        let value = core::hint::black_box(Box::new(1));
        critical_section::with(|cs| VALUE.borrow(cs).set(*value));
        drop(value);
        Timer::after_millis(1).await;
    }
}
