//! What locks, guards and futures show.

use std::fmt::Debug;
use std::sync::Arc;

use any_rwlock::*;

fn shown(value: &dyn Debug) -> String {
    format!("{:?}", value)
}

#[test]
fn every_future_shows_its_name() {
    let lock = Arc::new(RwLock::new(0u8));
    assert_eq!(shown(&lock.read()), "Read { .. }");
    assert_eq!(shown(&lock.read_recursive()), "ReadRecursive { .. }");
    assert_eq!(shown(&lock.upgradable_read()), "UpgradableRead { .. }");
    assert_eq!(shown(&lock.write()), "Write { .. }");
    assert_eq!(shown(&lock.read_arc()), "ReadArc { .. }");
    assert_eq!(shown(&lock.read_recursive_arc()), "ReadRecursiveArc { .. }");
    assert_eq!(shown(&lock.upgradable_read_arc()), "UpgradableReadArc { .. }");
    assert_eq!(shown(&lock.write_arc()), "WriteArc { .. }");
    let lock = || Arc::clone(&lock);
    assert_eq!(shown(&lock().read_owned()), "ReadOwned { .. }");
    assert_eq!(shown(&lock().read_recursive_owned()), "ReadRecursiveOwned { .. }");
    assert_eq!(shown(&lock().upgradable_read_owned()), "UpgradableReadOwned { .. }");
    assert_eq!(shown(&lock().write_owned()), "WriteOwned { .. }");
}

#[test]
fn every_future_of_a_guard_shows_its_name() {
    let lock = Arc::new(RwLock::new(0u8));
    macro_rules! assert_shown {
        ($($guard:ident::$method:ident, $get:ident: $expected:literal;)*) => {
            $(assert_eq!(shown(&$guard::$method(lock.$get().unwrap())), $expected);)*
        };
    }
    assert_shown! {
        RwLockUpgradableReadGuard::upgrade, try_upgradable_read: "Upgrade { .. }";
        RwLockUpgradableReadGuardArc::upgrade, try_upgradable_read_arc: "UpgradeArc { .. }";
        RwLockReadGuard::yield_to_waiters, try_read: "YieldRead { .. }";
        RwLockReadGuardArc::yield_to_waiters, try_read_arc: "YieldReadArc { .. }";
        RwLockUpgradableReadGuard::yield_to_waiters, try_upgradable_read:
            "YieldUpgradableRead { .. }";
        RwLockUpgradableReadGuardArc::yield_to_waiters, try_upgradable_read_arc:
            "YieldUpgradableReadArc { .. }";
        RwLockWriteGuard::yield_to_waiters, try_write: "YieldWrite { .. }";
        RwLockWriteGuardArc::yield_to_waiters, try_write_arc: "YieldWriteArc { .. }";
    }
    let mut guard = lock.try_upgradable_read().unwrap();
    assert_eq!(shown(&RwLockUpgradableReadGuard::upgrade_ref(&mut guard)), "UpgradeRef { .. }");
}

#[test]
fn every_guard_shows_its_value_and_the_lock_what_can_be_read_now() {
    let lock = Arc::new(RwLock::new("x"));
    let expected = ("\"x\"".to_string(), "x".to_string());
    macro_rules! assert_shown {
        ($guard:expr, $lock:expr) => {{
            let guard = $guard;
            assert_eq!((shown(&guard), guard.to_string()), expected);
            assert_eq!(shown(&lock), $lock);
        }};
    }
    let [free, reads, upgradable_reads, locked] = [
        (r#""x""#, 0, false, false),
        (r#""x""#, 1, false, false),
        (r#""x""#, 0, true, false),
        ("<locked>", 0, false, true),
    ]
    .map(|(value, readers, upgradable, writer)| {
        format!(
            "RwLock {{ value: {}, readers: {}, upgradable: {}, writer: {}, \
             waiting_writer: false, waiters: false }}",
            value, readers, upgradable, writer
        )
    });
    assert_shown!(lock.try_read().unwrap(), reads);
    assert_shown!(lock.try_upgradable_read().unwrap(), upgradable_reads);
    assert_shown!(lock.try_write().unwrap(), locked);
    assert_shown!(lock.try_read_arc().unwrap(), reads);
    assert_shown!(lock.try_upgradable_read_arc().unwrap(), upgradable_reads);
    assert_shown!(lock.try_write_arc().unwrap(), locked);
    assert_shown!(RwLockReadGuard::map(lock.try_read().unwrap(), |value| value), reads);
    assert_shown!(RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |value| value), reads);
    assert_shown!(RwLockWriteGuard::map(lock.try_write().unwrap(), |value| value), locked);
    assert_shown!(RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |value| value), locked);
    let mut upgradable = lock.try_upgradable_read().unwrap();
    assert_shown!(RwLockUpgradableReadGuard::try_upgrade_ref(&mut upgradable).unwrap(), locked);
    assert_shown!(upgradable, upgradable_reads);
    assert_eq!(shown(&lock), free);
}
