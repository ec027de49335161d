use core::cell::UnsafeCell;
use core::fmt;
use core::ptr::NonNull;

use crate::guard::{Claim, Marker, Whole};
use crate::permit::{Acquirable, Permit};
use crate::raw::RawRwLock;
use crate::wait::request::LockRequest;

// In the order in which the documentation lists the methods.
// What needs no guard.
mod new;
// Access for tasks.
mod read;
mod upgradable;
mod write;
// Views from outside.
mod inspect;
// Access for threads.
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod blocking;

/// An async read-write lock: many readers, or one writer.
///
/// It belongs to no executor. Tasks of different executors, and threads that
/// [block](RwLock::read_blocking), can share one lock. There are three kinds of access:
///
/// | access | shares with | guard |
/// |---|---|---|
/// | [`read`](RwLock::read) | readers, and one upgradable reader | [`RwLockReadGuard`](crate::RwLockReadGuard) |
/// | [`upgradable_read`](RwLock::upgradable_read) | readers | [`RwLockUpgradableReadGuard`](crate::RwLockUpgradableReadGuard) |
/// | [`write`](RwLock::write) | no one | [`RwLockWriteGuard`](crate::RwLockWriteGuard) |
///
/// Only guards give access, and only dropping a guard releases it.
///
/// # Examples
///
/// ```
/// use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
///
/// static NUMBERS: RwLock<Vec<u32>> = RwLock::new(Vec::new());
///
/// # futures_lite::future::block_on(async {
/// NUMBERS.write().await.push(5); // The guard is dropped at the end of the statement.
/// {
///     let one = NUMBERS.read().await;
///     let two = NUMBERS.read().await; // Readers share.
///     assert_eq!(one[0] + two[0], 10);
/// }
/// let numbers = NUMBERS.upgradable_read().await; // Looks first,
/// if !numbers.contains(&6) {
///     RwLockUpgradableReadGuard::upgrade(numbers).await.push(6); // and no one wrote in between.
/// }
/// assert_eq!(*NUMBERS.read().await, [5, 6]);
/// # });
/// ```
///
/// As a field of a shared struct, locked by its methods:
///
/// ```
/// use any_rwlock::RwLock;
/// use std::sync::Arc;
///
/// #[derive(Default)]
/// struct Visits {
///     pages: RwLock<Vec<&'static str>>,
/// }
///
/// impl Visits {
///     async fn add(&self, page: &'static str) -> usize {
///         let mut pages = self.pages.write().await;
///         pages.push(page);
///         pages.len()
///     }
/// }
///
/// # let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # tokio.block_on(async {
/// let visits = Arc::new(Visits::default());
/// let other = Arc::clone(&visits);
/// let task = tokio::spawn(async move { other.add("one").await });
/// assert_eq!(task.await.unwrap() + visits.add("two").await, 3);
/// # });
/// ```
///
/// # Who goes next
///
/// The lock is *phase-fair*: readers and writers alternate. While a writer waits, a later reader
/// waits behind it. When a writer leaves, the readers that wait go before the next writer; when they have
/// left, one writer goes. So no stream of readers or of writers causes *starvation*, in which the other
/// kind waits for ever. Waiters for the same kind of access go in the order in which they were first
/// polled. An upgrade goes before every writer.
///
/// (Phase-fair locks: B. Brandenburg and J. Anderson, "Spin-Based Reader-Writer Synchronization
/// for Multiprocessor Real-Time Systems", Real-Time Systems 46, 2010, section 3.)
///
/// Access is never handed to a sleeping task. A release wakes the waiters that go next, and each takes its
/// access when it is polled. Until then, later arrivals queue up and *step aside*: they wake their own
/// task, return [`Pending`](core::task::Poll::Pending), and look again at their next poll. How often they
/// do so depends on the woken waiter: 4 times, and 16 times as often with each time that it was *overtaken*
/// (woken, and then refused because of a later arrival), up to 65536 times. All arrivals share this count,
/// but each steps aside at least once for each wake-up. After that, arrivals take what is free. A waiter
/// that was overtaken goes before those that have not been woken yet.
///
/// Stepping aside costs little more than a poll. From the 17th time on a task lets other threads run
/// each time, and counts for 16. A thread that [blocks](RwLock::read_blocking) yields twice and then
/// sleeps, for at most 100 microseconds at a time; each sleep counts for 1024. Without the feature
/// `std`, arrivals step aside 4 times, and at most 16 times.
///
/// With the feature `std` there is one exception. It keeps tasks on several processors from passing a lock that
/// they hold only for a moment from sleeper to sleeper. An arrival that sees the lock released within one poll,
/// which never happens on one thread, earns credit for all. While there is credit, arrivals (at most 512 of
/// them) need not step aside for a waiter that has never been overtaken, and an arrival that finds the lock
/// held looks again up to 32 times, for some microseconds, before it waits. Spinning in vain uses the credit
/// up, and a woken waiter that is overtaken ends it. If an arrival that did not step aside has cost a waiter
/// its turn, the next 64 sights of a lock that is given up earn nothing.
///
/// So:
///
/// - On one thread, with an executor that polls in the order of wake-ups, no writer overtakes a
///   woken waiter. A plain reader waits for at most one write, a writer for the writers before it and one
///   phase of readers before each. (An upgrade goes before every writer.)
/// - With any executor, and across threads, a woken waiter that is polled at least once in 1000 polls of those
///   that step aside is overtaken at most 8 times in one wait. So a task does not starve because it is polled
///   rarely: tokio polls the future of `block_on` (and of `#[tokio::test]`) once in 61 polls of its tasks,
///   smol's `run` once in 200. (Beside threads that block, this is a bound on time, because they sleep: some 6
///   milliseconds, divided by the number of such threads that step aside.)
///   [`read_recursive`](RwLock::read_recursive), `clone` of a read guard, and attempts step aside for no one, and
///   do not count; an attempt that gets in ahead of a woken waiter ends its turn.
///   (A writer that finds readers there which were woken before it has not been overtaken.)
/// - A future that was woken and is not polled (left in a `select!`, or forgotten) holds nothing
///   up: it costs the others 4 times of stepping aside in all, at most 65536 if it, or one that was woken with
///   it or before it, had been overtaken, and nothing after that. So there is no *futurelock* (Oxide's RFD 609): the
///   deadlock in which a future that was woken keeps its place and is not polled, because its task waits behind it.
/// - No waiter is woken while nothing has changed (a *spurious wake-up*): behind an idle holder, all sleep. A
///   *lost wake-up*, after which a waiter sleeps though it could go, remains in one case: a waiter that
///   *sleeps in another task* behind a future that was woken and is never polled again sleeps until
///   the next release by a later arrival, or the drop of that future. A recursive read leaves the turn to the
///   woken future, and so does a read that need not wait for anybody: these do not count. (Wakers that panic
///   are [another case](RwLock#wakers).)
///
/// Upgradable readers also wait for one another. One waiting writer goes before each upgradable reader that
/// waits, even if the upgradable reader before it has written after an upgrade.
///
/// An *attempt* ([`try_read`](RwLock::try_read) and the like, without a time limit) never waits and steps aside for no
/// one: it takes what is free, even ahead of a woken waiter.
/// [`try_read`](RwLock::try_read) fails while readers have access and a writer waits.
///
/// # Cancel safety
///
/// Every future of this crate is *cancel safe*: it does nothing before its first poll, and dropping
/// it at any moment leaves the lock as if the method had never been called. A writer that is dropped while it
/// waits lets in the readers behind it, unless another writer waits; one that was woken passes its
/// turn on. Only its place in the queue is lost.
///
/// To give up after some time, put the executor's timeout around any future of this crate:
/// [`guide::cancellation`](crate::guide::cancellation) shows how, for each executor. An upgrade that is given up
/// need not lose its guard: see [`upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref).
///
#[doc = include_str!("rwlock/deadlocks.md")]
///
/// # Panics
///
/// A lock counts up to 2³¹ readers at a time (2¹³ on targets of 32 bits and less), and up to 2²³ − 1 waiting
/// writers (511). The limit for readers is half of what the counter can hold; with 64 bits only forgotten guards reach it.
/// Beyond these limits, the method panics and the lock stays sound. (Writers are counted in the lock's own
/// word, so that a release sees whether one waits without looking into any queue, and on 32 bits there is no
/// room for more beside the readers. On such a target, say wasm32 or ARMv7, a service has to bound the writers
/// that may wait for one lock.) A future that is polled after its completion panics.
///
/// A panic does not *poison* the lock: a guard that is dropped by a panic releases its access, and
/// the value is left as it was. So this lock, unlike that of `std`, is not
/// [`RefUnwindSafe`](core::panic::RefUnwindSafe): code that catches a panic beside a shared lock has
/// to assert that a half-changed value does no harm.
///
/// # Wakers
///
/// What the waker of a waiting task may do depends on [where waiters wait](crate#where-waiters-wait).
///
/// **In place** (with the feature `intrusive`, or without `std`), it may do anything: no lock of the crate is
/// held while a waker is cloned, woken or dropped. It may use the lock that wakes it, block until another task of
/// its executor has been polled, drop its task, or run it at once. (An executor that polls within `wake` polls
/// the next waiter from within the release of the one before: its stack grows with the number of waiters that get
/// in one from within the other.) There are two limits. If the poll that gets in drops a waker, the waker's drop
/// runs while that poll has access. And the wakers of one release are called in turn, so one must not block until
/// a task has run that a later one wakes. A waker that panics when it is woken costs no other waiter its wake-up,
/// except that without `std` readers behind it may sleep until the next writer leaves.
///
/// **On the heap** (the default), it is cloned, woken and dropped while the queue that its task waits in is locked.
/// Meanwhile, other threads wait for that queue in a poll that has to wait, in a release that others wait for, and in
/// the drop of a future that waits. So a waker that is being cloned, woken or dropped must not:
///
/// - *Use this lock*: take or release access, poll or drop one of its futures. Not even through its task: an
///   executor that polls the task within `wake` uses the lock. So does one that drops the task there, as
///   many do once they have shut down: a `send` that fails returns the task, and dropping the task drops the
///   future.
/// - *Wait for a thread that may be using this lock.* An executor with a bounded run queue does so: its
///   `wake` waits for room, and the thread that makes room may be polling a future of this lock. A mutex
///   that is locked while such a future is polled is another example.
///
/// A waker that breaks these rules waits for itself: it blocks for ever, or panics (with
/// `critical-section`). Other wakers are fine, such as those that only schedule their task. With
/// the feature `critical-section`, "this lock" in the second rule means every lock, and
/// everything else that enters a critical section: the queues of all locks are behind the same one.
/// [`is_locked`](RwLock::is_locked) and the like are always allowed.
///
/// **Panics.** A waker that panics when it is cloned, woken or dropped makes the call that used it panic: a poll,
/// a conversion, or the drop of a guard or future. Every access is then given up exactly once:
///
/// - A guard that was being dropped, or given away by `yield_to_waiters`, has released its access.
/// - A guard that was being converted has released it too: there is no guard to return.
/// - A poll takes no access if it panics. If the panic came from a waker's clone or drop, a later poll
///   of the same future can take access.
/// - A future whose drop panics no longer waits.
///
/// On the heap, other waiters that the call would have woken may sleep until the next writer leaves. A future
/// whose waker panicked when it was woken is lost: polling or dropping it may panic once more. If it asked to
/// write, later readers may wait behind it, as behind any writer, until it is dropped. A second waker that
/// panics while the first panic unwinds aborts the process, as any panic there does.
///
/// # Memory effects
///
/// What was written under one guard is seen under every later one: taking access is an acquire
/// operation, giving it up or converting it a release operation.
///
/// # Cost
///
/// Where several threads read one lock all the time, a [`ShardedRwLock`](crate::ShardedRwLock) is faster: its readers
/// do not contend with one another.
///
/// A lock without its value is two words (without `std` ten, or eleven with a spin lock). As long as no task waits, no
/// memory is allocated, and taking or giving up access is one atomic read-modify-write (two to give up access that came
/// from an upgrade). With `std`, the first wait for a lock allocates its queues, which the lock keeps, and the first
/// wait of a thread that blocks allocates what the thread sleeps on. Apart from that, a wait allocates nothing where
/// waiters [wait in place](crate#where-waiters-wait), so without `std` nothing ever does. On the heap, each wait
/// allocates once, and the first of each kind also allocates what its queue needs. So with `std`, the global allocator
/// must not use a lock that may be contended: a wait would ask the allocator, and thus the lock.
pub struct RwLock<T: ?Sized> {
    pub(crate) raw: RawRwLock,
    value: UnsafeCell<T>,
}

// SAFETY: a lock owns its value, and moving it moves the value; the rest of it is Send.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: a shared lock shares its value between readers (`T: Sync`) and lends it exclusively to
// writers on any thread, which may take it out (`T: Send`); `raw`, which is Sync, keeps the two apart.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T: ?Sized> RwLock<T> {
    pub(crate) fn value_ptr(&self) -> NonNull<T> {
        // SAFETY: the pointer of an `UnsafeCell` is never null.
        unsafe { NonNull::new_unchecked(self.value.get()) }
    }

    /// Asks for access by `E`.
    #[inline]
    fn request<'a, E, K>(&'a self) -> Claim<T, LockRequest<&'a RawRwLock, E>, K>
    where
        E: Acquirable,
        K: Marker<T, Permit<&'a RawRwLock, E::Mode>, Extent = Whole>,
    {
        // SAFETY: the value and the request are of this lock, which both borrow.
        unsafe { Claim::new(self.value_ptr(), LockRequest::new(&self.raw)) }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    /// Shows the value, or `<locked>` while a writer has access. Also shows how many plain readers have
    /// access, whether an upgradable reader or a writer has, whether a writer or an upgrade waits, and
    /// whether there are waiters at all.
    ///
    /// Never waits. The value is read as [`try_read_recursive`](RwLock::try_read_recursive) reads it, past
    /// writers that wait, so even the lock of a task that waits for itself can be shown. The rest is a
    /// snapshot from just before, like that of [`has_waiters`](RwLock::has_waiters).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use futures_lite::future::{block_on, poll_once};
    ///
    /// let lock = RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// let mut writer = Box::pin(lock.write());
    /// assert!(block_on(poll_once(&mut writer)).is_none());
    /// assert_eq!(
    ///     format!("{lock:?}"),
    ///     "RwLock { value: 1, readers: 1, upgradable: false, writer: false, \
    ///      waiting_writer: true, waiters: true }"
    /// );
    /// # drop(reader);
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.raw.snapshot();
        // One reader too many would panic, and may be why the lock is shown.
        let value = if seen.is_full() { None } else { self.try_read_recursive() };
        seen.show(f, "RwLock", value.as_deref(), seen.readers())
    }
}
