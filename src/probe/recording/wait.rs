//! The probe of a wait. The queue of the lock gets a waker of ours, which records the wake-up before it calls the
//! task's: so a report tells a waiter that sleeps from one that was woken and is not polled.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::{Context, Waker};
use std::time::Instant;

use super::event::Event;
use super::ledger::Ledger;
use super::record::WaitKey;
use super::{HoldKey, Outcome, Place, Tag, Wakers, Who};
use crate::state::Access;

/// The waker of a wait.
#[derive(Debug)]
struct Alarm {
    ledger: Arc<Ledger>,
    wait: WaitKey,
}

impl Alarm {
    fn tell(&self, event: fn(WaitKey) -> Event) -> Wakers {
        self.ledger.tell(event(self.wait)).wakers
    }

    /// Polls the task again.
    fn ring(&self, mut wakers: Wakers) {
        // By value: a wake-up of a task that has been woken already is none. The next poll brings another waker.
        if let Some(waker) = wakers.take_one() {
            waker.wake();
        }
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring(self.tell(|wait| Event::Woken { wait }));
    }
}

/// In an `Acquire`.
#[derive(Debug)]
pub(crate) struct WaitTrace(Option<Arc<Alarm>>);

impl WaitTrace {
    pub(crate) fn new() -> WaitTrace {
        WaitTrace(None)
    }

    /// Before a waiter is polled: a wake-up calls this task's waker from now on.
    pub(crate) fn begin_poll(
        &mut self,
        tag: &Tag,
        asked: (Access, HoldKey, Place),
        cx: &Context<'_>,
    ) {
        match &self.0 {
            Some(alarm) => alarm.arm(cx),
            None => {
                // First: it may panic.
                let waker = cx.waker().clone();
                let ledger = Arc::clone(tag.ledger());
                let wait = ledger.entries().begin_wait(asked, waker);
                self.0 = Some(Arc::new(Alarm { ledger, wait }));
            }
        }
    }

    pub(crate) fn events(&self) -> WaitEvents<'_> {
        WaitEvents(self.0.as_ref())
    }

    /// Polls with a waker of ours.
    pub(crate) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        match &self.0 {
            Some(alarm) => {
                let waker = Waker::from(Arc::clone(alarm));
                poll(&mut Context::from_waker(&waker))
            }
            None => poll(cx),
        }
    }

    /// After a poll that has not acquired the access; `who` tells who was polled.
    pub(crate) fn suspended(&mut self, who: fn(&Context<'_>) -> Who, cx: &Context<'_>) {
        if let Some(alarm) = &self.0 {
            let is_known = alarm.is_known(cx);
            if !is_known {
                let who = who(cx);
                drop(alarm.ledger.tell(Event::Suspended { wait: alarm.wait, who }).wakers);
            }
        }
    }

    #[inline]
    pub(crate) fn end(&mut self, outcome: Outcome) -> Wakers {
        match self.0.take() {
            Some(alarm) => alarm.end(outcome),
            None => Wakers::none(),
        }
    }
}

impl Drop for WaitTrace {
    /// Once its waiter waits no longer.
    #[inline]
    fn drop(&mut self) {
        self.end(Outcome::GivenUp).discard();
    }
}

impl Alarm {
    #[cold]
    fn end(&self, outcome: Outcome) -> Wakers {
        self.ledger.tell(Event::WaitEnded { wait: self.wait, outcome }).wakers
    }

    fn arm(&self, cx: &Context<'_>) {
        let is_armed = match self.ledger.entries().wait_mut(self.wait) {
            Some(wait) => match &wait.armed {
                Some(armed) => {
                    wait.events.polled_unasked += 1;
                    armed.will_wake(cx.waker())
                }
                None => false,
            },
            // It was an upgrade by reference, forgotten: no one polls it.
            None => return,
        };
        if !is_armed {
            let waker = cx.waker().clone();
            let before = self.ledger.entries().wait_mut(self.wait).and_then(|wait| {
                wait.woken_at = None;
                wait.armed.replace(waker)
            });
            drop(before);
        }
    }

    fn is_known(&self, cx: &Context<'_>) -> bool {
        let mut entries = self.ledger.entries();
        let who = entries.wait_mut(self.wait).and_then(|wait| wait.who.as_ref());
        who.map_or(false, |who| who.is(cx))
    }
}

/// What happens to a waiter while it is polled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitEvents<'a>(Option<&'a Arc<Alarm>>);

impl WaitEvents<'_> {
    pub(crate) const NONE: WaitEvents<'static> = WaitEvents(None);

    fn tell(self, event: fn(WaitKey) -> Event) {
        if let Some(alarm) = self.0 {
            drop(alarm.tell(event));
        }
    }

    pub(crate) fn stepped_aside(self) {
        self.tell(|wait| Event::SteppedAside { wait });
    }

    pub(crate) fn overtaken(self) {
        self.tell(|wait| Event::Overtaken { wait });
    }

    /// The task wakes itself.
    pub(crate) fn wake_task(self, cx: &Context<'_>) {
        match self.0 {
            Some(alarm) => alarm.ring(alarm.disarm()),
            None => cx.waker().wake_by_ref(),
        }
    }
}

impl Alarm {
    fn disarm(&self) -> Wakers {
        let mut entries = self.ledger.entries();
        let waker = entries.wait_mut(self.wait).and_then(|wait| {
            wait.woken_at = Some(Instant::now());
            wait.armed.take()
        });
        Wakers::new(waker, None)
    }
}
