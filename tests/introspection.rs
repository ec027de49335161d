//! Looks at a lock, and guards that give way to those who wait. A test's name is the sentence it
//! checks.
#![cfg(all(feature = "alloc", not(any_rwlock_loom)))]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard,
    RwLockUpgradableReadGuardArc, RwLockWriteGuard, RwLockWriteGuardArc,
};
use futures_lite::future::{block_on, poll_once, zip};

/// Polls once; what came of it.
fn poll<F: Future + Unpin>(future: F) -> Option<F::Output> {
    block_on(poll_once(future))
}

/// What the lock tells: locked, write locked, upgradable locked, readers, waiters, writers waiting.
fn looks<T>(lock: &RwLock<T>) -> (bool, bool, bool, usize, bool, bool) {
    (
        lock.is_locked(),
        lock.is_write_locked(),
        lock.is_upgradable_locked(),
        lock.reader_count(),
        lock.has_waiters(),
        lock.has_waiting_writer(),
    )
}

const FREE: (bool, bool, bool, usize, bool, bool) = (false, false, false, 0, false, false);
const WRITTEN: (bool, bool, bool, usize, bool, bool) = (true, true, false, 0, false, false);

#[test]
fn a_lock_tells_who_has_access() {
    let lock = RwLock::new(1);
    assert_eq!(looks(&lock), FREE);
    let readers = (lock.try_read(), lock.try_read());
    assert_eq!(looks(&lock), (true, false, false, 2, false, false));
    let upgradable = lock.try_upgradable_read().unwrap();
    assert_eq!(looks(&lock), (true, false, true, 3, false, false));
    drop(readers);
    assert_eq!(looks(&lock), (true, false, true, 1, false, false));
    let writer = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
    assert_eq!(looks(&lock), WRITTEN);
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!(looks(&lock), (true, false, false, 1, false, false));
    drop(reader);
    assert_eq!(looks(&lock), FREE);
}

#[test]
fn a_lock_tells_who_waits() {
    let lock = RwLock::new(1);
    let writer = lock.try_write().unwrap();
    for mut reader in [
        Box::pin(async { drop(lock.read().await) }) as Pin<Box<dyn Future<Output = ()>>>,
        Box::pin(async { drop(lock.read_recursive().await) }),
        Box::pin(async { drop(lock.upgradable_read().await) }),
    ] {
        assert!(poll(&mut reader).is_none());
        assert_eq!(looks(&lock), (true, true, false, 0, true, false));
    }
    let mut next = Box::pin(lock.write());
    assert!(poll(&mut next).is_none());
    assert_eq!(looks(&lock), (true, true, false, 0, true, true));
    drop(next);
    assert!(!lock.has_waiting_writer());
    drop(writer);
    assert_eq!(looks(&lock), FREE);
}

#[test]
fn an_upgrade_that_waits_counts_as_a_waiting_writer_and_as_a_reader() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    let guard = lock.try_upgradable_read().unwrap();
    let mut upgrade = Box::pin(RwLockUpgradableReadGuard::upgrade(guard));
    assert!(poll(&mut upgrade).is_none());
    assert_eq!(looks(&lock), (true, false, true, 2, true, true));
    drop(reader);
    assert!(poll(&mut upgrade).is_some());
}

#[test]
fn debug_shows_the_value_or_that_it_is_locked() {
    let lock = RwLock::new(1);
    assert_eq!(
        format!("{lock:?}"),
        "RwLock { value: 1, readers: 0, upgradable: false, writer: false, \
         waiting_writer: false, waiters: false }"
    );
    let writer = lock.try_write().unwrap();
    let mut reader = Box::pin(lock.read());
    assert!(poll(&mut reader).is_none());
    assert_eq!(
        format!("{lock:?}"),
        "RwLock { value: <locked>, readers: 0, upgradable: false, writer: true, \
         waiting_writer: false, waiters: true }"
    );
    assert_eq!(format!("{writer:?} {writer}"), "1 1");
}

#[test]
fn debug_shows_a_nested_read_that_waits_behind_a_writer() {
    let lock = RwLock::new(1);
    let outer = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut writer = Box::pin(lock.write());
    let mut inner = Box::pin(lock.read());
    assert!(poll(&mut writer).is_none() && poll(&mut inner).is_none());
    let expected = "RwLock { value: 1, readers: 1, upgradable: true, writer: false, \
                    waiting_writer: true, waiters: true }";
    assert_eq!(format!("{lock:?}"), expected);
    // Showing it has left no trace.
    assert_eq!(format!("{lock:?}"), expected);
    drop((outer, upgradable));
    *poll(&mut writer).unwrap() = 2;
    assert_eq!(*poll(&mut inner).unwrap(), 2);
}

#[test]
fn debug_takes_no_wake_up_from_a_writer_that_was_woken() {
    let lock = RwLock::new(1);
    let held = lock.try_write().unwrap();
    let [mut woken, mut next] = [(); 2].map(|()| Box::pin(lock.write()));
    assert!(poll(&mut woken).is_none() && poll(&mut next).is_none());
    drop(held);
    assert!(format!("{lock:?}").starts_with("RwLock { value: 1, "));
    let mut arrival = Box::pin(lock.write());
    assert!(poll(&mut arrival).is_none());
    assert!(poll(&mut woken).is_some());
}

#[test]
fn a_guard_tells_whether_somebody_waits_for_it() {
    let lock = Arc::new(RwLock::new(1));
    let read = lock.try_read().unwrap();
    let read_arc = lock.try_read_arc().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut another = Box::pin(lock.upgradable_read());
    assert!(poll(&mut another).is_none());
    assert!(RwLockUpgradableReadGuard::has_waiters(&upgradable));
    assert!(!RwLockReadGuard::has_waiters(&read));
    assert!(!RwLockReadGuardArc::has_waiters(&read_arc));
    let mut writer = Box::pin(lock.write());
    assert!(poll(&mut writer).is_none());
    assert!(RwLockReadGuard::has_waiters(&read));
    assert!(RwLockReadGuardArc::has_waiters(&read_arc));
}

#[test]
fn yielding_keeps_the_access_while_nobody_waits() {
    let lock = Arc::new(RwLock::new(1));
    let writer = lock.try_write().unwrap();
    let writer = poll(Box::pin(RwLockWriteGuard::yield_to_waiters(writer))).unwrap();
    #[cfg(feature = "std")]
    let writer = RwLockWriteGuard::yield_to_waiters_blocking(writer);
    assert_eq!(looks(&lock), WRITTEN);
    drop(writer);

    let others = (lock.try_read(), lock.try_upgradable_read());
    let reader = lock.try_read_arc().unwrap();
    let reader = poll(Box::pin(RwLockReadGuardArc::yield_to_waiters(reader))).unwrap();
    #[cfg(feature = "std")]
    let reader = RwLockReadGuardArc::yield_to_waiters_blocking(reader);
    assert_eq!(*reader, 1);
    drop((others, reader));
    assert_eq!(looks(&lock), FREE);
    assert_eq!(Arc::strong_count(&lock), 1);
}

/// Every kind of guard that can yield: it is taken, somebody else asks, it yields, and the other has
/// been there when it is back.
#[test]
fn every_guard_yields_to_the_one_who_waits() {
    macro_rules! yields {
        ($guard:ident, $take:ident) => {
            let lock = Arc::new(RwLock::new(1));
            let guard = lock.$take().unwrap();
            let other = async { *lock.write().await += 1 };
            let holder = async {
                assert!($guard::has_waiters(&guard));
                let guard = $guard::yield_to_waiters(guard).await;
                assert_eq!(*guard, 2);
            };
            block_on(zip(other, holder));
            assert_eq!(looks(&lock), FREE);
            assert_eq!(Arc::strong_count(&lock), 1);
        };
    }
    yields!(RwLockReadGuard, try_read);
    yields!(RwLockUpgradableReadGuard, try_upgradable_read);
    yields!(RwLockWriteGuard, try_write);
    yields!(RwLockReadGuardArc, try_read_arc);
    yields!(RwLockUpgradableReadGuardArc, try_upgradable_read_arc);
    yields!(RwLockWriteGuardArc, try_write_arc);
}

#[test]
fn an_upgradable_guard_yields_to_the_next_upgradable_reader() {
    let lock = RwLock::new(1);
    let guard = lock.try_upgradable_read().unwrap();
    let other = async {
        let guard = lock.upgradable_read().await;
        *RwLockUpgradableReadGuard::upgrade(guard).await += 1;
    };
    let holder = async {
        let guard = RwLockUpgradableReadGuard::yield_to_waiters(guard).await;
        assert_eq!(*guard, 2);
    };
    block_on(zip(other, holder));
}

#[test]
fn a_writer_yields_to_a_phase_of_readers_and_comes_before_later_writers_do_twice() {
    let lock = RwLock::new(0);
    let read = || async { *lock.read().await };
    let writer = lock.try_write().unwrap();
    let holder = async {
        let mut writer = RwLockWriteGuard::yield_to_waiters(writer).await;
        *writer += 1;
    };
    let readers = zip(read(), zip(read(), read()));
    let (seen, ()) = block_on(zip(readers, holder));
    assert_eq!(seen, (0, (0, 0)));
    assert_eq!(lock.into_inner(), 1);
}

#[test]
fn yielding_to_a_future_that_is_never_polled_ends() {
    let lock = RwLock::new(1);
    let writer = lock.try_write().unwrap();
    let mut forgotten = (Box::pin(lock.read()), Box::pin(lock.write()));
    assert!(poll(&mut forgotten.0).is_none());
    assert!(poll(&mut forgotten.1).is_none());
    let mut writer = block_on(RwLockWriteGuard::yield_to_waiters(writer));
    *writer = 2;
    drop(writer);
    assert_eq!(*block_on(forgotten.0), 2);
}

#[test]
fn yielding_does_nothing_before_its_first_poll_and_its_drop_gives_up() {
    let lock = Arc::new(RwLock::new(1));
    let writer = lock.try_write_arc().unwrap();
    let mut reader = Box::pin(lock.read());
    assert!(poll(&mut reader).is_none());
    let yielding = RwLockWriteGuardArc::yield_to_waiters(writer);
    assert!(lock.is_write_locked());
    drop(yielding);
    assert!(!lock.is_write_locked());
    let reader = poll(&mut reader).unwrap();

    let mut waits = Box::pin(lock.write());
    assert!(poll(&mut waits).is_none());
    let mut yielding = Box::pin(RwLockReadGuard::yield_to_waiters(reader));
    assert!(poll(&mut yielding).is_none());
    drop(yielding);
    drop(poll(&mut waits).unwrap());
    assert_eq!(looks(&lock), FREE);
    assert_eq!(Arc::strong_count(&lock), 1);
}

#[test]
#[should_panic(expected = "polled after it completed")]
fn a_yield_that_is_polled_after_completion_panics() {
    let lock = RwLock::new(1);
    let mut yielding = Box::pin(RwLockReadGuard::yield_to_waiters(lock.try_read().unwrap()));
    assert!(poll(&mut yielding).is_some());
    let _ = poll(&mut yielding);
}

#[test]
fn a_guard_on_an_arc_that_may_write_has_its_lock() {
    let lock = Arc::new(RwLock::new(1));
    let upgradable = lock.try_upgradable_read_arc().unwrap();
    assert!(Arc::ptr_eq(&RwLockUpgradableReadGuardArc::rwlock(&upgradable), &lock));
    let writer = RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap();
    let again = RwLockWriteGuardArc::rwlock(&writer);
    assert_eq!(Arc::strong_count(&lock), 3);
    drop((lock, writer));
    assert_eq!(Arc::try_unwrap(again).unwrap().into_inner(), 1);
}
