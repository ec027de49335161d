//! Fixed amounts of work of many tasks on one thread: rows 6 to 8 without a clock. All say how many
//! polls it took.

use std::cell::Cell;
use std::hint::black_box;

use futures_lite::future::yield_now;

use crate::chance::Chance;
use crate::fifo::Fifo;
use crate::lock::{at_once, Lock};

/// Two writers hold the lock over a yield, until they have had it so many times.
pub fn to_and_fro<L: Lock>(lock: &L, times: u64) -> u64 {
    let count = Cell::new(0);
    let task = || async {
        loop {
            let mut guard = lock.write().await;
            *guard += 1;
            count.set(count.get() + 1);
            yield_now().await;
        }
    };
    let mut fifo = Fifo::new(2);
    fifo.start(0, task());
    fifo.start(1, task());
    let mut polls = 0;
    while count.get() < times {
        assert!(fifo.step(), "both tasks sleep");
        polls += 1;
    }
    polls
}

/// Readers queue behind a writer, and get in when it leaves; a thousand at once, so many in all.
pub fn readers_out<L: Lock>(lock: &L, times: u64) -> u64 {
    const READERS: usize = 1000;
    let count = Cell::new(0);
    let task = || async {
        drop(lock.read().await);
        count.set(count.get() + 1);
    };
    let mut fifo = Fifo::new(READERS);
    let mut polls = 0;
    while count.get() < times {
        let writer = at_once(lock.write());
        (0..READERS).for_each(|place| fifo.start(place, task()));
        polls += fifo.run();
        drop(writer);
        polls += fifo.run();
        assert_eq!(count.get() % READERS as u64, 0, "somebody sleeps beside a free lock");
    }
    polls
}

/// Sixteen tasks read and write, with the guard held over a yield, until they have had it so many
/// times.
pub fn held<L: Lock>(lock: &L, writes_percent: u64, times: u64) -> u64 {
    const TASKS: u64 = 16;
    let count = Cell::new(0);
    let task = |seed: u64| {
        let count = &count;
        async move {
            let mut chance = Chance::new(seed);
            loop {
                if chance.is_within(writes_percent, 100) {
                    let mut guard = lock.write().await;
                    yield_now().await;
                    *guard += 1;
                } else {
                    let guard = lock.read().await;
                    yield_now().await;
                    black_box(*guard);
                }
                count.set(count.get() + 1);
            }
        }
    };
    let mut fifo = Fifo::new(TASKS as usize);
    (0..TASKS).for_each(|place| fifo.start(place as usize, task(place + 1)));
    let mut polls = 0;
    while count.get() < times {
        assert!(fifo.step(), "all tasks sleep");
        polls += 1;
    }
    polls
}
