//! The word of a lock, and the orderings of its operations. Wake-ups are dispatched in `wake`.
//!
//! # No wake-up is lost
//!
//! A waiter first enqueues, then goes on record in the word, then looks at the word once more
//! ([`RawRwLock::register`]). A holder that leaves changes the word, and if the state that it changed
//! has a waiter on record, wakes. Both are read-modify-writes of one word, so one comes first. If the record
//! does, the holder reads it, and its Acquire pairs with the record's Release: the entry is in the
//! queue before `wake` looks there. If the leave does, the state that the record returns shows it, and the
//! waiter does not sleep.
//!
//! # What one guard wrote, the next one sees
//!
//! Every acquisition is an Acquire, every release and every conversion a Release. All changes of
//! the word are read-modify-writes, so those in between keep the release sequence alive.

use crate::probe::Tag;
use crate::state::{
    Access, Priority, Refusal, Registration, State, Wake, MAX_READERS, MAX_WAITING_WRITERS,
};
use crate::sync::{constructor, AtomicWord, Ordering, Word};
use crate::wait::queue::{OnFirstWait, Waiting};

mod lock;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) mod sharded;
#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;
mod wake;
pub(crate) use lock::RawLock;

/// A read-write lock without a value.
pub(crate) struct RawRwLock {
    word: AtomicWord,
    waiting: OnFirstWait<Waiting>,
    tag: Tag,
}

impl RawRwLock {
    constructor! {
        pub(crate) fn new(tag: Tag) -> RawRwLock {
            RawRwLock {
                word: AtomicWord::new(State::FREE.word()),
                waiting: OnFirstWait::new(),
                tag,
            }
        }
    }

    /// What is recorded of this lock.
    #[inline(always)]
    pub(crate) fn tag(&self) -> &Tag {
        &self.tag
    }

    /// The state at some moment in the past.
    ///
    /// Relaxed: a snapshot gives no access and orders nothing.
    #[inline]
    pub(crate) fn snapshot(&self) -> State {
        State::from_word(self.word.load(Ordering::Relaxed))
    }

    #[inline]
    pub(crate) fn waiting(&self) -> &Waiting {
        self.waiting.get(Waiting::new)
    }
}

/// Acquisitions.
impl RawRwLock {
    /// Acquires this access if that takes one read-modify-write and concerns no waiter. Inlined, this is
    /// the arm for one access. (The last arm is what a waiter begins with, too. That it looks twice where it has
    /// to wait costs less than a path of its own.)
    ///
    /// # Safety
    ///
    /// For [`Access::Upgrade`], the caller has the upgradable read of this lock.
    #[inline(always)]
    pub(crate) unsafe fn acquire_fast(&self, access: Access) -> bool {
        match access {
            Access::Read => self.acquire_read_fast(),
            Access::Write => self.acquire_write_fast(),
            Access::RecursiveRead | Access::UpgradableRead | Access::Upgrade => {
                // SAFETY: by the caller's promise; the word does not know of the caller as a waiter.
                unsafe { self.acquire(access, Priority::Arriving, Registration::New) }.is_ok()
            }
        }
    }

    #[cfg(feature = "std")]
    #[inline]
    fn acquire_read_fast(&self) -> bool {
        // Acquire: pairs with the Release of every writer that has left.
        let found = self.word.fetch_add(State::READER.word(), Ordering::Acquire);
        let found = State::from_word(found);
        found.admits_reader_at_once() || {
            self.back_out(found);
            false
        }
    }

    /// Without `std` it looks first: a reader that has counted itself in blindly may have to back out, which takes
    /// flash.
    #[cfg(not(feature = "std"))]
    #[inline]
    fn acquire_read_fast(&self) -> bool {
        let state = self.snapshot();
        // Acquire: pairs with the Release of every writer that has left.
        state.admits_reader_at_once()
            && self
                .word
                .compare_exchange(
                    state.word(),
                    state.word() + State::READER.word(),
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_ok()
    }

    #[inline]
    fn acquire_write_fast(&self) -> bool {
        // Acquire: pairs with the Release of every holder that has left.
        self.word
            .compare_exchange(
                State::FREE.word(),
                State::WRITING.word(),
                Ordering::Acquire,
                Ordering::Relaxed,
            )
            .is_ok()
    }

    /// Acquires shared access once more.
    ///
    /// # Safety
    ///
    /// The caller has shared access of this lock.
    pub(crate) unsafe fn acquire_read_again(&self) {
        // Relaxed: what the caller's access has acquired, this one has.
        let found = self.word.fetch_add(State::READER.word(), Ordering::Relaxed);
        if State::from_word(found).is_full() {
            self.back_out(State::from_word(found));
        }
    }

    #[cold]
    fn back_out(&self, found: State) {
        // Relaxed: the refused reader has read nothing. The count that it takes back may be what
        // kept others from going; then `wake_next` looks again, with its own orderings.
        let left = self.word.fetch_sub(State::READER.word(), Ordering::Relaxed);
        if State::from_word(left).refused_reader_wakes_next() {
            self.wake_next();
        }
        if found.is_full() {
            Self::panic_at_limit();
        }
    }

    /// Acquires this access, or tells why not.
    ///
    /// # Safety
    ///
    /// For [`Access::Upgrade`], the caller has the upgradable read of this lock. `registration` is what
    /// the word knows of the caller as a waiter for this access.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) unsafe fn acquire(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal> {
        let mut state = self.snapshot();
        loop {
            let acquired = match state.acquire(access, priority, registration) {
                Ok(acquired) => acquired,
                Err(refusal) => {
                    if access.is_shared() && state.is_full() {
                        Self::panic_at_limit();
                    }
                    return Err(refusal);
                }
            };
            // Acquire: pairs with the Release of every holder that has left, the last reader before an
            // upgrade included.
            match self.word.compare_exchange_weak(
                state.word(),
                acquired.word(),
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(found) => state = State::from_word(found),
            }
        }
    }

    /// Puts a waiter that is queued on record; returns the state with that record.
    ///
    /// # Panics
    ///
    /// If more writers wait than can be counted.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn register(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> State {
        self.register_by(|state| state.register(access, priority, registration)).1
    }

    /// Returns the state before, and that with the record.
    #[cfg_attr(feature = "std", inline(always))]
    fn register_by(&self, next: impl Fn(State) -> Option<State>) -> (State, State) {
        self.exchange(|state| match next(state) {
            Some(registered) => (registered, registered),
            None => panic!("more than {MAX_WAITING_WRITERS} writers wait for one RwLock"),
        })
    }

    #[cold]
    fn panic_at_limit() -> ! {
        panic!("more than {MAX_READERS} readers hold one RwLock: are guards being forgotten?");
    }
}

/// Releases, conversions and wake-ups.
impl RawRwLock {
    /// Releases shared access.
    ///
    /// # Safety
    ///
    /// The caller gives up a read that was acquired of this lock.
    #[cfg_attr(feature = "std", inline)]
    #[cfg_attr(not(feature = "std"), inline(never))]
    unsafe fn release_read(&self) {
        // Release: pairs with the Acquire of the writer that comes next.
        let left = self.word.fetch_sub(State::READER.word(), Ordering::Release);
        if State::from_word(left).last_reader_wakes_next() {
            self.wake_next();
        }
    }

    /// Releases exclusive access.
    ///
    /// # Safety
    ///
    /// The caller gives up the exclusive access that was acquired of this lock.
    #[inline]
    unsafe fn release_write(&self) {
        // Release: pairs with the Acquire of the next holder.
        let exchange = self.word.compare_exchange(
            State::WRITING.word(),
            State::FREE.word(),
            Ordering::Release,
            Ordering::Relaxed,
        );
        if exchange.is_err() {
            // SAFETY: by the caller's promise.
            unsafe { self.transition(State::release_write) }
        }
    }

    /// Releases what was asked for and acquired: an upgrade leaves the upgradable read. Inlined, this is the arm
    /// for one access.
    ///
    /// # Safety
    ///
    /// The caller gives up this access, which was acquired of this lock.
    #[inline(always)]
    pub(crate) unsafe fn release(&self, access: Access) {
        // SAFETY: by the caller's promise, it is the access that the arm ends.
        unsafe {
            match access {
                Access::Read | Access::RecursiveRead => self.release_read(),
                Access::UpgradableRead => self.transition(State::release_upgradable),
                Access::Write => self.release_write(),
                Access::Upgrade => self.transition(State::downgrade_write_to_upgradable),
            }
        }
    }

    /// Releases or converts an access, and wakes who goes next. With `std` each transition has a copy of this, for
    /// speed; without, all share one, for flash.
    ///
    /// # Safety
    ///
    /// The caller gives up what `next` takes away: an access that was acquired of this lock.
    #[cfg(feature = "std")]
    #[cold]
    pub(crate) unsafe fn transition(&self, next: impl Fn(State) -> (State, Wake)) {
        self.change(next);
    }

    /// The same without `std`.
    ///
    /// # Safety
    ///
    /// The same.
    #[cfg(not(feature = "std"))]
    #[inline(never)]
    pub(crate) unsafe fn transition(&self, next: fn(State) -> (State, Wake)) {
        self.change(next);
    }

    /// Withdraws a waiter, and wakes who goes next in its place.
    ///
    /// # Safety
    ///
    /// The word knows of the caller like that as a waiter for this access, and no more once this has been called.
    #[cold]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) unsafe fn withdraw(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) {
        // Nothing is owed to a waiter that is gone.
        match self.exchange(|state| state.cancel(access, priority, registration)) {
            (_, Wake::Nobody) => (),
            (before, wake) => self.wake(before.clear_woken(access, priority), wake),
        }
    }

    #[inline(always)]
    fn change(&self, next: impl Fn(State) -> (State, Wake)) {
        match self.exchange(next) {
            (_, Wake::Nobody) => (),
            (before, wake) => self.wake(before, wake),
        }
    }

    /// Wakes who goes next, as things are now.
    pub(crate) fn wake_next(&self) {
        // SAFETY: this takes nothing away.
        unsafe { self.transition(State::wake_next) }
    }

    /// The last of the readers that were woken has come: arrivals need not defer any longer.
    pub(crate) fn clear_readers_woken(&self) {
        self.exchange(|state| (state.clear_readers_woken(), ()));
    }

    /// Changes the state by a read-modify-write, also where the state stays the same.
    ///
    /// Returns the state that was changed, and what else `next` says. (Not `unsafe`, though it takes any `next`,
    /// because it is private: only [`RawRwLock::transition`] passes on what a caller gives it.)
    fn exchange<R>(&self, next: impl Fn(State) -> (State, R)) -> (State, R) {
        let mut state = self.snapshot();
        loop {
            let (changed, result) = next(state);
            match self.try_exchange(state, changed) {
                Ok(_) => return (state, result),
                Err(found) => state = State::from_word(found),
            }
        }
    }

    /// One attempt, which may fail for nothing.
    ///
    /// AcqRel: the Release publishes what the caller did before (a guard's writes, an entry put into a
    /// queue) to the Acquire of who acquires or wakes; the Acquire sees the entry of each waiter on record.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    fn try_exchange(&self, state: State, changed: State) -> Result<Word, Word> {
        self.word.compare_exchange_weak(
            state.word(),
            changed.word(),
            Ordering::AcqRel,
            Ordering::Relaxed,
        )
    }
}
