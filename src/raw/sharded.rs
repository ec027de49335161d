//! A raw lock whose readers do not meet: in front of its word are shards, and readers are counted there.
//!
//! # How readers and writers find one another
//!
//! While the word is biased, a reader adds one to the shard of its thread and then looks at the word. If the
//! bias still stands, it has access. If not, it gives its count back as a reader that leaves, and arrives at the
//! word: a later writer may have taken its count for that of a reader which came before.
//!
//! Whoever wants exclusive access ends the bias, and in the same operation counts itself in as a reader of the
//! word. Then it *collects*: what a shard counts is added to the word, and then taken from the shard. When all
//! shards are done it leaves, as any last reader does. So it waits for no reader, and no one finds a word
//! without readers before all of them stand there. After that, it looks at the word anew.
//!
//! A reader leaves from the shard by which it came if the shard counts one, else from the word. It may be the
//! count of another one that came so; that one then leaves from the word.
//!
//! # Why no reader is overlooked
//!
//! A reader adds before it looks; a collector ends the bias before it reads the shard. In between, the one has two
//! sequentially consistent accesses and the other a fence, so all four are in one order. If the reader saw the
//! bias, its count is there to be read; and if the count is not there, the reader sees that the bias has ended.
//!
//! A count that is gone from a shard is found in the word. It is added there before it is taken, and who finds the
//! shard empty acquires what was done before that. Likewise, what a reader did before it left from a shard is
//! passed on, by the collector or by the reader that finds the shard empty.
//!
//! # Sources
//!
//! folly's `SharedMutex` ("deferred readers", which its writers move into the word); D. Dice and A. Kogan,
//! "BRAVO: Biased Locking for Reader-Writer Locks", USENIX ATC 2019, section 3, for the bias and for what it
//! takes to return.

use alloc::boxed::Box;

use super::{OnFirstWait, RawLock, RawRwLock};
use crate::probe::Tag;
use crate::state::{Access, Priority, Refusal, Registration, State, MAX_READERS};
use crate::sync::{fence, fence_between, AtomicWord, Ordering};

mod shard;
#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;
mod thread;

use shard::{Advisory, OwnLine, Shard};

/// A lock has no more shards.
pub(crate) const MAX_SHARDS: usize = 64;

/// A shard counts no more readers; those that come then go by the word. All shards together then add half of what its
/// counter has room for beyond [`MAX_READERS`]. The other half is for what up to 63 collectors of one shard count twice
/// at a time: more than one there is only if the bias returns while the one before is between two operations.
pub(crate) const MAX_READERS_OF_SHARD: usize = MAX_READERS / (2 * MAX_SHARDS);

/// How many reads of the word on one thread, with no write in between, bring the bias back: then as many are
/// likely to follow, and they save more than the next collection costs.
const READS_FOR_BIAS: usize = if cfg!(any(any_rwlock_loom, any_rwlock_shuttle)) { 1 } else { 128 };

/// Where a reader was counted when it came: in which shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedIn(usize);

impl CountedIn {
    /// Not in a shard.
    pub(crate) const WORD: CountedIn = CountedIn(usize::MAX);
}

/// A read-write lock without a value, and with shards.
pub(crate) struct RawShardedRwLock {
    /// Apart from what every reader looks at: else each change of the word would take that away from all of them.
    word: Box<OwnLine<RawRwLock>>,
    /// As many as a power of two.
    shards: Box<[OwnLine<Shard>]>,
    /// Whether the word was biased when a thread last looked: 0 or 1.
    seems_biased: Advisory,
    /// How many writes there have been.
    writes: Advisory,
}

impl RawShardedRwLock {
    /// With as many shards as threads run at once.
    pub(crate) fn new(tag: Tag) -> RawShardedRwLock {
        RawShardedRwLock::with_shards(tag, thread::parallelism())
    }

    /// With so many shards, at least: as many as a power of two, and not more than [`MAX_SHARDS`].
    pub(crate) fn with_shards(tag: Tag, shards: usize) -> RawShardedRwLock {
        let count = shards.clamp(1, MAX_SHARDS).next_power_of_two();
        RawShardedRwLock {
            word: Box::new(OwnLine(RawRwLock {
                word: AtomicWord::new(State::BIASED.word()),
                waiting: OnFirstWait::new(),
                tag,
            })),
            shards: (0..count).map(|_| OwnLine(Shard::new())).collect(),
            seems_biased: Advisory::new(1),
            writes: Advisory::new(0),
        }
    }

    pub(crate) fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The state, and how many readers there are apart from it. One that is being collected may be counted
    /// twice; none is missed.
    pub(crate) fn snapshot(&self) -> (State, usize) {
        let readers = self.shards.iter().map(|shard| shard.0.readers()).sum();
        (self.word().snapshot(), readers)
    }

    /// The index of this thread's shard.
    #[inline]
    fn index(&self) -> usize {
        thread::index() & (self.shards.len() - 1)
    }
}

/// Shared access by a shard.
impl RawShardedRwLock {
    /// Acquires shared access by the shard of this thread, while the lock is biased.
    #[inline]
    pub(crate) fn acquire_by_shard(&self) -> Option<CountedIn> {
        if self.seems_biased.get() == 0 {
            return None;
        }
        let index = self.index();
        let shard = &self.shards[index].0;
        // SeqCst, both: in one order with the end of the bias, and with the look of `collect` at the shard. Acquire
        // is in the second: it pairs with the Release of the last writer.
        let found = shard.readers.fetch_add(1, Ordering::SeqCst);
        fence_between();
        let state = State::from_word(self.word().word.load(Ordering::SeqCst));
        if state.is_biased() && found < MAX_READERS_OF_SHARD {
            return Some(CountedIn(index));
        }
        self.back_out(CountedIn(index), state);
        None
    }

    #[cold]
    fn back_out(&self, counted_in: CountedIn, state: State) {
        if !state.is_biased() {
            self.seems_biased.set(0);
        }
        // SAFETY: the caller was counted there just now. A collector may have moved the count to the word.
        unsafe { self.release_read(counted_in) }
    }

    /// Releases shared access.
    ///
    /// # Safety
    ///
    /// The caller gives up a read that was acquired of this lock, and counted there.
    #[inline]
    pub(crate) unsafe fn release_read(&self, counted_in: CountedIn) {
        // SAFETY: by the caller's promise.
        if !unsafe { self.release_by_shard(counted_in) } {
            // SAFETY: the read is not counted in its shard, so a collector has moved it to the word.
            unsafe { self.word().release_read() }
        }
    }

    /// Releases shared access, if that shard counts a reader.
    ///
    /// # Safety
    ///
    /// As for [`release_read`](Self::release_read), if it returns `true`.
    #[inline]
    pub(crate) unsafe fn release_by_shard(&self, counted_in: CountedIn) -> bool {
        self.shards.get(counted_in.0).map_or(false, |shard| shard.0.take_one())
    }
}

/// Acquisitions by the word.
// SAFETY: it has one word, by which all of this goes.
unsafe impl RawLock for RawShardedRwLock {
    #[inline]
    fn word(&self) -> &RawRwLock {
        &self.word.0
    }

    /// Leaves the bias. Apart, so that a read by a shard is little enough to be inlined.
    #[inline(never)]
    unsafe fn acquire_fast(&self, access: Access) -> bool {
        // SAFETY: by the caller's promise.
        let acquired = unsafe { self.word().acquire_fast(access) };
        match access {
            Access::Read if acquired => self.count_read(),
            Access::Write if acquired => self.count_write(),
            _ => (),
        }
        acquired
    }

    unsafe fn acquire(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal> {
        loop {
            // SAFETY: by the caller's promise.
            match unsafe { self.word().acquire(access, priority, registration) } {
                // What was read before is stale.
                Err(Refusal::Held) if !access.is_shared() && self.end_bias() => (),
                result => {
                    if result.is_ok() && !access.is_shared() {
                        self.count_write();
                    }
                    return result;
                }
            }
        }
    }

    /// Leaves the bias if what is asked for is not free.
    unsafe fn acquire_barging(&self, access: Access) -> Result<(), Refusal> {
        let (priority, registration) = (Priority::Barging, Registration::New);
        let state = self.word().snapshot();
        if !access.is_shared() && state.is_biased() {
            state.without_bias().acquire(access, priority, registration)?;
            if self.shards.iter().any(|shard| shard.0.readers() > 0) {
                return Err(Refusal::Held);
            }
        }
        // SAFETY: by the caller's promise.
        unsafe { self.acquire(access, priority, registration) }
    }

    fn register(
        &self,
        access: Access,
        priority: Priority,
        registration: &mut Registration,
    ) -> State {
        let (before, registered) = self.word().register_by(|state| {
            state.register_in_front_of_shards(access, priority, *registration)
        });
        *registration = Registration::Registered;
        if access.is_shared() || !before.is_biased() {
            return registered;
        }
        self.collect();
        self.word().snapshot()
    }
}

/// The bias comes and goes.
impl RawShardedRwLock {
    /// Counts a read of the word. Many of them with no write in between bring the bias back.
    #[inline]
    fn count_read(&self) {
        let shard = &self.shards[self.index()].0;
        let writes = self.writes.get();
        let reads = if shard.writes_seen.get() == writes { shard.reads.get() + 1 } else { 1 };
        shard.writes_seen.set(writes);
        shard.reads.set(reads);
        if reads > READS_FOR_BIAS {
            self.bias();
        }
    }

    /// Counts a write, or an attempt that took as much.
    #[inline]
    fn count_write(&self) {
        self.writes.set(self.writes.get().wrapping_add(1));
    }

    #[cold]
    fn bias(&self) {
        let state = self.word().snapshot();
        let is_biased = state.is_biased()
            || state.bias().map_or(false, |biased| {
                // Relaxed: passes on, as any read-modify-write, what the last writer released; the reader adds
                // nothing.
                self.word()
                    .word
                    .compare_exchange(
                        state.word(),
                        biased.word(),
                        Ordering::Relaxed,
                        Ordering::Relaxed,
                    )
                    .is_ok()
            });
        if is_biased {
            self.seems_biased.set(1);
        }
    }

    /// Ends the bias and collects. Returns whether there was one to end.
    fn end_bias(&self) -> bool {
        if !self.word().snapshot().is_biased() {
            return false;
        }
        let (before, ()) = self.word().exchange(|state| (state.end_bias(), ()));
        let is_collector = before.is_biased();
        if is_collector {
            self.collect();
        }
        is_collector
    }

    /// Moves what the shards count into the word. The caller has ended the bias, and leaves.
    #[cold]
    fn collect(&self) {
        // Comes between the end of the bias and the looks at the shards; pairs with the accesses of a reader.
        fence(Ordering::SeqCst);
        for shard in &*self.shards {
            self.collect_from(&shard.0);
        }
        self.seems_biased.set(0);
        self.count_write();
        // SAFETY: who ends the bias is counted as a reader.
        unsafe { self.word().release_read() }
    }

    fn collect_from(&self, shard: &Shard) {
        let count = shard.readers();
        if count == 0 {
            return;
        }
        // Relaxed: published by the Release below, to readers that find their count gone from the shard.
        self.word().word.fetch_add(State::of_readers(count), Ordering::Relaxed);
        let mut found = count;
        let taken = loop {
            let taken = count.min(found);
            // Acquire: pairs with the Release of those that left from here: this passes on what they did, when the
            // collector leaves. Release: pairs with the Acquire of readers that find their count gone.
            match shard.readers.compare_exchange_weak(
                found,
                found - taken,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => break taken,
                Err(now) => found = now,
            }
        };
        if taken < count {
            // Relaxed: the collector is still counted, so this is not the last reader; it leaves with a Release.
            self.word().word.fetch_sub(State::of_readers(count - taken), Ordering::Relaxed);
        }
    }
}
