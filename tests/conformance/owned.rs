//! Futures that own the `Arc` of their lock.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use any_rwlock::futures::{ReadOwned, ReadRecursiveOwned};
use any_rwlock::RwLock;
#[cfg(feature = "std")]
use any_rwlock::ShardedRwLock;

use crate::support::*;
use crate::types::{counted, Dropped};

fn assert_sent_and_static(_: impl Future + Send + 'static) {}

#[test]
fn an_owned_future_borrows_nothing_and_can_be_sent() {
    let lock = Arc::new(RwLock::new(0));
    assert_sent_and_static(Arc::clone(&lock).read_owned());
    assert_sent_and_static(Arc::clone(&lock).read_recursive_owned());
    assert_sent_and_static(Arc::clone(&lock).upgradable_read_owned());
    assert_sent_and_static(Arc::clone(&lock).write_owned());
    let unsized_lock: Arc<RwLock<dyn Fn() + Send + Sync>> = Arc::new(RwLock::new(|| ()));
    assert_sent_and_static(unsized_lock.write_owned());
    assert_eq!(Arc::strong_count(&lock), 1);
}

/// Compile only if the futures are covariant, as their guards are.
fn shorten<'short>(future: ReadOwned<&'static str>, _: &'short str) -> ReadOwned<&'short str> {
    future
}

fn shorten_recursive<'short>(
    future: ReadRecursiveOwned<&'static str>,
    _: &'short str,
) -> ReadRecursiveOwned<&'short str> {
    future
}

#[test]
fn owned_futures_of_reads_are_covariant_and_read_the_value_as_what_they_became() {
    let lock = Arc::new(RwLock::new("static"));
    let local = String::from("local");
    let mut read = Box::pin(shorten(Arc::clone(&lock).read_owned(), &local));
    let mut recursive =
        Box::pin(shorten_recursive(Arc::clone(&lock).read_recursive_owned(), &local));
    assert_eq!(*poll_with(&mut read, &Wakes::new()).unwrap(), "static");
    assert_eq!(*poll_with(&mut recursive, &Wakes::new()).unwrap(), "static");
    drop((read, recursive));
    assert!(lock.try_write().is_some());
    assert_eq!(Arc::strong_count(&lock), 1);
}

/// The one count moves from the caller into the future, the guard, and away.
fn assert_moves_its_count<L: From<Dropped>, G, F: Future>(
    ask: fn(Arc<L>) -> F,
    hold: fn(&Arc<L>) -> Option<G>,
) {
    let (lock, drops) = counted::<L>();
    let weak = Arc::downgrade(&lock);
    let held = hold(&lock).unwrap();
    let mut waiting = Box::pin(ask(lock));
    assert_eq!(weak.strong_count(), 2);
    let wakes = Wakes::new();
    assert!(poll_with(&mut waiting, &wakes).is_none());
    drop(held);
    assert_eq!((weak.strong_count(), wakes.count()), (1, 1));
    let guard = poll_with(&mut waiting, &wakes).expect("the lock is free");
    assert_eq!(weak.strong_count(), 1);
    drop(waiting);
    assert_eq!((weak.strong_count(), drops.load(Ordering::SeqCst)), (1, 0));
    drop(guard);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

/// Dropped before its first poll, while it waits, and once it was woken.
fn assert_drops_its_count<L: From<Dropped>, G, F: Future, W: Future>(
    ask: fn(Arc<L>) -> F,
    hold: fn(&Arc<L>) -> Option<G>,
    write: fn(Arc<L>) -> W,
) {
    for polls in [0, 1, 2] {
        let (lock, drops) = counted::<L>();
        let held = hold(&lock).unwrap();
        let mut waiting = Box::pin(ask(Arc::clone(&lock)));
        let mut behind = Box::pin(write(Arc::clone(&lock)));
        let wakes = Wakes::new();
        if polls > 0 {
            assert!(poll_with(&mut waiting, &Wakes::new()).is_none());
        }
        assert!(poll_with(&mut behind, &wakes).is_none());
        if polls > 1 {
            drop(held);
            drop(waiting);
        } else {
            drop(waiting);
            assert_eq!((wakes.count(), Arc::strong_count(&lock)), (0, 3));
            drop(held);
        }
        assert_eq!((wakes.count(), Arc::strong_count(&lock)), (1, 2));
        drop(lock);
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        drop(poll_with(&mut behind, &wakes).expect("the lock is free"));
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }
}

/// Of each owned future of a kind of lock.
macro_rules! assert_all {
    ($lock:ident: $assert:ident($($other:ident),*)) => {
        $assert($lock::read_owned, $($lock::$other),*);
        $assert($lock::read_recursive_owned, $($lock::$other),*);
        $assert($lock::upgradable_read_owned, $($lock::$other),*);
        $assert($lock::write_owned, $($lock::$other),*);
    };
}

#[test]
fn an_owned_future_keeps_its_lock_alive_and_its_guard_does_by_the_same_count() {
    assert_all!(RwLock: assert_moves_its_count(try_write_arc));
    #[cfg(feature = "std")]
    assert_all!(ShardedRwLock: assert_moves_its_count(try_write_arc));
}

#[test]
fn an_owned_future_that_is_dropped_gives_back_its_count_and_passes_its_wake_up_on() {
    assert_all!(RwLock: assert_drops_its_count(try_write_arc, write_owned));
    #[cfg(feature = "std")]
    assert_all!(ShardedRwLock: assert_drops_its_count(try_write_arc, write_owned));
}

#[test]
fn the_last_owner_of_a_lock_may_be_a_future_that_waits_behind_a_forgotten_guard() {
    let (lock, drops) = counted::<RwLock<_>>();
    let guard = lock.try_read().unwrap();
    std::mem::forget(guard);
    let mut waiting: Pin<Box<dyn Future<Output = _>>> = Box::pin(lock.write_owned());
    assert!(poll_with(&mut waiting, &Wakes::new()).is_none());
    drop(waiting);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}
