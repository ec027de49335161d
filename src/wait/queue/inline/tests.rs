//! The engine by itself. Miri runs these, too.

use std::boxed::Box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::vec::Vec;

use super::*;

mod model;
mod wakers;

const ACCESSES: [Access; 4] =
    [Access::Read, Access::UpgradableRead, Access::Write, Access::Upgrade];

/// How often it was woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs this when it is woken, and that when it is dropped.
struct Runs<W: Fn(), D: Fn()>(W, D);

impl<W: Fn() + Send + Sync, D: Fn() + Send + Sync> Wake for Runs<W, D> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

impl<W: Fn(), D: Fn()> Drop for Runs<W, D> {
    fn drop(&mut self) {
        (self.1)();
    }
}

fn runs(
    woken: impl Fn() + Send + Sync + 'static,
    dropped: impl Fn() + Send + Sync + 'static,
) -> Waker {
    Arc::new(Runs(woken, dropped)).into()
}

/// An entry on the heap. It leaves when it is dropped.
struct Waiter<'a> {
    queues: &'a Queues,
    entry: Pin<Box<QueueEntry>>,
    wakes: Arc<Wakes>,
}

impl<'a> Waiter<'a> {
    fn new(queues: &'a Queues, access: Access, losses: u8) -> Waiter<'a> {
        let mut waiter =
            Waiter { queues, entry: Box::pin(QueueEntry::new()), wakes: Arc::default() };
        let waker = Arc::clone(&waiter.wakes).into();
        waiter.enqueue(access, losses, &waker);
        waiter
    }

    fn enqueue(&mut self, access: Access, losses: u8, waker: &Waker) {
        assert!(!self.entry.is_queued());
        let cx = Context::from_waker(waker);
        self.entry.as_mut().standing().losses = losses;
        // SAFETY: it is not queued, is on the heap, leaves before it is dropped, and has these queues only.
        unsafe { self.queues.enqueue(access, self.entry.as_mut(), &cx) };
    }

    fn poll(&mut self) -> bool {
        let waker = Arc::clone(&self.wakes).into();
        self.poll_with(&waker)
    }

    fn poll_with(&mut self, waker: &Waker) -> bool {
        let queues = self.queues;
        self.entry.as_mut().poll(|| queues, &mut Context::from_waker(waker)).is_some()
    }

    fn leave(&mut self) -> bool {
        self.queues.leave(Access::Read, self.entry.as_mut())
    }

    fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::Relaxed)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[test]
fn those_that_have_lost_are_woken_before_those_that_have_not() {
    let queues = Queues::new();
    for access in [Access::UpgradableRead, Access::Write] {
        let [a, b, c, d] = [0, 1, 0, 1].map(|losses| Waiter::new(&queues, access, losses));
        assert_eq!(queues.losses(access), 1);
        for (place, waiter) in [&b, &d, &a, &c].into_iter().enumerate() {
            assert_eq!((queues.wake(access, 1, 1), waiter.wakes()), (1, 1), "{}", place);
        }
        assert_eq!((queues.wake(access, 1, 1), queues.losses(access)), (0, 0));
    }
}

#[test]
#[cfg_attr(not(feature = "std"), ignore = "without `std`, few deferrals are owed")]
fn what_one_has_lost_that_left_is_not_owed_to_those_that_have_not() {
    let queues = Queues::new();
    for access in ACCESSES.into_iter().take(3) {
        let [lost, lost_too] = [1, 2].map(|losses| Waiter::new(&queues, access, losses));
        let fresh = Waiter::new(&queues, access, 0);
        drop(lost);
        assert_eq!(queues.losses(access), 2);
        drop(lost_too);
        assert_eq!(queues.losses(access), 0, "{:?}", access);
        drop(fresh);
    }
}

#[test]
fn an_entry_may_leave_from_any_place() {
    let queues = Queues::new();
    for access in ACCESSES.into_iter().take(3) {
        for place in 0..4 {
            let mut waiters: Vec<_> = (0..4).map(|_| Waiter::new(&queues, access, 0)).collect();
            let mut gone = waiters.remove(place);
            assert!(!gone.leave() && !gone.entry.is_queued());
            for waiter in &waiters {
                assert_eq!((queues.wake(access, 1, 1), waiter.wakes()), (1, 1));
            }
            assert_eq!((queues.wake(access, 1, 1), gone.wakes()), (0, 0));
        }
    }
}

#[test]
fn one_that_was_woken_has_left_and_knows_it_without_the_lock() {
    let queues = Queues::new();
    for access in ACCESSES {
        let mut waiter = Waiter::new(&queues, access, 0);
        assert!(!waiter.poll());
        assert_eq!(queues.wake(access, 1, 1), 1);
        let entry = waiter.entry.as_mut();
        let waker = runs(|| (), || ());
        let mut cx = Context::from_waker(&waker);
        assert!(entry.poll(|| unreachable!("the queues are not needed"), &mut cx).is_some());
        assert!(!waiter.entry.is_queued() && !waiter.poll() && !waiter.leave());
        let mut waiter = Waiter::new(&queues, access, 0);
        assert_eq!(queues.wake(access, 1, 1), 1);
        assert!(waiter.leave() && !waiter.leave());
    }
}

#[test]
fn all_readers_are_woken_whatever_their_number() {
    let queues = Queues::new();
    for number in [1, 2, 31, 32, 33, 64, 65] {
        let readers: Vec<_> = (0..number).map(|_| Waiter::new(&queues, Access::Read, 0)).collect();
        assert_eq!(queues.wake(Access::Read, usize::MAX, 1), number);
        assert!(readers.iter().all(|reader| reader.wakes() == 1));
        assert_eq!(queues.wake(Access::Read, usize::MAX, 1), 0);
    }
}

/// A million wait: as many as the record counts on 32 bits, and one more or less.
#[test]
#[cfg(all(target_pointer_width = "32", feature = "std"))]
#[cfg_attr(miri, ignore = "takes hours")]
fn all_readers_are_woken_also_if_they_are_more_than_can_be_counted() {
    let queues = Queues::new();
    for number in [(1 << 20) - 1, 1 << 20, (1 << 20) + 1] {
        let mut readers: Vec<_> =
            (0..number).map(|_| Waiter::new(&queues, Access::Read, 1)).collect();
        assert!(!readers.pop().expect("a million").leave());
        assert_eq!(queues.wake(Access::Read, usize::MAX, 1), number - 1);
        assert!(readers.iter().all(|reader| reader.wakes() == 1));
        assert_eq!((queues.record.at_most(Access::Read), queues.losses(Access::Read)), (0, 0));
    }
}

/// The queues are leaked: borrowed for ever.
fn leaked() -> &'static Queues {
    Box::leak(Box::new(Queues::new()))
}

#[test]
#[cfg_attr(miri, ignore = "leaks")]
fn to_wake_all_ends_if_those_who_are_woken_queue_up_again() {
    let queues = leaked();
    let again = Arc::new(Mutex::new(Vec::new()));
    let enqueue = {
        let again = Arc::clone(&again);
        move || again.lock().unwrap().push(Waiter::new(queues, Access::Read, 1))
    };
    let waker = runs(enqueue, || ());
    let mut readers: Vec<_> = (0..40).map(|_| Waiter::new(queues, Access::Read, 0)).collect();
    for reader in &mut readers {
        assert!(!reader.poll_with(&waker));
    }
    assert_eq!(queues.wake(Access::Read, usize::MAX, 1), 40);
    assert_eq!(again.lock().unwrap().len(), 40);
    assert_eq!(queues.wake(Access::Read, usize::MAX, 1), 40);
}

#[test]
#[cfg_attr(miri, ignore = "leaks")]
fn what_is_done_behind_the_lock_does_not_grow_with_the_number_of_waiters() {
    const BATCH: usize = if cfg!(feature = "std") { 32 } else { 1 };
    for number in [8, 64, 512] {
        let queues = leaked();
        let queued = Arc::new(Mutex::new(Vec::new()));
        let look = {
            let queued = Arc::clone(&queued);
            move || queued.lock().unwrap().push(queues.record.at_most(Access::Read))
        };
        let waker = runs(look, || ());
        let mut readers: Vec<_> =
            (0..number).map(|_| Waiter::new(queues, Access::Read, 0)).collect();
        readers.iter_mut().for_each(|reader| assert!(!reader.poll_with(&waker)));
        assert_eq!(queues.wake(Access::Read, usize::MAX, 1), number);
        for (called, queued) in queued.lock().unwrap().iter().enumerate() {
            assert!(number - queued - called <= BATCH, "{} of {}", called, number);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks, on purpose")]
fn the_lock_may_move_while_entries_are_linked_that_were_forgotten() {
    for access in ACCESSES {
        let queues = Queues::new();
        let forgotten = [0, 1, 0].map(|losses| Waiter::new(&queues, access, losses));
        forgotten.into_iter().for_each(std::mem::forget);
        let moved = Box::new(queues);
        let mut waiter = Waiter::new(&moved, access, 0);
        assert!(!waiter.poll());
        let before = if access == Access::Upgrade { 0 } else { 3 };
        for _ in 0..before {
            assert_eq!((moved.wake(access, 1, 1), waiter.poll()), (1, false));
        }
        assert_eq!((moved.wake(access, 1, 1), waiter.poll()), (1, true));
        let another = Waiter::new(&moved, access, 0);
        std::mem::forget(Waiter::new(&moved, access, 0));
        drop(another);
        // Also while one is linked, that lives on.
    }
}

#[test]
fn an_upgrader_that_another_has_replaced_may_leave() {
    let queues = Queues::new();
    let mut first = Waiter::new(&queues, Access::Upgrade, 0);
    let mut second = Waiter::new(&queues, Access::Upgrade, 0);
    assert!(!first.leave());
    assert_eq!((queues.wake(Access::Upgrade, usize::MAX, 1), second.poll()), (1, true));
    assert_eq!(queues.wake(Access::Upgrade, usize::MAX, 1), 0);
}

#[test]
fn threads_enqueue_and_leave_while_another_wakes() {
    let rounds = if cfg!(miri) { 20 } else { 2000 };
    let (queues, sent, seen) = (Queues::new(), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (queues, seen) = (&queues, &seen);
            scope.spawn(move || {
                for round in 0..rounds {
                    let access = ACCESSES[(round + thread) % 3];
                    let mut waiter = Waiter::new(queues, access, (round % 2) as u8);
                    let was_woken = (0..round % 3).any(|_| waiter.poll_with(&runs(|| (), || ())));
                    let was_woken = was_woken || waiter.leave();
                    seen.fetch_add(usize::from(was_woken), Ordering::Relaxed);
                }
            });
        }
        for round in 0..rounds {
            let access = ACCESSES[round % 3];
            let count = if access == Access::Read { usize::MAX } else { 1 };
            sent.fetch_add(queues.wake(access, count, 1), Ordering::Relaxed);
        }
    });
    assert_eq!(sent.into_inner(), seen.into_inner());
    assert!(ACCESSES.iter().all(|&access| queues.wake(access, usize::MAX, 1) == 0));
}
