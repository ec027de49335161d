//! A calibration: two control loops and an interrupt need it, and a task of low priority makes it anew.

use core::cell::Cell;

use any_rwlock::RwLock;
use critical_section::Mutex;
use embassy_executor::SendSpawner;
use embassy_time::Timer;
use firmware::clock;
use firmware::report::{check, figure};
use firmware::spy::Spy;

const ROUNDS: u32 = 50;

struct Calibration {
    offset: u32,
    /// Equals the offset, but while the calibration is made.
    gain: u32,
}

static CALIBRATION: RwLock<Calibration> = RwLock::new(Calibration { offset: 0, gain: 0 });

/// What the control loops have done.
static SPIES: [Spy; 2] = [const { Spy::new() }; 2];
static READS: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));
/// What the interrupt has done: (accesses, refusals).
static TRIES: Mutex<Cell<(u32, u32)>> = Mutex::new(Cell::new((0, 0)));

pub async fn run(urgent: SendSpawner) {
    for spy in &SPIES {
        urgent.spawn(control(spy).unwrap());
    }
    clock::at_every_tick(Some(in_interrupt));
    for round in 1..=ROUNDS {
        calibrate(round).await;
        Timer::after_millis(3).await;
    }
    clock::at_every_tick(None);
    judge();
}

/// Takes a while, in which the others wait.
async fn calibrate(round: u32) {
    let mut calibration = CALIBRATION.write().await;
    calibration.offset = round;
    Timer::after_millis(2).await;
    calibration.gain = round;
}

#[embassy_executor::task(pool_size = 2)]
async fn control(spy: &'static Spy) {
    loop {
        let calibration = spy.watch(CALIBRATION.read()).await;
        check_whole(&calibration);
        drop(calibration);
        critical_section::with(|cs| READS.borrow(cs).set(READS.borrow(cs).get() + 1));
        Timer::after_millis(1).await;
    }
}

/// Never waits. Once in a while it corrects the calibration itself.
fn in_interrupt(now: u64) {
    let has_access = if now.is_multiple_of(7) {
        CALIBRATION.try_write().map(|mut calibration| {
            check_whole(&calibration);
            calibration.offset += 1;
            calibration.gain += 1;
        })
    } else {
        CALIBRATION.try_read().map(|calibration| check_whole(&calibration))
    };
    critical_section::with(|cs| {
        let (accesses, refusals) = TRIES.borrow(cs).get();
        TRIES.borrow(cs).set(match has_access {
            Some(()) => (accesses + 1, refusals),
            None => (accesses, refusals + 1),
        });
    });
}

fn check_whole(calibration: &Calibration) {
    if calibration.offset != calibration.gain {
        check("a calibration is found whole", false);
    }
}

fn judge() {
    let reads = critical_section::with(|cs| READS.borrow(cs).get());
    let (accesses, refusals) = critical_section::with(|cs| TRIES.borrow(cs).get());
    let [first, second] = [SPIES[0].tally(), SPIES[1].tally()];
    let (polls, wakes) = (first.polls + second.polls, first.wakes + second.wakes);
    figure("this lock: reads at high priority", reads);
    figure("this lock: polls of these", polls);
    figure("this lock: wake-ups of these", wakes);
    figure("this lock: accesses in the interrupt", accesses);
    figure("this lock: refusals in the interrupt", refusals);
    check("both control loops waited for each calibration", wakes >= 2 * ROUNDS);
    check("no wait took more than one wake-up", wakes <= reads && polls <= 2 * reads + 2);
    check("the interrupt got in, and was refused", accesses > ROUNDS && refusals > ROUNDS);
}
