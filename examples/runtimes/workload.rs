//! The generic code: what every runtime runs.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

use crate::cache::{Cache, KEYS};

const READS: u32 = 400;
const WRITES: u32 = 200;
const FILLS: u32 = 200;
/// How many waits each impatient task gives up before it is content.
const GIVE_UPS: u64 = 8;
const PATIENCE: Duration = Duration::from_millis(1);
/// Longer than anybody's patience.
const HOLD: Duration = Duration::from_millis(4);

type Reader<'a> = RwLockReadGuard<'a, Cache>;
type Upgradable<'a> = RwLockUpgradableReadGuard<'a, Cache>;
type Writer<'a> = RwLockWriteGuard<'a, Cache>;

/// What a runtime brings along. The lock needs nothing of it; the ways to lock are here only
/// because threads have others.
pub(crate) trait Runtime {
    /// Whether [`timeout`](Runtime::timeout) can end a wait.
    const GIVES_UP: bool = true;

    async fn sleep(time: Duration);

    /// `None` if the future was dropped because it took longer than `limit`.
    async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output>;

    async fn yield_now();

    async fn read(lock: &RwLock<Cache>) -> Reader<'_> {
        lock.read().await
    }

    async fn upgradable_read(lock: &RwLock<Cache>) -> Upgradable<'_> {
        lock.upgradable_read().await
    }

    async fn write(lock: &RwLock<Cache>) -> Writer<'_> {
        lock.write().await
    }

    /// Gives the guard back if that takes longer than `limit`.
    async fn upgrade(limit: Duration, guard: Upgradable<'_>) -> Result<Writer<'_>, Upgradable<'_>> {
        let mut upgrade = pin!(RwLockUpgradableReadGuard::upgrade(guard));
        let writer = Self::timeout(limit, upgrade.as_mut()).await;
        writer.ok_or_else(|| upgrade.cancel().expect("it has not been granted"))
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Reader(u32),
    Writer(u32),
    /// Reads, and puts in what is missing.
    Filler,
    /// Waits for a moment, gives up, and comes back.
    Impatient,
    /// Keeps its guards while it sleeps, for as long as there are impatient ones.
    Sleeper,
}

pub(crate) const ROLES: [Role; 12] = [
    Role::Reader(0),
    Role::Reader(1),
    Role::Reader(2),
    Role::Reader(3),
    Role::Reader(4),
    Role::Reader(5),
    Role::Writer(0),
    Role::Writer(1),
    Role::Filler,
    Role::Impatient,
    Role::Impatient,
    Role::Sleeper,
];

/// One lock, and what is known about its use.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) lock: RwLock<Cache>,
    /// How many times somebody got in.
    turns: AtomicU64,
    /// Impatient tasks that are not done.
    impatient: AtomicUsize,
}

impl Shared {
    pub(crate) fn new(groups: usize) -> Shared {
        let impatient = ROLES.iter().filter(|role| matches!(role, Role::Impatient)).count();
        Shared {
            lock: RwLock::default(),
            turns: AtomicU64::new(0),
            impatient: AtomicUsize::new(groups * impatient),
        }
    }

    fn turn(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    fn take_turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::Relaxed)
    }
}

/// The tasks of one runtime.
#[derive(Debug)]
pub(crate) struct Group {
    shared: Arc<Shared>,
    tally: Mutex<Tally>,
}

impl Group {
    pub(crate) fn new(shared: Arc<Shared>) -> Group {
        Group { shared, tally: Mutex::default() }
    }

    pub(crate) fn tally(&self) -> Tally {
        self.tally.lock().expect("a panic ends the program").clone()
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.tally().finished == ROLES.len()
    }
}

/// What one task did, or several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) finished: usize,
    pub(crate) reads: u64,
    pub(crate) writes: u64,
    pub(crate) upgrades: u64,
    pub(crate) given_up: u64,
    /// The updates that the cache has to show.
    pub(crate) updates: u64,
    /// The most others that got in while one waited.
    pub(crate) reader_waited: u64,
    pub(crate) writer_waited: u64,
    pub(crate) torn_reads: u64,
    pub(crate) gaps: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        self.finished += other.finished;
        self.reads += other.reads;
        self.writes += other.writes;
        self.upgrades += other.upgrades;
        self.given_up += other.given_up;
        self.updates += other.updates;
        self.reader_waited = self.reader_waited.max(other.reader_waited);
        self.writer_waited = self.writer_waited.max(other.writer_waited);
        self.torn_reads += other.torn_reads;
        self.gaps += other.gaps;
    }

    pub(crate) fn operations(&self) -> u64 {
        self.reads + self.writes + self.upgrades + self.given_up
    }
}

pub(crate) async fn work<R: Runtime>(group: Arc<Group>, role: Role) {
    let mut task =
        Task::<R> { shared: &group.shared, tally: Tally::default(), runtime: PhantomData };
    match role {
        Role::Reader(number) => task.keep_reading(number).await,
        Role::Writer(number) => task.keep_writing(number).await,
        Role::Filler => task.keep_filling().await,
        Role::Impatient => task.be_impatient().await,
        Role::Sleeper => task.sleep_on_guards().await,
    }
    task.tally.finished = 1;
    group.tally.lock().expect("a panic ends the program").add(&task.tally);
}

struct Task<'a, R> {
    shared: &'a Shared,
    tally: Tally,
    runtime: PhantomData<fn() -> R>,
}

impl<'a, R: Runtime> Task<'a, R> {
    async fn keep_reading(&mut self, number: u32) {
        for round in 0..READS {
            let cache = self.read().await;
            self.check(&cache, (number + round) % KEYS).await;
            drop(cache);
            R::yield_now().await;
        }
    }

    async fn keep_writing(&mut self, number: u32) {
        for round in 0..WRITES {
            let key = (number + 3 * round) % KEYS;
            let mut cache = self.write().await;
            if round % 4 == 3 {
                cache.remove(key);
            } else if cache.has(key) {
                self.update(&mut cache, key).await;
            }
            drop(cache);
            R::yield_now().await;
        }
    }

    async fn keep_filling(&mut self) {
        for round in 0..FILLS {
            let key = round % KEYS;
            let cached = self.upgradable_read().await;
            self.check(&cached, key).await;
            if !cached.has(key) {
                self.fill(cached, key).await;
            }
            R::yield_now().await;
        }
    }

    async fn fill(&mut self, mut cached: Upgradable<'a>, key: u32) {
        let mut cache = loop {
            match R::upgrade(PATIENCE, cached).await {
                Ok(cache) => break cache,
                Err(guard) => cached = guard,
            }
            self.tally.given_up += 1;
            self.tally.gaps += u64::from(cached.has(key));
        };
        self.shared.take_turn();
        self.tally.upgrades += 1;
        self.tally.gaps += u64::from(cache.has(key));
        self.update(&mut cache, key).await;

        let cache = RwLockWriteGuard::downgrade(cache);
        self.check(&cache, key).await;
        self.tally.gaps += u64::from(!cache.has(key));
    }

    async fn be_impatient(&mut self) {
        for attempt in 0.. {
            let content = if R::GIVES_UP { self.tally.given_up } else { attempt };
            if content == GIVE_UPS {
                break;
            }
            let got_in = match attempt % 3 {
                0 => R::timeout(PATIENCE, self.read()).await.is_some(),
                1 => R::timeout(PATIENCE, self.upgradable_read()).await.is_some(),
                _ => R::timeout(PATIENCE, self.write()).await.is_some(),
            };
            self.tally.given_up += u64::from(!got_in);
            R::sleep(PATIENCE).await;
        }
        self.shared.impatient.fetch_sub(1, Ordering::Relaxed);
    }

    async fn sleep_on_guards(&mut self) {
        while self.shared.impatient.load(Ordering::Relaxed) > 0 {
            let cache = self.write().await;
            R::sleep(HOLD).await;
            drop(cache);
            R::sleep(PATIENCE).await;
            let cache = self.read().await;
            R::sleep(HOLD).await;
            drop(cache);
            R::sleep(PATIENCE).await;
        }
    }

    async fn check(&mut self, cache: &Cache, key: u32) {
        let whole = cache.is_whole(key, R::yield_now()).await;
        self.tally.torn_reads += u64::from(!whole);
    }

    async fn update(&mut self, cache: &mut Cache, key: u32) {
        cache.update(key, R::yield_now()).await;
        self.tally.updates += 1;
    }

    async fn read(&mut self) -> Reader<'a> {
        let turn = self.shared.turn();
        let guard = R::read(&self.shared.lock).await;
        self.got_in_to_read(turn);
        guard
    }

    async fn upgradable_read(&mut self) -> Upgradable<'a> {
        let turn = self.shared.turn();
        let guard = R::upgradable_read(&self.shared.lock).await;
        self.got_in_to_read(turn);
        guard
    }

    async fn write(&mut self) -> Writer<'a> {
        let turn = self.shared.turn();
        let guard = R::write(&self.shared.lock).await;
        self.tally.writes += 1;
        self.tally.writer_waited = self.tally.writer_waited.max(self.shared.take_turn() - turn);
        guard
    }

    fn got_in_to_read(&mut self, turn: u64) {
        self.tally.reads += 1;
        self.tally.reader_waited = self.tally.reader_waited.max(self.shared.take_turn() - turn);
    }
}
