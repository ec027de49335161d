//! Interrupts that wait for a lock which the code that they preempt is using.
//!
//! While the lock calls a waker they may always: no queue is locked then. At any other moment they may with the
//! feature `critical-section`: they come later, if a queue is in use. Without it, one finds the spin lock of the
//! queues taken by the code that it has preempted, and spins for ever.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::future::Future;
use core::pin::{pin, Pin};
use core::task::{Context, RawWaker, RawWakerVTable, Waker};

use any_rwlock::RwLock;
use critical_section::Mutex;
use embassy_executor::Spawner;
use firmware::report::check;
use firmware::{board, clock, report};

/// More than enough for one to come while a queue is in use.
const INTERRUPTS: u32 = 1000;

static LOCK: RwLock<u32> = RwLock::new(0);
static WAITS: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

fn waits() -> u32 {
    critical_section::with(|cs| WAITS.borrow(cs).get())
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    board::start();
    clock::at_every_tick(Some(in_interrupt));
    while_a_waker_is_called();
    at_any_moment();
    report::finish()
}

/// Waits, and gives up again, if a task has the lock.
fn in_interrupt(_tick: u64) {
    if !is_ready(pin!(LOCK.read()), Waker::noop()) {
        critical_section::with(|cs| WAITS.borrow(cs).set(WAITS.borrow(cs).get() + 1));
    }
}

fn is_ready<F: Future>(future: Pin<&mut F>, waker: &Waker) -> bool {
    future.poll(&mut Context::from_waker(waker)).is_ready()
}

fn while_a_waker_is_called() {
    let waker = interrupting_waker();
    let writer = LOCK.try_write();
    let (mut first, mut second) = (pin!(LOCK.write()), pin!(LOCK.write()));
    check("a writer waits", !is_ready(first.as_mut(), &waker));
    check("another waits", !is_ready(second.as_mut(), &waker));
    let before = waits();
    drop(writer);
    check("an interrupt waits while the first is woken", waits() > before);
    check("the first gets in", is_ready(first.as_mut(), &waker));
}

fn at_any_moment() {
    let _writer = LOCK.try_write();
    let last = waits() + INTERRUPTS;
    let mut pauses = (0..17).cycle();
    while waits() < last {
        check_quietly(!is_ready(pin!(LOCK.write()), Waker::noop()));
        // A steady loop may keep step with the clock.
        for pause in 0..pauses.next().unwrap_or(0) {
            core::hint::black_box(pause);
        }
    }
    check("interrupts wait whatever they preempt", waits() >= last);
}

fn check_quietly(holds: bool) {
    if !holds {
        check("a writer waits for another", false);
    }
}

/// To be woken by this one is to be preempted.
fn interrupting_waker() -> Waker {
    const fn raw() -> RawWaker {
        RawWaker::new(core::ptr::null(), &TABLE)
    }
    static TABLE: RawWakerVTable =
        RawWakerVTable::new(|_| raw(), |_| board::tick_now(), |_| board::tick_now(), |_| ());
    // SAFETY: no function of the table uses its pointer, so the contract holds.
    unsafe { Waker::from_raw(raw()) }
}
