//! Variance, unsizing, constants, and who drops the value.

use std::fmt::Display;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockMappedReadGuardArc, RwLockReadGuard, RwLockReadGuardArc,
    RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc, RwLockWriteGuard, RwLockWriteGuardArc,
};
use futures_lite::future::block_on;

use crate::support::{poll_with, Wakes};

static LOCK: RwLock<u64> = RwLock::new(5);

#[test]
fn a_lock_can_live_in_a_static() {
    *block_on(LOCK.write()) += 1;
    assert_eq!(*block_on(LOCK.read()), 6);
}

/// Compiles only if the borrowed read guard is covariant.
fn shorten<'lock, 'short>(
    guard: RwLockReadGuard<'lock, &'static str>,
    _: &'short str,
) -> RwLockReadGuard<'short, &'short str>
where
    'lock: 'short,
{
    guard
}

/// Compiles only if the read guard on an `Arc` is covariant.
fn shorten_arc<'short>(
    guard: RwLockReadGuardArc<&'static str>,
    _: &'short str,
) -> RwLockReadGuardArc<&'short str> {
    guard
}

#[test]
fn read_guards_are_covariant_borrowed_and_on_an_arc() {
    let lock = Arc::new(RwLock::new("static"));
    let local = String::from("local");
    let other = RwLock::new(local.as_str());
    let mut guard = shorten(lock.try_read().unwrap(), &local);
    assert_eq!(*guard, "static");
    guard = other.try_read().unwrap();
    assert_eq!(*guard, "local");

    let mut guard = shorten_arc(lock.try_read_arc().unwrap(), &local);
    assert_eq!(*guard, "static");
    guard = Arc::new(RwLock::new(local.as_str())).try_read_arc().unwrap();
    assert_eq!(*guard, "local");
    assert!(lock.try_write().is_some());
}

#[test]
fn a_borrowed_lock_unsizes_and_every_access_works_on_a_slice() {
    let array = RwLock::new([1, 2, 3]);
    let slice: &RwLock<[u8]> = &array;
    block_on(async {
        slice.write().await[0] = 7;
        let upgradable = slice.upgradable_read().await;
        let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
        writer[1] = 8;
        let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
        let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
        assert_eq!(*reader, [7, 8, 3]);
        assert_eq!(reader.len(), slice.read().await.len());
    });
    let shown = format!("{:?}", slice);
    assert!(shown.starts_with("RwLock { value: [7, 8, 3], "), "{}", shown);
    assert_eq!(array.into_inner(), [7, 8, 3]);
}

trait Count: Send + Sync {
    fn count(&mut self) -> usize;
    fn counted(&self) -> usize;
}

impl Count for Vec<u8> {
    fn count(&mut self) -> usize {
        self.push(0);
        self.len()
    }

    fn counted(&self) -> usize {
        self.len()
    }
}

#[test]
fn a_lock_on_an_arc_unsizes_and_every_arc_method_works_on_a_trait_object() {
    let lock: Arc<RwLock<dyn Count>> = Arc::new(RwLock::new(Vec::new()));
    block_on(async {
        assert_eq!(lock.write_arc().await.count(), 1);
        let upgradable = lock.upgradable_read_arc().await;
        let mut writer = RwLockUpgradableReadGuardArc::upgrade(upgradable).await;
        assert_eq!(writer.count(), 2);
        let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
        let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
        assert_eq!(reader.counted() + lock.read_arc().await.counted(), 4);
    });
    assert_eq!(lock.try_write_arc().unwrap().count(), 3);
    let upgradable = lock.try_upgradable_read_arc().unwrap();
    assert_eq!(RwLockUpgradableReadGuardArc::try_upgrade(upgradable).ok().unwrap().count(), 4);
    let guard = lock.try_read_arc().unwrap();
    drop(lock);
    assert_eq!(guard.counted(), 4);
}

#[test]
fn a_trait_object_behind_a_borrowed_lock_can_be_shown() {
    let lock: &RwLock<dyn Display> = &RwLock::new(5);
    assert_eq!(lock.try_read().unwrap().to_string(), "5");
}

/// Counts its drops.
pub(crate) struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A lock, and how often its value was dropped.
pub(crate) fn counted<L: From<Dropped>>() -> (Arc<L>, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    (Arc::new(L::from(Dropped(Arc::clone(&drops)))), drops)
}

/// The guard keeps the value alive when the last other owner goes, and drops it once.
fn assert_keeps_alive<G>(take: impl FnOnce(&Arc<RwLock<Dropped>>) -> G) {
    let (lock, drops) = counted::<RwLock<_>>();
    let guard = take(&lock);
    drop(lock);
    assert_eq!(drops.load(Ordering::SeqCst), 0);
    drop(guard);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    assert_eq!(Arc::strong_count(&drops), 1);
}

#[test]
fn the_last_arc_may_live_in_a_guard_which_drops_the_value_once() {
    assert_keeps_alive(|lock| lock.try_read_arc().unwrap());
    assert_keeps_alive(|lock| lock.try_upgradable_read_arc().unwrap());
    assert_keeps_alive(|lock| lock.try_write_arc().unwrap());
    assert_keeps_alive(|lock| block_on(lock.read_arc()));
    assert_keeps_alive(|lock| block_on(lock.upgradable_read_arc()));
    assert_keeps_alive(|lock| block_on(lock.write_arc()));
    assert_keeps_alive(|lock| (lock.try_read_arc(), lock.try_upgradable_read_arc()));
}

#[test]
fn the_last_arc_may_live_in_a_converted_guard_or_in_an_upgrade() {
    assert_keeps_alive(|lock| RwLockWriteGuardArc::downgrade(lock.try_write_arc().unwrap()));
    assert_keeps_alive(|lock| {
        RwLockWriteGuardArc::downgrade_to_upgradable(lock.try_write_arc().unwrap())
    });
    let upgradable = |lock: &Arc<RwLock<Dropped>>| lock.try_upgradable_read_arc().unwrap();
    assert_keeps_alive(|lock| RwLockUpgradableReadGuardArc::downgrade(upgradable(lock)));
    assert_keeps_alive(|lock| RwLockUpgradableReadGuardArc::upgrade(upgradable(lock)));
    assert_keeps_alive(|lock| block_on(RwLockUpgradableReadGuardArc::upgrade(upgradable(lock))));
    assert_keeps_alive(|lock| {
        let reader = lock.try_read_arc();
        let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(upgradable(lock)));
        assert!(poll_with(&mut upgrade, &Wakes::new()).is_none());
        (upgrade, reader)
    });
}

#[test]
fn a_forgotten_guard_on_an_arc_leaks_its_count_and_nothing_else() {
    let (lock, drops) = counted::<RwLock<_>>();
    std::mem::forget(lock.try_read_arc());
    assert_eq!(Arc::strong_count(&lock), 2);
    assert!(lock.try_read().is_some() && lock.try_write().is_none());
    // SAFETY: this count is the forgotten guard's, which nobody else gives back.
    unsafe { Arc::decrement_strong_count(Arc::as_ptr(&lock)) };
    drop(lock);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn a_future_on_an_arc_holds_no_count_before_it_is_done() {
    let (lock, _) = counted::<RwLock<_>>();
    let held = lock.try_write().unwrap();
    let mut waiting = Box::pin(lock.read_arc());
    assert!(poll_with(&mut waiting, &Wakes::new()).is_none());
    assert_eq!(Arc::strong_count(&lock), 1);
    drop(held);
    let guard = poll_with(&mut waiting, &Wakes::new()).unwrap();
    assert_eq!(Arc::strong_count(&lock), 2);
    drop(guard);
    assert_eq!(Arc::strong_count(&lock), 1);
}

#[test]
fn the_value_is_moved_out_by_into_inner_and_dropped_by_its_taker() {
    let (lock, drops) = counted::<RwLock<_>>();
    let value = Arc::try_unwrap(lock).ok().unwrap().into_inner();
    assert_eq!(drops.load(Ordering::SeqCst), 0);
    drop(value);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn from_and_default_make_a_free_lock_and_get_mut_needs_no_guard() {
    let mut lock = RwLock::from(3);
    *lock.get_mut() += 1;
    assert_eq!(lock.into_inner(), 4);
    assert_eq!(*RwLock::<u8>::default().try_write().unwrap(), 0);
}

fn assert_second_poll_panics<F: Future>(future: F) {
    let mut future: Pin<Box<F>> = Box::pin(future);
    drop(poll_with(&mut future, &Wakes::new()).expect("the lock is free"));
    let again = catch_unwind(AssertUnwindSafe(|| poll_with(&mut future, &Wakes::new()).is_some()));
    let message = *again.unwrap_err().downcast::<String>().expect("a message");
    assert!(message.contains("polled after"), "{}", message);
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_poll_after_completion_panics_with_a_clear_message() {
    let lock = Arc::new(RwLock::new(0));
    assert_second_poll_panics(lock.read());
    assert_second_poll_panics(lock.upgradable_read());
    assert_second_poll_panics(lock.write());
    assert_second_poll_panics(lock.read_arc());
    assert_second_poll_panics(lock.upgradable_read_arc());
    assert_second_poll_panics(lock.write_arc());
    assert_second_poll_panics(Arc::clone(&lock).read_owned());
    assert_second_poll_panics(Arc::clone(&lock).upgradable_read_owned());
    assert_second_poll_panics(Arc::clone(&lock).write_owned());
    let upgradable = lock.try_upgradable_read().unwrap();
    assert_second_poll_panics(RwLockUpgradableReadGuard::upgrade(upgradable));
    let upgradable = lock.try_upgradable_read_arc().unwrap();
    assert_second_poll_panics(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    assert!(lock.try_write().is_some());
}

#[test]
fn mapped_read_guards_are_covariant() {
    fn shorten<'a>(
        guard: RwLockMappedReadGuard<'a, &'static str>,
        _: &'a str,
    ) -> RwLockMappedReadGuard<'a, &'a str> {
        guard
    }
    fn shorten_arc<'a>(
        guard: RwLockMappedReadGuardArc<&'static str, &'static str>,
        _: &'a str,
    ) -> RwLockMappedReadGuardArc<&'static str, &'a str> {
        guard
    }
    let short = String::from("short");
    let lock = Arc::new(RwLock::new("static"));
    let guard = RwLockReadGuard::map(lock.try_read().unwrap(), |value| value);
    assert_eq!(*shorten(guard, &short), "static");
    let guard = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |value| value);
    assert_eq!(*shorten_arc(guard, &short), "static");
}
