//! Who is woken by what, counted exactly.

use std::sync::Arc;

use super::lock::Lock;
use super::support::*;

pub(crate) fn only_the_waker_of_the_last_poll_is_woken_and_the_one_before_is_dropped<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_write().unwrap();
        let mut future = Box::pin(kind.acquire(&lock));
        let (first, last) = (Wakes::new(), Wakes::new());
        assert!(poll_with(&mut future, &first).is_none());
        assert!(poll_with(&mut future, &last).is_none());
        assert_eq!(Arc::strong_count(&first), 1, "{:?}", kind);
        drop(held);
        assert_eq!((first.count(), last.count()), (0, 1), "{:?}", kind);
        assert!(poll_with(&mut future, &last).is_some());
    }
}

pub(crate) fn behind_an_idle_holder_nobody_is_woken_however_often_they_are_polled<L: Lock>() {
    for holder in kinds::<L>() {
        let lock = L::new(0);
        let _held = holder.taken(&lock);
        let mut beside = Vec::new();
        let mut waiters: Vec<_> = a_writer_first::<L>().map(|kind| kind.task(&lock)).collect();
        waiters.retain_mut(|waiter| {
            let guard = waiter.poll();
            let waits = guard.is_none();
            beside.extend(guard);
            waits
        });
        for _ in 0..20 {
            for waiter in &mut waiters {
                waiter.waits();
            }
        }
        assert_eq!(waiters.iter().map(Task::wakes).sum::<usize>(), 0, "{:?}", holder);
    }
}

pub(crate) fn when_a_writer_leaves_each_reader_that_waits_gets_in_though_the_others_are_never_polled<
    L: Lock,
>() {
    const READERS: usize = 5;
    for only in 0..READERS {
        let lock = L::new(0);
        let writer = lock.try_write().unwrap();
        let mut readers: Vec<_> = (0..READERS).map(|_| Kind::Read.waiter(&lock)).collect();
        drop(writer);
        assert!(readers[only].is_woken());
        assert_eq!(readers[only].finishes().kind(), Kind::Read);
    }
}

pub(crate) fn a_leaving_writer_wakes_one_writer_when_no_reader_waits<L: Lock>() {
    let lock = L::new(0);
    let held = lock.try_write().unwrap();
    let first = Kind::Write.waiter(&lock);
    let second = Kind::Write.waiter(&lock);
    drop(held);
    assert_wakes(&[&first, &second], &[1, 0]);
}

pub(crate) fn a_leaving_reader_wakes_nobody_while_others_stay<L: Lock>() {
    let lock = L::new(0);
    let mut readers: Vec<_> = (0..4).map(|_| lock.try_read().unwrap()).collect();
    let writer = Kind::Write.waiter(&lock);
    while readers.len() > 1 {
        readers.pop();
        assert_eq!(writer.wakes(), 0);
    }
    readers.pop();
    assert_eq!(writer.wakes(), 1);
}

pub(crate) fn the_last_of_a_reader_and_an_upgradable_reader_that_leave_wakes_the_writer<L: Lock>() {
    for reader_is_last in [false, true] {
        let lock = L::new(0);
        let reader = Kind::Read.taken(&lock);
        let upgradable = Kind::UpgradableRead.taken(&lock);
        let mut writer = Kind::Write.waiter(&lock);
        let (first, last) =
            if reader_is_last { (upgradable, reader) } else { (reader, upgradable) };
        drop(first);
        writer.waits();
        drop(last);
        assert!(writer.is_woken());
        drop(writer.finishes());
        assert_free(&lock);
    }
}

pub(crate) fn the_last_reader_that_leaves_wakes_the_upgrader_and_nobody_else<L: Lock>() {
    let lock = L::new(0);
    let readers = [lock.try_read().unwrap(), lock.try_read().unwrap()];
    let upgradable = lock.try_upgradable_read().unwrap();
    let queued = [Kind::Write.waiter(&lock), Kind::UpgradableRead.waiter(&lock)];
    let mut upgrade = Task::new(L::upgrade(upgradable));
    upgrade.waits();
    let reader = Kind::Read.waiter(&lock);
    let [first, last] = readers;
    drop(first);
    assert_eq!(upgrade.wakes(), 0);
    drop(last);
    assert_eq!(upgrade.wakes(), 1);
    assert_wakes(&[&queued[0], &queued[1], &reader], &[0, 0, 0]);
    assert_eq!(*upgrade.finishes(), 0);
}

pub(crate) fn a_release_without_waiters_wakes_nobody_later<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        drop(kind.taken(&lock));
        let held = lock.try_write().unwrap();
        let waiter = kind.waiter(&lock);
        assert_eq!(waiter.wakes(), 0, "{:?}", kind);
        drop(held);
        assert_eq!(waiter.wakes(), 1, "{:?}", kind);
    }
}

pub(crate) fn a_sleeping_waiter_that_is_polled_unasked_takes_what_is_free<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_write().unwrap();
        let mut waiter = kind.waiter(&lock);
        waiter.waits();
        drop(held);
        assert_eq!(waiter.finishes().kind(), kind);
        assert_eq!(waiter.wakes(), 1);
        assert_free(&lock);
    }
}

pub(crate) fn dropping_a_woken_writer_that_was_never_polled_wakes_the_next<L: Lock>() {
    for kind in kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_read().unwrap();
        let abandoned = Kind::Write.waiter(&lock);
        let mut asleep = kind.task(&lock);
        if asleep.poll().is_some() {
            continue;
        }
        drop(held);
        drop(abandoned);
        assert!(asleep.is_woken(), "{:?}", kind);
        drop(asleep.finishes());
        assert_free(&lock);
    }
}
