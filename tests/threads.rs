//! Threads that use every access, conversion and cancellation at random: nobody is beside whom it
//! must not be beside, everybody gets in, and no write is lost.
#![cfg(all(feature = "alloc", not(any(any_rwlock_loom, target_family = "wasm"))))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc,
    RwLockWriteGuard, RwLockWriteGuardArc,
};
use futures_lite::future::{block_on, poll_once, yield_now};

const THREADS: u64 = 6;
// Without std the queues are behind a spin lock, and a thread that is preempted while it holds that
// costs the others what the scheduler gives them.
const ROUNDS: usize = match (cfg!(miri), cfg!(feature = "std")) {
    (true, _) => 30,
    (false, true) => 20_000,
    (false, false) => 100,
};

/// Two counters that a writer raises one after the other: unequal if anybody is beside it.
#[derive(Debug, Default)]
struct Pair {
    first: usize,
    second: usize,
}

impl Pair {
    fn raise(&mut self) {
        self.assert_whole();
        self.first += 1;
        thread::yield_now();
        self.second += 1;
    }

    fn assert_whole(&self) {
        assert_eq!(self.first, self.second);
    }
}

/// Who is in: one for a reader, more than there can be readers for a writer.
#[derive(Default)]
struct Inside(AtomicUsize);

const A_WRITER: usize = 1000;

impl Inside {
    fn read(&self, pair: &Pair) {
        // Relaxed: the lock under test, and nothing else, orders what its holders do.
        assert!(self.0.fetch_add(1, Ordering::Relaxed) < A_WRITER);
        pair.assert_whole();
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    fn write(&self, pair: &mut Pair) {
        assert_eq!(self.0.fetch_add(A_WRITER, Ordering::Relaxed), 0);
        pair.raise();
        self.0.fetch_sub(A_WRITER, Ordering::Relaxed);
    }
}

struct Worker<'a> {
    lock: &'a Arc<RwLock<Pair>>,
    inside: &'a Inside,
    random: fastrand::Rng,
    writes: usize,
}

impl Worker<'_> {
    fn below(&mut self, limit: u64) -> u64 {
        self.random.u64(..limit)
    }

    fn write(&mut self, pair: &mut Pair) {
        self.inside.write(pair);
        self.writes += 1;
    }

    async fn maybe_yield(&mut self) {
        if self.below(3) == 0 {
            yield_now().await;
        }
    }

    async fn step(&mut self) {
        match self.below(12) {
            0 | 1 => self.read().await,
            2 | 3 => self.write_and_downgrade().await,
            4 | 5 => self.upgrade().await,
            6 => self.cancel().await,
            7 => self.cancel_an_upgrade().await,
            8 => self.attempt(),
            9 => self.arc().await,
            _ => self.block(),
        }
    }

    async fn read(&mut self) {
        let reader = self.lock.read().await;
        self.maybe_yield().await;
        self.inside.read(&reader);
    }

    async fn write_and_downgrade(&mut self) {
        let mut writer = self.lock.write().await;
        self.write(&mut writer);
        let written = writer.first;
        match self.below(3) {
            0 => drop(writer),
            1 => {
                let reader = RwLockWriteGuard::downgrade(writer);
                self.maybe_yield().await;
                assert_eq!(reader.first, written);
                self.inside.read(&reader);
            }
            _ => {
                let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
                self.maybe_yield().await;
                self.upgrade_and_write(upgradable).await;
            }
        }
    }

    async fn upgrade(&mut self) {
        let upgradable = self.lock.upgradable_read().await;
        self.maybe_yield().await;
        self.inside.read(&upgradable);
        match self.below(2) {
            0 => self.upgrade_and_write(upgradable).await,
            _ => {
                let reader: RwLockReadGuard<'_, _> =
                    RwLockUpgradableReadGuard::downgrade(upgradable);
                self.inside.read(&reader);
            }
        }
    }

    async fn upgrade_and_write(&mut self, upgradable: RwLockUpgradableReadGuard<'_, Pair>) {
        let read = upgradable.first;
        let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
        assert_eq!(writer.first, read);
        self.write(&mut writer);
    }

    /// Polls once or twice, and leaves.
    async fn cancel(&mut self) {
        let polls = 1 + self.below(2);
        match self.below(3) {
            0 => {
                let mut future = Box::pin(self.lock.read());
                for _ in 0..polls {
                    if let Some(reader) = poll_once(&mut future).await {
                        return self.inside.read(&reader);
                    }
                }
            }
            1 => {
                let mut future = Box::pin(self.lock.upgradable_read());
                for _ in 0..polls {
                    if let Some(upgradable) = poll_once(&mut future).await {
                        return self.inside.read(&upgradable);
                    }
                }
            }
            _ => {
                let mut future = Box::pin(self.lock.write());
                for _ in 0..polls {
                    if let Some(mut writer) = poll_once(&mut future).await {
                        return self.write(&mut writer);
                    }
                }
            }
        }
    }

    async fn cancel_an_upgrade(&mut self) {
        let upgradable = self.lock.upgradable_read().await;
        let read = upgradable.first;
        let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(upgradable));
        match poll_once(&mut upgrade).await {
            Some(mut writer) => {
                assert_eq!(writer.first, read);
                self.write(&mut writer);
            }
            None => {
                let upgradable = upgrade.as_mut().cancel().unwrap();
                assert_eq!(upgradable.first, read);
                self.inside.read(&upgradable);
            }
        }
    }

    fn attempt(&mut self) {
        if let Some(reader) = self.lock.try_read() {
            self.inside.read(&reader);
        }
        if let Some(mut writer) = self.lock.try_write() {
            self.write(&mut writer);
        }
        if let Some(upgradable) = self.lock.try_upgradable_read() {
            match RwLockUpgradableReadGuard::try_upgrade(upgradable) {
                Ok(mut writer) => self.write(&mut writer),
                Err(upgradable) => self.inside.read(&upgradable),
            }
        }
    }

    async fn arc(&mut self) {
        let upgradable = self.lock.upgradable_read_arc().await;
        self.inside.read(&upgradable);
        let mut writer = RwLockUpgradableReadGuardArc::upgrade(upgradable).await;
        self.write(&mut writer);
        let reader = RwLockWriteGuardArc::downgrade(writer);
        self.inside.read(&reader);
        drop(reader);
        let mut writer = self.lock.write_arc().await;
        self.write(&mut writer);
        drop(writer);
        self.inside.read(&*self.lock.read_arc().await);
    }

    #[cfg(feature = "std")]
    fn block(&mut self) {
        match self.below(3) {
            0 => self.inside.read(&self.lock.read_blocking()),
            1 => {
                let upgradable = self.lock.upgradable_read_blocking();
                let read = upgradable.first;
                let mut writer = RwLockUpgradableReadGuard::upgrade_blocking(upgradable);
                assert_eq!(writer.first, read);
                self.write(&mut writer);
            }
            _ => {
                let mut writer = self.lock.write_blocking();
                self.write(&mut writer);
            }
        }
    }

    #[cfg(not(feature = "std"))]
    fn block(&mut self) {
        self.attempt();
    }
}

#[test]
fn threads_that_do_anything_exclude_one_another_all_get_in_and_lose_no_write() {
    let lock = Arc::new(RwLock::new(Pair::default()));
    let inside = Inside::default();
    let written: usize = thread::scope(|scope| {
        let workers: Vec<_> = (1..=THREADS)
            .map(|seed| {
                let random = fastrand::Rng::with_seed(seed);
                let mut worker = Worker { lock: &lock, inside: &inside, random, writes: 0 };
                scope.spawn(move || {
                    block_on(async {
                        for _ in 0..ROUNDS {
                            worker.step().await;
                        }
                    });
                    worker.writes
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let pair = lock.try_write().expect("everybody has left");
    pair.assert_whole();
    assert_eq!(pair.first, written);
}
