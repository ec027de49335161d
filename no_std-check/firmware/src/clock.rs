//! embassy-time's clock: it counts the ticks of a timer interrupt.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::{time_driver_impl, Driver};
use embassy_time_queue_utils::Queue;

/// Is given the number of the tick.
pub type Hook = fn(u64);

struct Clock {
    now: Mutex<Cell<u64>>,
    queue: Mutex<RefCell<Queue>>,
    hook: Mutex<Cell<Option<Hook>>>,
}

time_driver_impl!(static CLOCK: Clock = Clock {
    now: Mutex::new(Cell::new(0)),
    queue: Mutex::new(RefCell::new(Queue::new())),
    hook: Mutex::new(Cell::new(None)),
});

impl Driver for Clock {
    fn now(&self) -> u64 {
        critical_section::with(|cs| self.now.borrow(cs).get())
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|cs| self.queue.borrow_ref_mut(cs).schedule_wake(at, waker));
    }
}

/// From now on every tick calls this, in the interrupt.
pub fn at_every_tick(hook: Option<Hook>) {
    critical_section::with(|cs| CLOCK.hook.borrow(cs).set(hook));
}

/// The timer interrupt.
pub(crate) fn tick() {
    let (now, hook) = critical_section::with(|cs| {
        let now = CLOCK.now.borrow(cs).get() + 1;
        CLOCK.now.borrow(cs).set(now);
        CLOCK.queue.borrow_ref_mut(cs).next_expiration(now);
        (now, CLOCK.hook.borrow(cs).get())
    });
    if let Some(hook) = hook {
        hook(now);
    }
}
