//! The word of a lock, the orderings of its operations, and the dispatch of wake-ups.
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

use crate::state::{
    Access, InFlight, Priority, Refusal, Registration, State, Wake, MAX_READERS,
    MAX_WAITING_WRITERS,
};
use crate::sync::{constructor, AtomicWord, Ordering};
use crate::wait::queue::{OnFirstWait, Waiting};
use crate::wait::unwind::OnUnwind;

mod lock;
#[cfg(feature = "std")]
pub(crate) mod sharded;
#[cfg(all(test, not(any_rwlock_loom)))]
mod tests;
pub(crate) use lock::RawLock;

/// A read-write lock without a value.
pub(crate) struct RawRwLock {
    word: AtomicWord,
    waiting: OnFirstWait<Waiting>,
}

impl RawRwLock {
    constructor! {
        pub(crate) fn new() -> RawRwLock {
            RawRwLock { word: AtomicWord::new(State::FREE.word()), waiting: OnFirstWait::new() }
        }
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
        Self::check_limit(found);
    }

    /// Acquires this access, or tells why not.
    ///
    /// # Safety
    ///
    /// For [`Access::Upgrade`], the caller has the upgradable read of this lock. `registration` is what
    /// the word knows of the caller as a waiter for this access.
    #[cfg_attr(feature = "std", inline(always))]
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
                    if matches!(access, Access::Read | Access::RecursiveRead) {
                        Self::check_limit(state);
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

    fn check_limit(state: State) {
        assert!(
            !state.is_full(),
            "more than {MAX_READERS} readers hold one RwLock: are guards being forgotten?"
        );
    }
}

/// No further wake-up follows.
const DONE: (State, Wake) = (State::FREE, Wake::Nobody);

/// Releases, conversions and wake-ups.
impl RawRwLock {
    /// Releases shared access.
    ///
    /// # Safety
    ///
    /// The caller gives up a read that was acquired of this lock.
    #[inline]
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

    /// Releases or converts an access, or withdraws a waiter, and wakes who goes next.
    ///
    /// # Safety
    ///
    /// The caller gives up what `next` takes away: an access that was acquired of this lock, or a record of
    /// a waiter in its word.
    #[cold]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) unsafe fn transition(&self, next: impl Fn(State) -> (State, Wake)) {
        match self.exchange(&next) {
            (_, Wake::Nobody) => (),
            (before, wake) => self.wake(before, wake),
        }
    }

    /// Wakes who goes next, as things are now.
    pub(crate) fn wake_next(&self) {
        // SAFETY: this takes nothing away.
        unsafe { self.transition(State::wake_next) }
    }

    /// Apart from [`RawRwLock::transition`], so that there is one copy for all transitions.
    #[inline(never)]
    fn wake(&self, mut before: State, mut wake: Wake) {
        while wake != Wake::Nobody {
            let in_flight = before.readers_in_flight();
            (before, wake) = match wake {
                Wake::Nobody => return,
                Wake::Readers => self.count_woken(self.wake_readers(Access::Read, in_flight)),
                Wake::Upgradable => self.wake_upgradable(0, in_flight),
                Wake::ReadersAndUpgradable => {
                    let readers = self.wake_readers(Access::Read, in_flight);
                    self.wake_upgradable(readers, InFlight::Readers)
                }
                Wake::Writer => self.wake_exclusive(Access::Write, in_flight),
                Wake::Upgrader => self.wake_exclusive(Access::Upgrade, in_flight),
            }
        }
    }

    /// Wakes all plain readers, or one upgradable one; returns how many there were.
    ///
    /// If a waker panics, the readers behind it still sleep, and go on record once more.
    #[cfg_attr(feature = "std", inline(always))]
    fn wake_readers(&self, access: Access, in_flight: InFlight) -> usize {
        let panicked = OnUnwind::new(|| {
            self.register(access, Priority::Arriving, Registration::New);
        });
        let waiting = self.waiting();
        let woken = waiting.fairness.wake_readers(&waiting.queues, access, in_flight);
        panicked.disarm();
        woken
    }

    /// Counts the readers of both kinds that were woken.
    fn count_woken(&self, woken: usize) -> (State, Wake) {
        let fairness = &self.waiting().fairness;
        if woken == 0 {
            let in_flight = fairness.readers_in_flight();
            return self.exchange(|state| state.readers_absent(in_flight));
        }
        if fairness.add_readers_in_flight(woken) == InFlight::Nobody {
            self.clear_readers_woken();
        }
        DONE
    }

    /// Wakes one upgradable reader, after so many plain ones.
    ///
    /// If there was none, its flag is taken down, and the queue looked at once more: one may have enqueued
    /// in between and found the flag still up. Then the flag goes up again, and the next to wake is looked
    /// for as things are now: a holder that left in between found the flag down.
    fn wake_upgradable(&self, readers: usize, in_flight: InFlight) -> (State, Wake) {
        if self.wake_readers(Access::UpgradableRead, in_flight) > 0 {
            return self.count_woken(readers + 1);
        }
        self.exchange(|state| (state.upgradables_absent(), ()));
        if self.wake_readers(Access::UpgradableRead, InFlight::Readers) == 0 {
            return self.count_woken(readers);
        }
        self.waiting().fairness.add_readers_in_flight(readers + 1);
        self.exchange(State::upgradables_present)
    }

    /// Wakes one writer, or the upgrader.
    ///
    /// If there was none, `WRITER_WOKEN` is taken back, and the next to wake is looked for once more: one may
    /// have come in between, and a reader that left may have relied on the flag.
    #[cfg_attr(feature = "std", inline(always))]
    fn wake_exclusive(&self, access: Access, in_flight: InFlight) -> (State, Wake) {
        if self.try_wake_exclusive(access, in_flight) {
            return DONE;
        }
        self.wake_exclusive_again()
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn try_wake_exclusive(&self, access: Access, in_flight: InFlight) -> bool {
        let waiting = self.waiting();
        waiting.fairness.wake_exclusive(&waiting.queues, access, in_flight)
    }

    #[cold]
    fn wake_exclusive_again(&self) -> (State, Wake) {
        let (before, wake) = self.exchange(State::retract_writer_wake);
        let in_flight = before.readers_in_flight();
        let found = match wake {
            Wake::Writer => self.try_wake_exclusive(Access::Write, in_flight),
            Wake::Upgrader => self.try_wake_exclusive(Access::Upgrade, in_flight),
            _ => false,
        };
        if found {
            return DONE;
        }
        self.exchange(State::writers_absent)
    }

    /// The last of the readers that were woken has come: arrivals need not defer any longer.
    pub(crate) fn clear_readers_woken(&self) {
        self.exchange(|state| (state.clear_readers_woken(), ()));
    }

    /// Changes the state by a read-modify-write, also where the state stays the same.
    ///
    /// AcqRel: the Release publishes what the caller did before (a guard's writes, an entry put into a
    /// queue) to the Acquire of who acquires or wakes; the Acquire sees the entry of each waiter on record.
    ///
    /// Returns the state that was changed, and what else `next` says. (Not `unsafe`, though it takes any `next`,
    /// because it is private: only [`RawRwLock::transition`] passes on what a caller gives it.)
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
