//! The dispatch of wake-ups: whom a change of the word says to wake is woken, and what becomes of that is written into
//! the word.
#![forbid(unsafe_code)]

use super::RawRwLock;
use crate::state::{Access, InFlight, Priority, Registration, State, Wake};
use crate::wait::queue::Waiting;
use crate::wait::unwind::{self, OnUnwind};

/// No further wake-up follows.
const DONE: (State, Wake) = (State::FREE, Wake::Nobody);

impl RawRwLock {
    /// Apart from [`RawRwLock::transition`], so that there is one copy for all transitions.
    #[inline(never)]
    pub(super) fn wake(&self, mut before: State, mut wake: Wake) {
        let waiting = self.waiting();
        while wake != Wake::Nobody {
            let in_flight = before.in_flight();
            (before, wake) = match wake {
                Wake::Nobody => return,
                Wake::Readers => {
                    let readers = self.wake_readers(waiting, Access::Read, in_flight);
                    self.count_woken(waiting, readers)
                }
                Wake::Upgradable => self.wake_upgradable(waiting, 0, in_flight),
                Wake::ReadersAndUpgradable => self.wake_readers_and_upgradable(waiting, in_flight),
                Wake::Writer => self.wake_exclusive(waiting, Access::Write, in_flight),
                Wake::Upgrader => self.wake_exclusive(waiting, Access::Upgrade, in_flight),
            }
        }
    }

    /// Wakes all plain readers, or one upgradable one; returns how many there were.
    ///
    /// If a waker panics, the readers behind it still sleep, and go on record once more.
    #[cfg_attr(feature = "std", inline(always))]
    fn wake_readers(&self, waiting: &Waiting, access: Access, in_flight: InFlight) -> usize {
        let panicked = OnUnwind::new(move || {
            self.register(access, Priority::Arriving, Registration::New);
        });
        let (woken, _) = waiting.wake(access, in_flight);
        panicked.disarm();
        woken
    }

    /// Wakes all plain readers, and one upgradable one: with `std`, also if a waker of the former panics.
    fn wake_readers_and_upgradable(&self, waiting: &Waiting, in_flight: InFlight) -> (State, Wake) {
        let wake_readers = || self.wake_readers(waiting, Access::Read, in_flight);
        let readers = unwind::run_or_else(wake_readers, || {
            let (before, wake) = self.wake_upgradable(waiting, 0, InFlight::READERS);
            self.wake(before, wake);
        });
        self.wake_upgradable(waiting, readers, InFlight::READERS)
    }

    /// Counts the readers of both kinds that were woken.
    fn count_woken(&self, waiting: &Waiting, woken: usize) -> (State, Wake) {
        let fairness = &waiting.fairness;
        if woken == 0 {
            let are_in_flight = fairness.has_readers_in_flight();
            return self.exchange(|state| state.readers_absent(are_in_flight));
        }
        if !fairness.add_readers_in_flight(woken) {
            self.clear_readers_woken();
        }
        DONE
    }

    /// Wakes one upgradable reader, after so many plain ones.
    ///
    /// If there was none, its flag is taken down, and the queue looked at once more: one may have enqueued
    /// in between and found the flag still up. Then the flag goes up again, and the next to wake is looked
    /// for as things are now: a holder that left in between found the flag down.
    fn wake_upgradable(
        &self,
        waiting: &Waiting,
        readers: usize,
        in_flight: InFlight,
    ) -> (State, Wake) {
        if self.wake_readers(waiting, Access::UpgradableRead, in_flight) > 0 {
            return self.count_woken(waiting, readers + 1);
        }
        self.exchange(|state| (state.upgradables_absent(), ()));
        if self.wake_readers(waiting, Access::UpgradableRead, InFlight::READERS) == 0 {
            return self.count_woken(waiting, readers);
        }
        waiting.fairness.add_readers_in_flight(readers + 1);
        self.exchange(State::upgradables_present)
    }

    /// Wakes one writer, or the upgrader.
    ///
    /// If there was none, its flag is taken back, and the next to wake is looked for once more: one may have come in
    /// between, and a reader that left may have relied on the flag.
    #[inline(always)]
    fn wake_exclusive(
        &self,
        waiting: &Waiting,
        access: Access,
        in_flight: InFlight,
    ) -> (State, Wake) {
        if Self::wake_sleeper(waiting, access, in_flight) {
            return DONE;
        }
        self.wake_exclusive_again(waiting, access)
    }

    /// Wakes a writer or the upgrader that sleeps; whether there was one.
    #[inline(always)]
    fn wake_sleeper(waiting: &Waiting, access: Access, in_flight: InFlight) -> bool {
        let (woken, sent) = waiting.wake(access, in_flight);
        if woken > 0 && access == Access::Write {
            waiting.fairness.record_writer(sent);
        }
        woken > 0
    }

    #[cold]
    fn wake_exclusive_again(&self, waiting: &Waiting, access: Access) -> (State, Wake) {
        let (before, wake) = self.exchange(|state| state.retract_exclusive_wake(access));
        let access = match wake {
            Wake::Writer => Access::Write,
            Wake::Upgrader => Access::Upgrade,
            _ => return (before, wake),
        };
        if Self::wake_sleeper(waiting, access, before.in_flight()) {
            return DONE;
        }
        self.exchange(State::writers_absent)
    }
}
