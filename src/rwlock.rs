use core::cell::UnsafeCell;
use core::fmt;
use core::ptr::NonNull;

use crate::acquire::Ask;
use crate::guard::Address;
use crate::permit::Entry;
use crate::raw::RawRwLock;

mod introspection;
mod read;
#[cfg(all(feature = "std", not(target_family = "wasm")))]
mod timed;
mod upgradable;
mod write;

/// An async read-write lock: many readers, or one writer.
///
/// It belongs to no executor. Tasks of different executors, and threads that
/// [block](RwLock::read_blocking), can share one lock. Three kinds of access:
///
/// | access | beside it | guard |
/// |---|---|---|
/// | [`read`](RwLock::read) | readers, and one upgradable reader | [`RwLockReadGuard`](crate::RwLockReadGuard) |
/// | [`upgradable_read`](RwLock::upgradable_read) | readers | [`RwLockUpgradableReadGuard`](crate::RwLockUpgradableReadGuard) |
/// | [`write`](RwLock::write) | nobody | [`RwLockWriteGuard`](crate::RwLockWriteGuard) |
///
/// Only guards give access, and only a guard's drop releases it.
///
/// # Who goes next
///
/// The lock is *phase-fair*: readers and writers alternate. While a writer waits, a later reader
/// waits behind it. When a writer leaves, the readers that wait go before the next writer; when
/// they have left, one writer goes. So a stream of readers does not *starve* writers (keep them
/// waiting for ever), nor a stream of writers the readers. Those who wait for the same kind of
/// access go in the order in which they were first polled. An upgrade goes before every writer.
///
/// (Phase-fair locks: B. Brandenburg and J. Anderson, "Spin-Based Reader-Writer Synchronization
/// for Multiprocessor Real-Time Systems", Real-Time Systems 46, 2010, section 3.)
///
/// The lock is never handed to a task that sleeps. A release wakes those who go next, and each
/// takes its access when it is polled. Until then later arrivals queue up and *step aside*: they
/// wake their own task, return [`Pending`](core::task::Poll::Pending), and look again at their next
/// poll. If nobody has come by then, they take what is free. They step aside once for each who is
/// woken; twice as often each time that a woken waiter was *overtaken* (came and found the lock
/// taken), up to 16 times, and once again after one was not. A writer that was overtaken goes before
/// those who have not been woken yet.
///
/// One exception, with the feature `std`, keeps tasks on several processors from passing a lock that
/// they hold for a moment from sleeper to sleeper. Whoever sees within one poll that another gave the
/// lock up, which one thread never sees, earns credit for all. While there is credit, arrivals need
/// not step aside, at most 512 of them; and who finds the lock held looks again up to 32 times, for
/// some microseconds, before it waits. Spins in vain use the credit up, and a woken waiter that is
/// overtaken ends it.
///
/// So:
///
/// - On one thread, with an executor that polls in the order of wake-ups, no writer overtakes a
///   woken waiter. A reader waits for at most one write, a writer for the writers before it and one
///   phase of readers before each.
/// - Across threads, how soon a woken task is polled is up to its executor, and the bound on
///   overtaking is probabilistic: a task whose executor is much slower to poll it than others are to
///   take the lock again can be overtaken many times.
/// - A future that was woken and is not polled (left in a `select!`, or forgotten) holds nothing
///   up: others take the lock after their turns of stepping aside. One thing remains: a waiter that
///   *sleeps in another task* behind a future that was woken and is never polled again sleeps until
///   the next release by somebody who came later, or the drop of that future.
///
/// Upgradable readers also wait for one another. Those behind the first let the writers that wait
/// go in between, one each.
///
/// The `try_*` methods never wait and step aside for nobody: they take what is free, also past
/// somebody who was woken. [`try_read`](RwLock::try_read) fails beside readers while a writer waits.
///
/// # Cancel safety
///
/// Every future of this crate is cancel safe: it does nothing before its first poll, and dropping
/// it at any moment leaves the lock as if it had not been called. A writer that is dropped while it
/// waits lets in the readers behind it, unless another writer waits; one that was woken passes its
/// turn on. Its place in the queue is lost.
///
/// # Timeouts
///
/// In a task, a timeout is the executor's, around any future of this crate:
///
/// ```
/// # use embassy_executor as _; // Links its timers.
/// use any_rwlock::{RwLock, RwLockReadGuard};
/// use std::time::Duration;
///
/// type Reader<'a> = RwLockReadGuard<'a, u32>;
///
/// async fn on_tokio(lock: &RwLock<u32>, limit: Duration) -> Option<Reader<'_>> {
///     tokio::time::timeout(limit, lock.read()).await.ok()
/// }
///
/// async fn on_smol(lock: &RwLock<u32>, limit: Duration) -> Option<Reader<'_>> {
///     let in_time = async { Some(lock.read().await) };
///     let too_late = async {
///         smol::Timer::after(limit).await;
///         None
///     };
///     smol::future::or(in_time, too_late).await
/// }
///
/// async fn on_embassy(lock: &RwLock<u32>, limit: embassy_time::Duration) -> Option<Reader<'_>> {
///     embassy_time::with_timeout(limit, lock.read()).await.ok()
/// }
///
/// let lock = RwLock::new(1);
/// let writer = lock.try_write().unwrap();
/// # let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # let limit = Duration::from_millis(1);
/// assert!(tokio.block_on(on_tokio(&lock, limit)).is_none());
/// assert!(smol::block_on(on_smol(&lock, limit)).is_none());
/// drop(writer);
/// assert!(tokio.block_on(on_tokio(&lock, limit)).is_some());
/// assert!(smol::block_on(on_smol(&lock, limit)).is_some());
/// # assert!(smol::block_on(on_embassy(&lock, embassy_time::Duration::MIN)).is_some());
/// ```
///
/// An upgrade that is given up need not lose its guard: see
/// [`upgrade_ref`](crate::RwLockUpgradableReadGuard::upgrade_ref). A thread that blocks has
/// [`try_read_for`](RwLock::try_read_for) and its like.
///
/// # Deadlocks
///
/// Asking for access while holding a guard of the same lock waits for oneself:
///
/// - `write` while holding any guard, or `upgradable_read` while holding an upgradable one, never
///   finishes.
/// - `read` while holding a read guard finishes unless a writer has come in between: then the new
///   reader waits for the writer, and the writer for the old guard. This is so in every lock that
///   does not starve writers. Two ways out: [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone)
///   where the old guard is at hand, which never waits, and
///   [`read_recursive`](RwLock::read_recursive) where it is not, which waits for no writer that
///   waits itself.
///
/// # Panics
///
/// A lock counts half its counter's readers, 2³¹ at a time (2¹⁴ on targets of 32 bits and less),
/// which only forgotten guards reach, and up to 2²⁵ − 1 (1023) waiting writers. Beyond that, the
/// method panics and the lock stays sound. A future that is polled after its completion panics.
///
/// The lock is not *poisoned* by a panic: a guard that is dropped by one releases its access, and
/// the value is left as it was. So a lock is not [`RefUnwindSafe`](core::panic::RefUnwindSafe),
/// unlike the one of `std`: whoever catches a panic beside a shared lock asserts that a value left
/// half changed does no harm.
///
/// # Wakers
///
/// The waker of a task that waits is cloned, woken and dropped while the queue that it waits in is
/// locked. Wakers of executors schedule their task, which is fine, and so is whatever does not use
/// *this* lock. A waker that does use it there (takes or gives up access, polls or drops one of its
/// futures; an executor that polls the task within `wake`) may wait for itself: block for ever, spin
/// for ever (without `std`), or panic (with `critical-section`). To look is always possible
/// ([`is_locked`](RwLock::is_locked) and its like).
///
/// A waker that panics when it is cloned, woken or dropped makes the call panic that used it: a poll, a
/// conversion, or the drop of a guard or future. Every access is then given up exactly once:
///
/// - A guard that was being dropped, or given away by `yield_to_waiters`, has released its access.
/// - A guard that was being converted has released it too: there is no guard to return.
/// - A poll takes no access if it panics. If that was because a waker was cloned or dropped, a later poll
///   of the same future can take it.
/// - A future whose drop panics waits no longer.
///
/// Others who would have been woken by that call may sleep until the next writer leaves. A future whose
/// waker panicked when it was woken is lost: polling or dropping it may panic once more, and until it is
/// dropped, if it asked to write, later readers may wait behind it as behind any writer. A second waker
/// that panics while the first panic unwinds aborts the process, as any panic there does.
///
/// # Memory effects
///
/// What was written under one guard is seen under every later one: taking access is an acquire
/// operation, giving it up or converting it a release operation.
///
/// # Cost
///
/// A lock without its value is two words. As long as nobody waits, no memory is allocated, and
/// taking or giving up access is one atomic read-modify-write. The first wait for a lock allocates
/// its queues, which it keeps; after that a wait allocates once.
///
/// # Examples
///
/// ```
/// use any_rwlock::RwLock;
///
/// static LOCK: RwLock<u32> = RwLock::new(5);
///
/// # futures_lite::future::block_on(async {
/// {
///     let one = LOCK.read().await;
///     let two = LOCK.read().await;
///     assert_eq!(*one + *two, 10);
/// }
/// *LOCK.write().await += 1;
/// assert_eq!(*LOCK.read().await, 6);
/// # });
/// ```
pub struct RwLock<T: ?Sized> {
    pub(crate) raw: RawRwLock,
    value: UnsafeCell<T>,
}

// SAFETY: a lock owns its value, and moving it moves the value; the rest of it is Send.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: a shared lock shares its value between readers (`T: Sync`) and lends it exclusively to
// writers on any thread, which may take it out (`T: Send`); `raw` keeps the two apart.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// A lock around this value.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// static LOCK: RwLock<u32> = RwLock::new(1);
    /// assert_eq!(*LOCK.try_read().unwrap(), 1);
    /// ```
    #[cfg(not(loom))]
    pub const fn new(value: T) -> RwLock<T> {
        RwLock { raw: RawRwLock::new(), value: UnsafeCell::new(value) }
    }

    /// A lock around this value.
    #[cfg(loom)]
    pub fn new(value: T) -> RwLock<T> {
        RwLock { raw: RawRwLock::new(), value: UnsafeCell::new(value) }
    }

    /// The value. There can be no guards: they borrow the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// assert_eq!(RwLock::new(1).into_inner(), 1);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    pub(crate) fn address(&self) -> Address<T> {
        // SAFETY: the pointer of an `UnsafeCell` is never null.
        Address::new(unsafe { NonNull::new_unchecked(self.value.get()) })
    }

    fn ask<E: Entry>(&self) -> Ask<&RawRwLock, E> {
        Ask::new(&self.raw)
    }

    /// The value, without locking: there can be no guards, since they borrow the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let mut lock = RwLock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    /// Shows the value, or `<locked>` while a writer has access, and what can be seen of the others: how many
    /// plain readers and whether an upgradable one or a writer have access, whether a writer or an upgrade
    /// waits, and whether anybody does.
    ///
    /// Never waits. The value is read as by [`try_read_recursive`](RwLock::try_read_recursive), past writers
    /// that wait, so a task that waits for itself can be shown. The rest is a snapshot from just before that,
    /// as of the [looks](RwLock::has_waiters) from outside.
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
        let seen = self.raw.look();
        // One reader too many would panic, and may be why the lock is shown.
        let value = if seen.is_full() { None } else { self.try_read_recursive() };
        let mut lock = f.debug_struct("RwLock");
        match &value {
            Some(value) => lock.field("value", &&**value),
            None => lock.field("value", &format_args!("<locked>")),
        };
        lock.field("readers", &seen.readers())
            .field("upgradable", &seen.is_upgradable_locked())
            .field("writer", &seen.is_write_locked())
            .field("waiting_writer", &seen.has_waiting_writer())
            .field("waiters", &seen.has_waiters())
            .finish()
    }
}
