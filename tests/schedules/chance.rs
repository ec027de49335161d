//! Chance from a seed, and wakers that remember.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

/// Xorshift: the same numbers for the same seed, everywhere.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        // Neighbouring seeds must not start alike, and 0 would stay 0.
        let mut rng = Rng(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| {
            rng.next();
        });
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// Runs a schedule for each of `count` seeds, or for the one in the environment.
pub(crate) fn for_seeds(count: u64, schedule: impl Fn(&mut Rng)) {
    struct Tell(u64);
    impl Drop for Tell {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("to see this schedule again: SEED={}", self.0);
            }
        }
    }
    let run = |seed| {
        let _tell = Tell(seed);
        schedule(&mut Rng::new(seed));
    };
    match std::env::var("SEED") {
        Ok(seed) => run(seed.parse().expect("SEED is a number")),
        Err(_) => (0..if cfg!(miri) { count.min(8) } else { count }).for_each(run),
    }
}

/// Who has been woken, in this order, each at most once until taken out.
#[derive(Default)]
pub(crate) struct Agenda(Mutex<VecDeque<usize>>);

impl Agenda {
    pub(crate) fn take(&self) -> Option<usize> {
        self.0.lock().unwrap().pop_front()
    }

    /// Takes this one out of the middle; whether it was there.
    pub(crate) fn take_this(&self, who: usize) -> bool {
        let mut queue = self.0.lock().unwrap();
        let place = queue.iter().position(|&woken| woken == who);
        place.and_then(|place| queue.remove(place)).is_some()
    }

    pub(crate) fn put(&self, who: usize) {
        let mut queue = self.0.lock().unwrap();
        if !queue.contains(&who) {
            queue.push_back(who);
        }
    }
}

/// Puts its task on the agenda, and counts.
pub(crate) struct Alarm {
    who: usize,
    agenda: Arc<Agenda>,
    wakes: AtomicUsize,
}

impl Alarm {
    pub(crate) fn new(who: usize, agenda: &Arc<Agenda>) -> Arc<Alarm> {
        Arc::new(Alarm { who, agenda: Arc::clone(agenda), wakes: AtomicUsize::new(0) })
    }

    pub(crate) fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(self))
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.load(Ordering::Relaxed)
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        self.agenda.put(self.who);
    }
}
