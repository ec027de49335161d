//! The probes of a build with diagnostics: each tells an [`Event`] to the ledger of its lock.

use alloc::sync::Arc;
use core::any::type_name;
use core::panic::Location;
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Waker};

use super::Outcome;
use crate::state::Access;
use crate::wait::queue::OnFirstWait;

pub(crate) mod event;
pub(crate) mod ledger;
pub(crate) mod notice;
pub(crate) mod record;
pub(crate) mod registry;
mod slab;
pub(crate) mod thread;
mod wait;
mod wakers;

use event::Event;
use ledger::Ledger;
use thread::ThreadNumber;

pub(crate) use wait::{WaitEvents, WaitTrace};
pub(crate) use wakers::Wakers;

/// A lock's name, and its ledger from the first use on. (`OnFirstWait`: one pointer until then.)
pub(crate) struct Tag {
    name: Option<&'static str>,
    type_name: fn() -> &'static str,
    ledger: OnFirstWait<Arc<Ledger>>,
}

impl Tag {
    pub(crate) const fn of<T: ?Sized>(name: Option<&'static str>) -> Tag {
        Tag { name, type_name: type_name::<T>, ledger: OnFirstWait::new() }
    }

    #[inline]
    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        self.ledger.get(|| Arc::new(Ledger::new(self.name, (self.type_name)())))
    }

    #[inline(never)]
    pub(crate) fn acquired(&self, access: Access, by: By) -> Hold {
        let thread = AtomicU32::new(by.who.thread.raw());
        Hold { key: self.ledger().tell(Event::Acquired { access, by }).hold, thread }
    }

    /// The access of this record, upgradable so far, has become exclusive. (Who has it now may still be known from
    /// before, better than by this call.)
    pub(crate) fn upgraded(&self, hold: HoldKey, by: By) -> (Hold, Wakers) {
        let thread = AtomicU32::new(by.who.thread.raw());
        let told = self.ledger().tell(Event::Upgraded { hold, by });
        (Hold { key: told.hold, thread }, told.wakers)
    }

    /// One more access beside this one. It may be for another task: none is known.
    pub(crate) fn cloned(&self, _: &Hold, place: Place) -> Hold {
        self.acquired(Access::Read, By::new(Who::this_thread(), place))
    }

    /// The access is about to become a lesser one.
    pub(crate) fn downgraded(&self, hold: Hold, from: Access, to: Access) -> Hold {
        let told = self.ledger().tell(Event::Downgraded { hold: hold.key, from, to });
        Hold { key: told.hold, thread: hold.thread }
    }

    /// The access is about to be released.
    #[inline(never)]
    pub(crate) fn released(&self, hold: HoldKey, access: Access) -> Wakers {
        self.ledger().tell(Event::Released { hold, access }).wakers
    }
}

impl Drop for Tag {
    /// Guards and futures that were forgotten go with their lock.
    fn drop(&mut self) {
        if let Some(ledger) = self.ledger.get_mut() {
            drop(ledger.close());
        }
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(&'static Location<'static>);

impl Place {
    #[inline]
    #[track_caller]
    pub(crate) fn here() -> Place {
        Place(Location::caller())
    }

    pub(crate) fn location(self) -> &'static Location<'static> {
        self.0
    }
}

/// Who asks: a thread, and the task that it polls, if a task asks.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) thread: ThreadNumber,
    /// As long as this clone exists, no other task has its address.
    pub(crate) task: Option<Waker>,
}

impl Who {
    pub(crate) fn this_thread() -> Who {
        Who { thread: ThreadNumber::current(), task: None }
    }

    /// What is polled is not a task: the thread waits.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn thread(_: &Context<'_>) -> Who {
        Who::this_thread()
    }

    pub(crate) fn task(cx: &Context<'_>) -> Who {
        Who { thread: ThreadNumber::current(), task: Some(cx.waker().clone()) }
    }

    fn is(&self, cx: &Context<'_>) -> bool {
        let task = self.task.as_ref().map_or(true, |task| task.will_wake(cx.waker()));
        task && self.thread == ThreadNumber::current()
    }
}

/// Who was granted what, and where it was asked for.
#[derive(Debug)]
pub(crate) struct By {
    who: Who,
    place: Place,
}

impl By {
    #[inline]
    pub(crate) fn new(who: Who, place: Place) -> By {
        By { who, place }
    }
}

/// The record of a permit.
#[derive(Debug)]
pub(crate) struct Hold {
    key: HoldKey,
    /// The number of the thread that used it last. Relaxed: it orders nothing.
    thread: AtomicU32,
}

impl Hold {
    pub(crate) fn key(&self) -> HoldKey {
        self.key
    }

    /// The value is used, on this thread: the guard may have come from another one.
    #[inline]
    pub(crate) fn used(&self, tag: &Tag) {
        if self.thread.load(Ordering::Relaxed) != ThreadNumber::current().raw() {
            self.moved(tag);
        }
    }

    #[cold]
    fn moved(&self, tag: &Tag) {
        let thread = ThreadNumber::current();
        self.thread.store(thread.raw(), Ordering::Relaxed);
        tag.ledger().tell(Event::Moved { hold: self.key, thread });
    }
}

/// Where the record of an access is in its ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HoldKey(u32);

impl HoldKey {
    pub(crate) const NONE: HoldKey = HoldKey(u32::MAX);
}
