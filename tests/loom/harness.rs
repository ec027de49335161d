//! Where a model runs, and what it is made of.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use any_rwlock::RwLock;
#[cfg(feature = "std")]
use any_rwlock::ShardedRwLock;

#[cfg(not(any_rwlock_loom))]
pub(crate) use futures_lite::future::block_on;
#[cfg(any_rwlock_loom)]
pub(crate) use loom::thread::{spawn, JoinHandle};
#[cfg(not(any_rwlock_loom))]
pub(crate) use std::thread::{spawn, JoinHandle};

#[cfg(any_rwlock_loom)]
use loom::cell::UnsafeCell;
#[cfg(not(any_rwlock_loom))]
use plain::UnsafeCell;

pub(crate) type Lock = RwLock<Value>;
#[cfg(feature = "std")]
pub(crate) type Sharded = ShardedRwLock<Value>;

/// A lock that a model can be of.
pub(crate) trait Modelled: Sized + 'static {
    fn new() -> Self;

    /// The number in the lock, which is free.
    fn end(&self) -> usize;
}

macro_rules! modelled {
    ($($lock:ident)+) => {
        $(impl Modelled for $lock {
            fn new() -> Self {
                $lock::new(Value(UnsafeCell::new(0)))
            }

            fn end(&self) -> usize {
                self.try_write().expect("everybody has left, and the lock is not free").get()
            }
        })+
    };
}

modelled!(Lock);
#[cfg(feature = "std")]
modelled!(Sharded);

/// A number in a cell that knows who has been ordered before whom.
pub(crate) struct Value(UnsafeCell<usize>);

// SAFETY: an unordered access is what the models look for; the cell (or Miri) reports it.
unsafe impl Send for Value {}
// SAFETY: as above.
unsafe impl Sync for Value {}

impl Value {
    pub(crate) fn get(&self) -> usize {
        // SAFETY: callers hold a guard, and `with` checks that this keeps writers away.
        self.0.with(|value| unsafe { *value })
    }

    pub(crate) fn add_one(&self) {
        // SAFETY: callers hold a write guard, and `with_mut` checks that they are alone.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }
}

#[cfg(not(any_rwlock_loom))]
mod plain {
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        pub(crate) fn with<R>(&self, look: impl FnOnce(*const T) -> R) -> R {
            look(self.0.get())
        }

        pub(crate) fn with_mut<R>(&self, change: impl FnOnce(*mut T) -> R) -> R {
            change(self.0.get())
        }
    }
}

/// How many preemptions a model may have, unless `LOOM_MAX_PREEMPTIONS` allows fewer.
#[derive(Clone, Copy)]
#[cfg_attr(not(any_rwlock_loom), allow(dead_code))]
pub(crate) enum Bound {
    Unbounded,
    Preemptions(usize),
}

/// Runs a model on a fresh lock, again and again, until every interleaving has been seen.
///
/// After each run the lock must be free, and the value be `writes`.
pub(crate) fn explore<L: Modelled>(name: &str, bound: Bound, writes: usize, model: fn(&'static L)) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let start = Instant::now();
    check(bound, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        let lock = Box::into_raw(Box::new(L::new()));
        // SAFETY: fresh, and freed below, when the model has joined its threads.
        model(unsafe { &*lock });
        // SAFETY: from `Box::into_raw`, and nobody borrows it any more.
        let lock = unsafe { Box::from_raw(lock) };
        assert_eq!(lock.end(), writes, "writes were lost");
    });
    println!(
        "{name}: {} runs, {:.1} s",
        runs.load(Ordering::Relaxed),
        start.elapsed().as_secs_f32()
    );
}

#[cfg(any_rwlock_loom)]
fn check(bound: Bound, run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    let env = builder.preemption_bound.unwrap_or(usize::MAX);
    builder.preemption_bound = match bound {
        Bound::Unbounded => builder.preemption_bound,
        Bound::Preemptions(own) => Some(own.min(env)),
    };
    builder.max_branches = 10_000;
    builder.check(run);
}

#[cfg(not(any_rwlock_loom))]
fn check(_bound: Bound, run: impl Fn() + Send + Sync + 'static) {
    let runs = if cfg!(miri) { 2 } else { 200 };
    (0..runs).for_each(|_| run());
}

/// `model!(fn name, bound, writes, |lock| { .. })`: a test that explores this model.
macro_rules! model {
    (fn $name:ident, $bound:expr, writes: $writes:expr, |$lock:ident| $model:block) => {
        #[test]
        fn $name() {
            crate::harness::explore(
                stringify!($name),
                $bound,
                $writes,
                |$lock: &'static crate::harness::Lock| $model,
            );
        }
    };
}
pub(crate) use model;

/// The same, of a sharded lock.
#[cfg(feature = "std")]
macro_rules! sharded_model {
    (fn $name:ident, $bound:expr, writes: $writes:expr, |$lock:ident| $model:block) => {
        #[test]
        fn $name() {
            crate::harness::explore(
                stringify!($name),
                $bound,
                $writes,
                |$lock: &'static crate::harness::Sharded| $model,
            );
        }
    };
}
#[cfg(feature = "std")]
pub(crate) use sharded_model;

pub(crate) fn read(lock: &'static Lock) -> usize {
    block_on(lock.read()).get()
}

pub(crate) fn read_upgradably(lock: &'static Lock) -> usize {
    block_on(lock.upgradable_read()).get()
}

pub(crate) fn write(lock: &'static Lock) {
    block_on(lock.write()).add_one();
}

pub(crate) fn on_a_thread<R>(run: impl FnOnce() -> R + Send + 'static) -> JoinHandle<()> {
    spawn(move || drop(run()))
}

pub(crate) fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("a thread of the model panicked");
    }
}

/// A waker that nobody hears: of a future that is polled, and then not again.
pub(crate) fn deaf() -> Waker {
    struct Deaf;
    impl Wake for Deaf {
        fn wake(self: Arc<Self>) {}
    }
    Waker::from(Arc::new(Deaf))
}

/// Polls when woken and at no other time; `loom::future::block_on` adds a spurious poll to each
/// wait, which multiplies the interleavings.
#[cfg(any_rwlock_loom)]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    use loom::sync::mpsc::{channel, Receiver, Sender};

    /// With both ends: a waker may be called when its future is done already, and loom takes a message that
    /// nobody can receive any more for a leak.
    struct Alarm(Sender<()>, std::sync::Mutex<Receiver<()>>);
    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.send(()).expect("the receiver is here");
        }
    }
    let (alarm, woken) = channel();
    let alarm = Arc::new(Alarm(alarm, std::sync::Mutex::new(woken)));
    let waker = Waker::from(Arc::clone(&alarm));
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        alarm.1.lock().expect("it is locked here only").recv().expect("the sender is here");
    }
}

/// The future, after one poll that had to wait.
pub(crate) fn waiting<F: Future>(future: F) -> Pin<Box<F>> {
    waiting_with(&deaf(), future)
}

fn waiting_with<F: Future>(waker: &Waker, future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    let poll = future.as_mut().poll(&mut Context::from_waker(waker));
    assert!(matches!(poll, Poll::Pending), "it should have had to wait");
    future
}

/// The same; and whether it has been woken since.
pub(crate) fn watched<F: Future>(future: F) -> (Pin<Box<F>>, impl Fn() -> bool) {
    struct Watch(AtomicBool);
    impl Wake for Watch {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let watch = Arc::new(Watch(AtomicBool::new(false)));
    let future = waiting_with(&Waker::from(Arc::clone(&watch)), future);
    (future, move || watch.0.load(Ordering::SeqCst))
}

/// Polls once, and gives the future up.
pub(crate) fn poll_and_drop<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(&deaf())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
