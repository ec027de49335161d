use core::cell::UnsafeCell;

use crate::raw::sharded::RawShardedRwLock;

pub(crate) mod futures;
mod guard;
mod handle;

// In the order in which the documentation lists the methods.
mod mapped;
mod new;
mod read;
mod upgradable;
mod write;
// Views from outside.
mod inspect;
// Access for threads.
#[cfg(not(target_family = "wasm"))]
mod blocking;

pub use mapped::{
    ShardedRwLockMappedReadGuard, ShardedRwLockMappedReadGuardArc, ShardedRwLockMappedWriteGuard,
    ShardedRwLockMappedWriteGuardArc,
};
pub use read::{ShardedRwLockReadGuard, ShardedRwLockReadGuardArc};
pub use upgradable::{ShardedRwLockUpgradableReadGuard, ShardedRwLockUpgradableReadGuardArc};
pub use write::{ShardedRwLockWriteGuard, ShardedRwLockWriteGuardArc};

/// An [`RwLock`](crate::RwLock) whose readers do not contend with one another: reads scale with processors, and writes
/// cost more.
///
/// Choose it for a value that several threads read all the time and that is rarely written: routes,
/// configuration, a cache that is filled. Choose [`RwLock`](crate::RwLock) otherwise: where there are many
/// locks, where more than one access in a few hundred is a write, or where one thread does most of the work.
///
/// It keeps [every promise](crate::RwLock#who-goes-next) of `RwLock` but that of [cost](#cost): readers and writers
/// alternate, futures are cancel safe, only guards block, tasks and threads share one lock. Its methods are those of
/// `RwLock`, too, except that the futures of `*_arc` own their `Arc`, as those of `*_owned` do.
///
/// # Examples
///
/// ```
/// use any_rwlock::ShardedRwLock;
/// use std::thread;
///
/// let routes = ShardedRwLock::new(vec!["/", "/about"]);
/// thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| {
///             pollster::block_on(async {
///                 for _ in 0..1000 {
///                     assert!(routes.read().await.contains(&"/about")); // In its thread's shard.
///                 }
///             })
///         });
///     }
///     scope.spawn(|| pollster::block_on(async { routes.write().await.push("/new") }));
/// });
/// assert_eq!(routes.into_inner().len(), 3);
/// ```
///
/// # How it works
///
/// A plain lock counts its readers in one word, so each reader takes that word's cache line from the processor of
/// the one before. Here, readers are counted in *shards* while the lock is *biased* towards readers, as a new lock
/// is: each thread has a shard, on a cache line of its own. A writer ends the bias and *collects*: it moves what
/// the shards count into the word, and then waits there as in a plain lock. Until the bias is back, readers use the
/// word too. It comes back when a thread has read 128 times with no write in between, but not while a writer waits.
///
/// (After folly's `SharedMutex` and its "deferred readers"; the bias: D. Dice and A. Kogan, "BRAVO: Biased Locking
/// for Reader-Writer Locks", USENIX ATC 2019, section 3.)
///
/// # Cost
///
/// - *Memory*: a shard takes 128 bytes, and so does the word. [`new`](ShardedRwLock::new) makes as many shards as the
///   machine runs threads at once, rounded up to a power of two; [`with_shards`](ShardedRwLock::with_shards) makes as
///   many as the caller asks for, 64 at most. So a lock without its value takes 40 bytes and, beside them, 384 with 2
///   shards, 1152 with 8, 8320 with 64. Shards are allocated when the lock is made, so `new` is not `const`; nothing is
///   allocated later, except what waits [cost](crate::RwLock#cost). A guard is a word larger than that of a plain lock.
/// - *A read* of a biased lock is one atomic read-modify-write in the thread's own shard, and giving it up is
///   another. Otherwise it is a read of a plain lock.
/// - *A write* of a biased lock looks at each shard, and moves the count of those that are in use: that is a cache
///   line from another processor for each thread that has read since the last write. Otherwise it is a write of a
///   plain lock, except that value and word are on different cache lines. On two processors, with one write in a
///   thousand accesses, this lock is twice as fast as a plain one; with one in a hundred, at most as fast.
/// - [`try_write`](ShardedRwLock::try_write) looks at the shards, and keeps the bias if one is in use.
///
/// # Limits
///
/// Threads are given shards in the order in which they first read: as many threads as there are shards never
/// meet, more threads share. A guard may be dropped on any thread; it leaves by the shard through which it
/// came. A shard counts up to 2²⁴ readers at a time (64 on targets of 32 bits); readers beyond that are
/// counted in the word, up to [its limit](crate::RwLock#panics).
///
/// Readers of one shard, or of the word, write to a cache line that they share. So do readers that write to the
/// value, for example by cloning an `Arc` in it: then the value is what limits them.
pub struct ShardedRwLock<T: ?Sized> {
    pub(crate) raw: RawShardedRwLock,
    value: UnsafeCell<T>,
}
