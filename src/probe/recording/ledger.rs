//! What is known of one lock: who holds it, who waits, and what has been.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::panic::Location;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::Waker;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::event::Event;
use super::notice::Watchdogs;
use super::record::{Counts, HoldRecord, WaitCounts, WaitKey, WaitRecord};
use super::slab::Slab;
use super::{By, HoldKey, Outcome, Place, Wakers, Who};
use crate::state::Access;

/// Of one lock. It outlives the lock only while someone looks at it.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// Given at the first use, and never again.
    pub(crate) id: usize,
    pub(crate) name: Option<&'static str>,
    pub(crate) type_name: &'static str,
    entries: Mutex<Entries>,
}

/// Consistent whenever no thread has them locked.
#[derive(Debug)]
pub(crate) struct Entries {
    pub(crate) first_use: Option<&'static Location<'static>>,
    pub(crate) holds: Slab<HoldRecord>,
    pub(crate) waits: Slab<WaitRecord>,
    pub(crate) counts: Counts,
    /// How many records there have been.
    serials: u64,
    /// Whether the registry has this ledger.
    is_registered: bool,
}

/// What comes of an event.
#[derive(Debug)]
pub(crate) struct Told {
    /// The record of the access that it leaves.
    pub(crate) hold: HoldKey,
    pub(crate) wakers: Wakers,
}

impl Told {
    fn hold(hold: HoldKey) -> Told {
        Told { hold, wakers: Wakers::none() }
    }

    fn wakers(wakers: Wakers) -> Told {
        Told { hold: HoldKey::NONE, wakers }
    }
}

impl Ledger {
    pub(super) fn new(name: Option<&'static str>, type_name: &'static str) -> Ledger {
        // Relaxed: it only counts.
        static IDS: AtomicUsize = AtomicUsize::new(1);
        let entries = Entries {
            first_use: None,
            holds: Slab::new(),
            waits: Slab::new(),
            counts: Counts::default(),
            serials: 0,
            is_registered: false,
        };
        let id = IDS.fetch_add(1, Ordering::Relaxed);
        Ledger { id, name, type_name, entries: Mutex::new(entries) }
    }

    /// No code of others runs while they are locked, so they are never left half changed.
    #[inline]
    pub(crate) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records an event. (Inlined, this is the arm for one event.)
    #[inline(always)]
    pub(super) fn tell(self: &Arc<Self>, event: Event) -> Told {
        let mut entries = self.entries();
        let told = entries.apply(event);
        let is_registered = mem::replace(&mut entries.is_registered, true);
        drop(entries);
        if !is_registered {
            super::registry::add(self);
        }
        told
    }

    /// Takes out what is left when the lock is dropped.
    pub(super) fn close(&self) -> Vec<Wakers> {
        let mut entries = self.entries();
        let holds = mem::replace(&mut entries.holds, Slab::new());
        let waits = mem::replace(&mut entries.waits, Slab::new());
        drop(entries);
        let holds = holds.into_values().map(HoldRecord::end);
        holds.chain(waits.into_values().map(|wait| wait.end(Outcome::GivenUp).1)).collect()
    }
}

impl Entries {
    pub(super) fn is_idle(&self) -> bool {
        self.holds.is_empty() && self.waits.is_empty()
    }

    /// The registry has let go of an idle ledger.
    pub(super) fn unregister(&mut self) {
        self.is_registered = false;
    }

    #[inline(always)]
    fn apply(&mut self, event: Event) -> Told {
        match event {
            Event::Acquired { access, by } => Told::hold(self.acquired(access, by)),
            Event::Released { hold, access } => Told::wakers(self.released(hold, access)),
            Event::Upgraded { hold, by } => self.upgraded(hold, by),
            Event::Downgraded { hold, from, to } => Told::hold(self.downgraded(hold, from, to)),
            Event::Moved { hold, thread } => {
                if let Some(hold) = self.holds.get_mut(hold.0) {
                    hold.who.thread = thread;
                }
                Told::hold(hold)
            }
            Event::Suspended { wait, who } => Told::wakers(self.suspended(wait, who)),
            Event::Woken { wait } => Told::wakers(self.woken(wait)),
            Event::SteppedAside { wait } => self.count(wait, |events| events.stepped_aside += 1),
            Event::Overtaken { wait } => self.count(wait, |events| events.overtaken += 1),
            Event::WaitEnded { wait, outcome } => Told::wakers(self.wait_ended(wait, outcome)),
        }
    }

    #[inline]
    fn acquired(&mut self, access: Access, by: By) -> HoldKey {
        match access {
            Access::Read | Access::RecursiveRead => self.counts.reads += 1,
            Access::UpgradableRead => self.counts.upgradable_reads += 1,
            Access::Write => self.counts.writes += 1,
            Access::Upgrade => unreachable!("an upgrade has a record"),
        }
        let location = by.place.location();
        self.first_use.get_or_insert(location);
        let serial = self.serial();
        self.insert(HoldRecord {
            serial,
            access: if access == Access::RecursiveRead { Access::Read } else { access },
            location,
            since: Instant::now(),
            who: by.who,
            upgrade: None,
            watchdogs: Watchdogs::default(),
        })
    }

    /// A number that no other record of this ledger has.
    #[inline]
    fn serial(&mut self) -> u64 {
        self.serials += 1;
        self.serials
    }

    #[inline]
    fn insert(&mut self, hold: HoldRecord) -> HoldKey {
        HoldKey(self.holds.insert(hold))
    }

    fn upgraded(&mut self, key: HoldKey, by: By) -> Told {
        self.counts.upgrades += 1;
        self.end_upgrade(key);
        let hold = self.holds.get_mut(key.0).expect("the record of a permit");
        hold.access = Access::Write;
        hold.location = by.place.location();
        // A task that tries is not known; the one that has waited before is.
        let task = match by.who.task {
            Some(task) => hold.who.task.replace(task),
            None => None,
        };
        hold.who.thread = by.who.thread;
        Told { hold: key, wakers: Wakers::new(task, None) }
    }

    fn downgraded(&mut self, key: HoldKey, from: Access, to: Access) -> HoldKey {
        if from == Access::UpgradableRead {
            self.end_upgrade(key);
        }
        let hold = self.holds.get_mut(key.0).expect("the record of a permit");
        if hold.access == from {
            hold.access = to;
            return key;
        }
        // An upgrade by reference was forgotten, and keeps its access beside the one that its origin goes on with.
        let who = Who { thread: hold.who.thread, task: None };
        let (location, since) = (hold.location, hold.since);
        let (serial, watchdogs) = (self.serial(), Watchdogs::default());
        self.insert(HoldRecord {
            serial,
            access: to,
            location,
            since,
            who,
            upgrade: None,
            watchdogs,
        })
    }

    #[inline]
    fn released(&mut self, key: HoldKey, access: Access) -> Wakers {
        match access {
            Access::Upgrade => {
                let hold = self.holds.get_mut(key.0).expect("the record of a permit");
                hold.access = Access::UpgradableRead;
                return Wakers::none();
            }
            Access::UpgradableRead => {
                self.end_upgrade(key);
                // That of a forgotten upgrade stays.
                if self.holds.get_mut(key.0).map_or(true, |hold| hold.access != access) {
                    return Wakers::none();
                }
            }
            _ => (),
        }
        let hold = self.holds.remove(key.0).expect("the record of a permit");
        self.counts.longest_hold = self.counts.longest_hold.max(hold.since.elapsed());
        hold.end()
    }

    /// A wait for the upgrade of this access that was forgotten ends: with the access, or because it is upgraded or
    /// waits once more.
    fn end_upgrade(&mut self, key: HoldKey) {
        let forgotten = self.holds.get_mut(key.0).and_then(|hold| hold.upgrade.take());
        if let Some(wait) = forgotten {
            // Its future is never dropped, and so neither are its wakers.
            mem::forget(self.wait_ended(wait, Outcome::GivenUp));
        }
    }
}

/// Waits.
impl Entries {
    pub(super) fn wait_mut(&mut self, key: WaitKey) -> Option<&mut WaitRecord> {
        self.waits.get_mut(key.slot).filter(|wait| wait.serial == key.serial)
    }

    pub(super) fn begin_wait(
        &mut self,
        (access, exchange, place): (Access, HoldKey, Place),
        armed: Waker,
    ) -> WaitKey {
        self.end_upgrade(exchange);
        let serial = self.serial();
        let slot = self.waits.insert(WaitRecord {
            serial,
            access,
            exchange,
            location: place.location(),
            since: Instant::now(),
            who: None,
            events: WaitCounts::default(),
            armed: Some(armed),
            woken_at: None,
            watchdogs: Watchdogs::default(),
        });
        let key = WaitKey { slot, serial };
        if let Some(hold) = self.holds.get_mut(exchange.0) {
            hold.upgrade = Some(key);
            // Exclusive access that an upgrade has forgotten ends, where the next one has to wait.
            hold.access = Access::UpgradableRead;
        }
        key
    }

    fn suspended(&mut self, key: WaitKey, who: Who) -> Wakers {
        let (before, location) = match self.wait_mut(key) {
            Some(wait) => (wait.who.replace(who), wait.location),
            None => return Wakers::new(who.task, None),
        };
        self.first_use.get_or_insert(location);
        Wakers::new(before.and_then(|who| who.task), None)
    }

    fn woken(&mut self, key: WaitKey) -> Wakers {
        match self.wait_mut(key) {
            Some(wait) if wait.armed.is_some() => {
                wait.events.woken += 1;
                wait.woken_at = Some(Instant::now());
                Wakers::new(wait.armed.take(), None)
            }
            _ => Wakers::none(),
        }
    }

    fn count(&mut self, key: WaitKey, count: impl FnOnce(&mut WaitCounts)) -> Told {
        if let Some(wait) = self.wait_mut(key) {
            count(&mut wait.events);
        }
        Told::wakers(Wakers::none())
    }

    fn wait_ended(&mut self, key: WaitKey, outcome: Outcome) -> Wakers {
        if self.wait_mut(key).is_none() {
            return Wakers::none();
        }
        let wait = self.waits.remove(key.slot).expect("just seen");
        if let Some(hold) = self.holds.get_mut(wait.exchange.0) {
            hold.upgrade = None;
        }
        let has_waited = wait.who.is_some();
        let (lasted, wakers) = wait.end(outcome);
        if has_waited {
            self.counts.waits += 1;
            self.counts.longest_wait = self.counts.longest_wait.max(lasted);
        }
        wakers
    }
}

#[cfg(test)]
mod tests;
