//! A table of sensors: read by many tasks, written by few and by a timer interrupt, upgraded when
//! stale. And two ways not to wait to the end: a timeout, and a future left unpolled.
#![no_std]
#![no_main]

mod cancelled;
mod interrupts;
mod table;
mod tasks;

use embassy_executor::Spawner;
use embassy_time::Timer;
use firmware::report::{check, figure};
use firmware::{board, report};

use interrupts::IN_INTERRUPT;
use table::TABLE;
use tasks::Counter;

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    for index in 0..tasks::READERS {
        spawner.spawn(tasks::reader(index == 0).unwrap());
    }
    spawner.spawn(tasks::writer().unwrap());
    spawner.spawn(tasks::refresher().unwrap());
    interrupts::start();
    Timer::after_millis(500).await;
    interrupts::stop();
    tasks::stop().await;
    judge();
    cancelled::by_timeout().await;
    cancelled::left_unpolled(spawner).await;
    at_the_end();
}

fn judge() {
    check("readers always found the table whole", Counter::Reads.get() > 100);
    check("a writer updated it", Counter::Writes.get() > 20);
    check("when stale, an upgrade refreshed it, without a gap", Counter::Refreshes.get() > 5);
    check("the interrupt read with try_read", IN_INTERRUPT.reads() > 20);
    check("the interrupt wrote with try_write", IN_INTERRUPT.writes() > 5);
    check("and was refused while tasks had access", IN_INTERRUPT.refusals() > 0);
    #[cfg(target_arch = "arm")]
    check("a task at interrupt priority read and wrote", Counter::Urgent.get() > 20);
    for counter in Counter::ALL {
        figure(counter.name(), counter.get());
    }
    figure("tries in the interrupt: reads", IN_INTERRUPT.reads());
    figure("tries in the interrupt: writes", IN_INTERRUPT.writes());
    figure("tries in the interrupt: refusals", IN_INTERRUPT.refusals());
}

fn at_the_end() {
    let table = TABLE.try_write();
    check("the lock is free at the end", table.is_some());
    check("and the table whole", table.is_some_and(|table| table.is_whole()));
    report::finish()
}
