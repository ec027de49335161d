//! Chance from a seed.

pub(crate) struct Rng(fastrand::Rng);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.usize(..limit)
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
