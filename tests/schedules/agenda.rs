//! Wakers that remember.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

/// Who has been woken, in this order, each at most once until taken out.
#[derive(Default)]
pub(crate) struct Agenda(Mutex<VecDeque<usize>>);

impl Agenda {
    pub(crate) fn take(&self) -> Option<usize> {
        self.0.lock().unwrap().pop_front()
    }

    /// Takes out the first that is so.
    pub(crate) fn take_first(&self, is_so: impl Fn(usize) -> bool) -> Option<usize> {
        let mut queue = self.0.lock().unwrap();
        let place = queue.iter().position(|&woken| is_so(woken));
        place.and_then(|place| queue.remove(place))
    }

    /// Takes this one out of the middle; whether it was there.
    pub(crate) fn take_this(&self, who: usize) -> bool {
        let mut queue = self.0.lock().unwrap();
        let place = queue.iter().position(|&woken| woken == who);
        place.and_then(|place| queue.remove(place)).is_some()
    }

    pub(crate) fn put(&self, who: usize) {
        let mut queue = self.0.lock().unwrap();
        if !queue.contains(&who) {
            queue.push_back(who);
        }
    }
}

/// Puts its task on the agenda, and counts.
pub(crate) struct Alarm {
    who: usize,
    agenda: Arc<Agenda>,
    wakes: AtomicUsize,
}

impl Alarm {
    pub(crate) fn new(who: usize, agenda: &Arc<Agenda>) -> Arc<Alarm> {
        Arc::new(Alarm { who, agenda: Arc::clone(agenda), wakes: AtomicUsize::new(0) })
    }

    pub(crate) fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(self))
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.load(Ordering::Relaxed)
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        self.agenda.put(self.who);
    }
}
