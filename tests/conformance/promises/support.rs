//! Tasks polled by hand, a count of their wake-ups, and an executor of one thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::iter::once;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use any_rwlock::RwLock;

use super::lock::{Lock, Offer};

/// A waker that counts.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn new() -> Arc<Wakes> {
        Arc::default()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Does this when it is woken.
struct OnWake<F>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for OnWake<F> {
    fn wake(self: Arc<Self>) {
        self.0();
    }
}

pub(crate) fn on_wake(then: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(OnWake(then)))
}

/// Polls once, on behalf of a task with this waker.
pub(crate) fn poll_with<F: Future + ?Sized>(
    future: &mut Pin<Box<F>>,
    wakes: &Arc<Wakes>,
) -> Option<F::Output> {
    let waker = Waker::from(Arc::clone(wakes));
    match future.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// A future and its waker. Nobody polls it but the test.
pub(crate) struct Task<'a, O> {
    future: Pin<Box<dyn Future<Output = O> + 'a>>,
    wakes: Arc<Wakes>,
    seen: usize,
}

impl<'a, O> Task<'a, O> {
    pub(crate) fn new(future: impl Future<Output = O> + 'a) -> Task<'a, O> {
        Task { future: Box::pin(future), wakes: Wakes::new(), seen: 0 }
    }

    /// Of one task with all others that have this waker.
    pub(crate) fn sharing(future: impl Future<Output = O> + 'a, wakes: &Arc<Wakes>) -> Self {
        Task { future: Box::pin(future), wakes: Arc::clone(wakes), seen: 0 }
    }

    pub(crate) fn poll(&mut self) -> Option<O> {
        self.seen = self.wakes();
        poll_with(&mut self.future, &self.wakes)
    }

    /// Polls, and expects to wait.
    #[track_caller]
    pub(crate) fn waits(&mut self) {
        assert!(self.poll().is_none(), "it did not wait");
    }

    /// Polls, and expects the output.
    #[track_caller]
    pub(crate) fn finishes(&mut self) -> O {
        self.poll().expect("it had to wait")
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.count()
    }

    /// Whether it was woken since its last poll.
    pub(crate) fn is_woken(&self) -> bool {
        self.wakes() > self.seen
    }

    /// Polls for as long as it is woken, as an executor would; how many polls that took.
    #[track_caller]
    pub(crate) fn finishes_within(&mut self, polls: usize) -> (O, usize) {
        for poll in 1..=polls {
            if let Some(output) = self.poll() {
                return (output, poll);
            }
            assert!(self.is_woken(), "asleep after {} polls", poll);
        }
        panic!("not finished after {} polls", polls);
    }
}

/// A kind of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    UpgradableRead,
    Write,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Read, Kind::UpgradableRead, Kind::Write];

/// The kinds of access that this lock offers.
pub(crate) fn kinds<L: Lock>() -> impl Iterator<Item = Kind> + Clone {
    let upgrades = L::OFFERS.contains(&Offer::Upgrades);
    KINDS.into_iter().filter(move |kind| upgrades || *kind != Kind::UpgradableRead)
}

/// The same, without writing.
pub(crate) fn shared_kinds<L: Lock>() -> impl Iterator<Item = Kind> + Clone {
    kinds::<L>().filter(|kind| *kind != Kind::Write)
}

/// A writer, and then every kind: beside any holder, all of them wait.
pub(crate) fn a_writer_first<L: Lock>() -> impl Iterator<Item = Kind> {
    once(Kind::Write).chain(kinds::<L>())
}

/// A guard of any kind.
pub(crate) enum Guard<'a, L: Lock = RwLock<u64>> {
    Read(L::Read<'a>),
    UpgradableRead(L::Upgradable<'a>),
    Write(L::Write<'a>),
}

impl<L: Lock> Guard<'_, L> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Guard::Read(_) => Kind::Read,
            Guard::UpgradableRead(_) => Kind::UpgradableRead,
            Guard::Write(_) => Kind::Write,
        }
    }

    pub(crate) fn value(&self) -> u64 {
        match self {
            Guard::Read(guard) => **guard,
            Guard::UpgradableRead(guard) => **guard,
            Guard::Write(guard) => **guard,
        }
    }
}

impl Kind {
    pub(crate) async fn acquire<L: Lock>(self, lock: &L) -> Guard<'_, L> {
        match self {
            Kind::Read => Guard::Read(lock.read().await),
            Kind::UpgradableRead => Guard::UpgradableRead(lock.upgradable_read().await),
            Kind::Write => Guard::Write(lock.write().await),
        }
    }

    pub(crate) fn task<L: Lock>(self, lock: &L) -> Task<'_, Guard<'_, L>> {
        Task::new(self.acquire(lock))
    }

    /// A task that has found the lock taken.
    #[track_caller]
    pub(crate) fn waiter<L: Lock>(self, lock: &L) -> Task<'_, Guard<'_, L>> {
        let mut task = self.task(lock);
        task.waits();
        task
    }

    pub(crate) fn attempt<L: Lock>(self, lock: &L) -> Option<Guard<'_, L>> {
        match self {
            Kind::Read => lock.try_read().map(Guard::Read),
            Kind::UpgradableRead => lock.try_upgradable_read().map(Guard::UpgradableRead),
            Kind::Write => lock.try_write().map(Guard::Write),
        }
    }

    #[track_caller]
    pub(crate) fn taken<L: Lock>(self, lock: &L) -> Guard<'_, L> {
        self.attempt(lock).expect("the lock was not free")
    }
}

/// For which of its kinds of access an attempt succeeds.
pub(crate) fn free_for<L: Lock>(lock: &L) -> Vec<bool> {
    kinds::<L>().map(|kind| kind.attempt(lock).is_some()).collect()
}

pub(crate) const FREE: [bool; 3] = [true, true, true];
pub(crate) const LOCKED: [bool; 3] = [false, false, false];

/// Nobody has access, and nobody waits.
#[track_caller]
pub(crate) fn assert_free<L: Lock>(lock: &L) {
    assert!(free_for(lock).into_iter().all(|is_free| is_free));
}

/// How often each of these tasks was woken.
#[track_caller]
pub(crate) fn assert_wakes<O>(tasks: &[&Task<'_, O>], expected: &[usize]) {
    let wakes: Vec<_> = tasks.iter().map(|task| task.wakes()).collect();
    assert_eq!(wakes, expected);
}

/// Chance from a seed.
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.usize(..limit)
    }

    pub(crate) fn kind<L: Lock>(&mut self) -> Kind {
        let index = self.below(kinds::<L>().count());
        kinds::<L>().nth(index).expect("counted")
    }
}

/// How many runs a random test makes: few under Miri, which is slow.
pub(crate) fn runs(count: u64) -> u64 {
    if cfg!(miri) {
        count / 500 + 1
    } else {
        count
    }
}

/// What happened, in order.
#[derive(Default)]
pub(crate) struct Log(RefCell<Vec<String>>);

impl Log {
    pub(crate) fn note(&self, event: impl Into<String>) {
        self.0.borrow_mut().push(event.into());
    }

    pub(crate) fn events(&self) -> Vec<String> {
        self.0.borrow().clone()
    }
}

#[derive(Default)]
struct Ready {
    queue: Mutex<VecDeque<usize>>,
    arrival: Condvar,
}

struct Token {
    id: usize,
    is_queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Token {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::SeqCst) {
            self.ready.queue.lock().unwrap().push_back(self.id);
            self.ready.arrival.notify_one();
        }
    }
}

struct Spawned<'a> {
    future: Option<Pin<Box<dyn Future<Output = ()> + 'a>>>,
    token: Arc<Token>,
}

/// An executor that polls its tasks on one thread in the order in which they were woken.
#[derive(Default)]
pub(crate) struct Fifo<'a> {
    tasks: Vec<Spawned<'a>>,
    ready: Arc<Ready>,
}

impl<'a> Fifo<'a> {
    pub(crate) fn spawn(&mut self, future: impl Future<Output = ()> + 'a) -> usize {
        let id = self.tasks.len();
        let ready = Arc::clone(&self.ready);
        let token = Arc::new(Token { id, is_queued: AtomicBool::new(false), ready });
        Arc::clone(&token).wake();
        self.tasks.push(Spawned { future: Some(Box::pin(future)), token });
        id
    }

    /// Drops a task where it stands.
    pub(crate) fn cancel(&mut self, id: usize) {
        self.tasks[id].future = None;
    }

    /// Whether this task has run to its end, or was cancelled.
    pub(crate) fn is_done(&self, id: usize) -> bool {
        self.tasks[id].future.is_none()
    }

    pub(crate) fn all_done(&self) -> bool {
        self.tasks.iter().all(|task| task.future.is_none())
    }

    /// Polls tasks until none is woken, at most `limit` times; how many times it was.
    pub(crate) fn run(&mut self, limit: usize) -> usize {
        for polls in 0..limit {
            let next = self.ready.queue.lock().unwrap().pop_front();
            match next {
                Some(id) => self.poll(id),
                None => return polls,
            }
        }
        limit
    }

    /// Polls tasks, and sleeps while none is woken, until all are done.
    pub(crate) fn run_to_the_end(&mut self) {
        while !self.all_done() {
            let ready = self.ready.queue.lock().unwrap();
            let mut ready = self.ready.arrival.wait_while(ready, |ready| ready.is_empty()).unwrap();
            let next = ready.pop_front();
            drop(ready);
            self.poll(next.expect("not empty"));
        }
    }

    fn poll(&mut self, id: usize) {
        let task = &mut self.tasks[id];
        task.token.is_queued.store(false, Ordering::SeqCst);
        if let Some(future) = &mut task.future {
            let waker = Waker::from(Arc::clone(&task.token));
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                task.future = None;
            }
        }
    }
}
