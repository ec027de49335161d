//! The word and its queues: the only atomic operations on them, and their orderings.
//!
//! # No wake-up is lost
//!
//! Whoever is going to sleep first listens, then puts itself on record in the word, then looks at
//! the word once more: [`RawRwLock::register`]. Whoever leaves changes the word, and if the state
//! it changed has somebody on record, notifies. Both are read-modify-writes of one word, so one
//! comes first. If the record does, the one who leaves reads it, and its Acquire pairs with the
//! record's Release: the listener is in the list before `notify` looks. If the leave does, the
//! state that the record returns shows it, and the waiter does not sleep.
//!
//! # What one guard wrote, the next one sees
//!
//! Every acquisition is an Acquire, every release and every conversion a Release. All changes of
//! the word are read-modify-writes, so those in between keep the release sequence alive.

#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;

use core::ptr;

use alloc::boxed::Box;

use crate::state::{
    Access, InFlight, Priority, Refusal, Registration, State, Wake, MAX_READERS,
    MAX_WAITING_WRITERS,
};
use crate::sync::{AtomicPtr, AtomicWord, Ordering};
use crate::wait::queue::Queues;
use crate::wait::unwind::OnUnwind;

/// A read-write lock without a value.
pub(crate) struct RawRwLock {
    word: AtomicWord,
    /// Null until somebody first waits; then a [`Box`] that the lock owns and never replaces.
    queues: AtomicPtr<Queues>,
}

impl RawRwLock {
    #[cfg(not(any_rwlock_loom))]
    pub(crate) const fn new() -> RawRwLock {
        RawRwLock {
            word: AtomicWord::new(State::FREE.word()),
            queues: AtomicPtr::new(ptr::null_mut()),
        }
    }

    #[cfg(any_rwlock_loom)]
    pub(crate) fn new() -> RawRwLock {
        RawRwLock {
            word: AtomicWord::new(State::FREE.word()),
            queues: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The state at some moment in the past.
    ///
    /// Relaxed: a look gives no access and orders nothing.
    #[inline]
    pub(crate) fn snapshot(&self) -> State {
        State::from_word(self.word.load(Ordering::Relaxed))
    }

    /// The queues, made at the first call.
    #[inline]
    pub(crate) fn queues(&self) -> &Queues {
        // Acquire: pairs with the Release by which the queues were published.
        let mut queues = self.queues.load(Ordering::Acquire);
        if queues.is_null() {
            queues = self.make_queues();
        }
        // SAFETY: not null, from `Box::into_raw`, and only `drop` frees it, which takes `&mut self`.
        unsafe { &*queues }
    }

    #[cold]
    fn make_queues(&self) -> *mut Queues {
        let fresh = Box::into_raw(Box::new(Queues::new()));
        // Release: publishes the fresh queues.
        let exchange = self.queues.compare_exchange(
            ptr::null_mut(),
            fresh,
            Ordering::Release,
            Ordering::Relaxed,
        );
        if exchange.is_ok() {
            return fresh;
        }
        // SAFETY: `fresh` came from `Box::into_raw` above and was not published.
        drop(unsafe { Box::from_raw(fresh) });
        // Acquire: pairs with the Release of whoever was first.
        self.queues.load(Ordering::Acquire)
    }
}

/// Acquisitions.
impl RawRwLock {
    /// Takes shared access if nobody writes or waits, with one read-modify-write.
    #[inline]
    pub(crate) fn acquire_read_fast(&self) -> bool {
        // Acquire: pairs with the Release of every writer that has left.
        let found = self.word.fetch_add(State::READER.word(), Ordering::Acquire);
        let found = State::from_word(found);
        found.admits_reader_at_once() || {
            self.back_out(found);
            false
        }
    }

    /// Takes shared access once more.
    ///
    /// # Safety
    ///
    /// The caller has shared access of this lock.
    pub(crate) unsafe fn acquire_read_again(&self) {
        // Relaxed: whatever the caller's access has acquired, this one has.
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
            self.transition(State::wake_next);
        }
        Self::check_limit(found);
    }

    /// Takes exclusive access if the lock is free and nobody waits, with one read-modify-write.
    #[inline]
    pub(crate) fn acquire_write_fast(&self) -> bool {
        // Acquire: pairs with the Release of whoever has left.
        self.word
            .compare_exchange(
                State::FREE.word(),
                State::WRITING.word(),
                Ordering::Acquire,
                Ordering::Relaxed,
            )
            .is_ok()
    }

    /// Takes this access, or tells why not.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn acquire(
        &self,
        access: Access,
        priority: Priority,
        registration: Registration,
    ) -> Result<(), Refusal> {
        let mut state = self.snapshot();
        loop {
            let taken = match state.acquire(access, priority, registration) {
                Ok(taken) => taken,
                Err(refusal) => {
                    if matches!(access, Access::Read | Access::RecursiveRead) {
                        Self::check_limit(state);
                    }
                    return Err(refusal);
                }
            };
            // Acquire: pairs with the Release of whoever has left, the last reader of an upgrade
            // included.
            match self.word.compare_exchange_weak(
                state.word(),
                taken.word(),
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(found) => state = State::from_word(found),
            }
        }
    }

    /// Puts somebody who listens on record, and looks: the state with that record.
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
        self.exchange(|state| match state.register(access, priority, registration) {
            Some(registered) => (registered, registered),
            None => panic!("more than {MAX_WAITING_WRITERS} writers wait for one RwLock"),
        })
        .1
    }

    fn check_limit(state: State) {
        assert!(
            !state.is_full(),
            "more than {MAX_READERS} readers hold one RwLock: are guards being forgotten?"
        );
    }
}

/// What a wake-up comes to after which nobody else has to be woken.
const NOBODY: (State, Wake) = (State::FREE, Wake::Nobody);

/// Releases, conversions and wake-ups.
impl RawRwLock {
    /// Gives up shared access.
    ///
    /// # Safety
    ///
    /// The caller gives up a read that was taken of this lock.
    #[inline]
    pub(crate) unsafe fn release_read(&self) {
        // Release: pairs with the Acquire of the writer that comes next.
        let left = self.word.fetch_sub(State::READER.word(), Ordering::Release);
        if State::from_word(left).last_reader_wakes_next() {
            self.transition(State::wake_next);
        }
    }

    /// Gives up exclusive access.
    ///
    /// # Safety
    ///
    /// The caller gives up the exclusive access that was taken of this lock.
    #[inline]
    pub(crate) unsafe fn release_write(&self) {
        // Release: pairs with the Acquire of whoever comes next.
        let exchange = self.word.compare_exchange(
            State::WRITING.word(),
            State::FREE.word(),
            Ordering::Release,
            Ordering::Relaxed,
        );
        if exchange.is_err() {
            self.transition(State::release_write);
        }
    }

    /// Gives up what was asked for and taken, as if it had not been: an upgrade leaves the upgradable read.
    ///
    /// # Safety
    ///
    /// The caller gives up this access, which was taken of this lock.
    #[cold]
    pub(crate) unsafe fn give_up(&self, access: Access) {
        match access {
            // SAFETY: by the caller's promise, it is a read.
            Access::Read | Access::RecursiveRead => unsafe { self.release_read() },
            Access::UpgradableRead => self.transition(State::release_upgradable),
            // SAFETY: by the caller's promise, it is exclusive access.
            Access::Write => unsafe { self.release_write() },
            Access::Upgrade => self.transition(State::downgrade_write_to_upgradable),
        }
    }

    /// Gives up, changes or passes on access, and wakes who can go.
    ///
    /// What `next` takes away from the state must be what the caller has.
    #[cold]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn transition(&self, next: impl Fn(State) -> (State, Wake)) {
        match self.exchange(&next) {
            (_, Wake::Nobody) => (),
            (before, wake) => self.wake(before, wake),
        }
    }

    /// Apart from [`RawRwLock::transition`], so that not every transition has its own.
    #[inline(never)]
    fn wake(&self, mut before: State, mut wake: Wake) {
        while wake != Wake::Nobody {
            let in_flight = before.readers_in_flight();
            (before, wake) = match wake {
                Wake::Nobody => return,
                Wake::Readers => self.readers_woken(self.wake_shared(Access::Read, in_flight)),
                Wake::Upgradable => self.wake_upgradable(0, in_flight),
                Wake::ReadersAndUpgradable => self
                    .wake_upgradable(self.wake_shared(Access::Read, in_flight), InFlight::Readers),
                Wake::Writer => self.wake_exclusive(Access::Write, in_flight),
                Wake::Upgrader => self.wake_exclusive(Access::Upgrade, in_flight),
            }
        }
    }

    /// Wakes all plain readers, or one upgradable one; how many there were.
    ///
    /// If a waker panics, those behind it still sleep, and go on record once more.
    #[cfg_attr(feature = "std", inline(always))]
    fn wake_shared(&self, access: Access, in_flight: InFlight) -> usize {
        let interrupted = OnUnwind::new(|| {
            self.register(access, Priority::Arriving, Registration::New);
        });
        let woken = self.queues().wake_readers(access, in_flight);
        interrupted.disarm();
        woken
    }

    /// So many readers of both kinds were woken.
    fn readers_woken(&self, woken: usize) -> (State, Wake) {
        if woken == 0 {
            let others_come = self.queues().has_readers_in_flight();
            return self.exchange(|state| state.readers_absent(others_come));
        }
        if !self.queues().add_readers_in_flight(woken) {
            self.clear_readers_woken();
        }
        NOBODY
    }

    /// Wakes one upgradable reader, when so many plain ones have been woken.
    ///
    /// If there was none, its flag is taken down, and the queue looked at once more: somebody may
    /// have listened in between and found the flag still up. Then the flag goes up again, and those
    /// who wait are looked for as things are now: whoever left in between found it down.
    fn wake_upgradable(&self, readers: usize, in_flight: InFlight) -> (State, Wake) {
        if self.wake_shared(Access::UpgradableRead, in_flight) > 0 {
            return self.readers_woken(readers + 1);
        }
        self.exchange(|state| (state.upgradables_absent(), ()));
        if self.wake_shared(Access::UpgradableRead, InFlight::Readers) == 0 {
            return self.readers_woken(readers);
        }
        self.queues().add_readers_in_flight(readers + 1);
        self.exchange(State::upgradables_present)
    }

    /// Wakes one writer, or the upgrader.
    ///
    /// If there was none, the turn is taken back, and those who wait now are looked for: they may have
    /// come in between, and a reader that left may have relied on the turn.
    #[cfg_attr(feature = "std", inline(always))]
    fn wake_exclusive(&self, access: Access, in_flight: InFlight) -> (State, Wake) {
        if self.queues().wake_exclusive(access, in_flight) {
            return NOBODY;
        }
        self.retract_writer_wake()
    }

    #[cold]
    fn retract_writer_wake(&self) -> (State, Wake) {
        let (before, wake) = self.exchange(State::retract_writer_wake);
        let in_flight = before.readers_in_flight();
        let found = match wake {
            Wake::Writer => self.queues().wake_exclusive(Access::Write, in_flight),
            Wake::Upgrader => self.queues().wake_exclusive(Access::Upgrade, in_flight),
            _ => false,
        };
        if found {
            return NOBODY;
        }
        self.exchange(State::writers_absent)
    }

    /// The last of the readers that were woken is here: arrivals need not step aside any longer.
    pub(crate) fn clear_readers_woken(&self) {
        self.exchange(|state| (state.clear_readers_woken(), ()));
    }

    /// Changes the state by a read-modify-write, also where the state stays the same.
    ///
    /// AcqRel: the Release publishes what the caller did before (a guard's writes, a listener put
    /// into its list); the Acquire sees the listener of everyone who is on record.
    ///
    /// Returns the state that was changed, and what else `next` says.
    fn exchange<R>(&self, next: impl Fn(State) -> (State, R)) -> (State, R) {
        let mut state = self.snapshot();
        loop {
            let (changed, result) = next(state);
            match self.word.compare_exchange_weak(
                state.word(),
                changed.word(),
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return (state, result),
                Err(found) => state = State::from_word(found),
            }
        }
    }
}

impl Drop for RawRwLock {
    fn drop(&mut self) {
        // Relaxed: `&mut self` comes after everything else that was done to this lock.
        let queues = self.queues.load(Ordering::Relaxed);
        if !queues.is_null() {
            // SAFETY: from `Box::into_raw`, and `queues` hands out no reference that outlives
            // a borrow of this lock.
            drop(unsafe { Box::from_raw(queues) });
        }
    }
}
