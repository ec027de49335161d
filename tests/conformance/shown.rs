//! What locks, guards and futures show.

use std::fmt::Debug;
use std::sync::Arc;

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockUpgradableReadGuardArc};

#[test]
fn every_future_shows_its_name() {
    let lock = Arc::new(RwLock::new(0u8));
    let shown = |future: &dyn Debug| format!("{:?}", future);
    assert_eq!(shown(&lock.read()), "Read { .. }");
    assert_eq!(shown(&lock.upgradable_read()), "UpgradableRead { .. }");
    assert_eq!(shown(&lock.write()), "Write { .. }");
    assert_eq!(shown(&lock.read_arc()), "ReadArc { .. }");
    assert_eq!(shown(&lock.upgradable_read_arc()), "UpgradableReadArc { .. }");
    assert_eq!(shown(&lock.write_arc()), "WriteArc { .. }");
    let upgradable = lock.try_upgradable_read().unwrap();
    assert_eq!(shown(&RwLockUpgradableReadGuard::upgrade(upgradable)), "Upgrade { .. }");
    let upgradable = lock.try_upgradable_read_arc().unwrap();
    assert_eq!(shown(&RwLockUpgradableReadGuardArc::upgrade(upgradable)), "UpgradeArc { .. }");
}

#[test]
fn every_guard_shows_its_value_and_the_lock_what_can_be_read_now() {
    let lock = Arc::new(RwLock::new("x"));
    let expected = ("\"x\"".to_string(), "x".to_string());
    let shown = |lock: &RwLock<&str>| format!("{:?}", lock);
    macro_rules! assert_shown {
        ($guard:expr, $lock:expr) => {{
            let guard = $guard.unwrap();
            assert_eq!((format!("{:?}", guard), format!("{}", guard)), expected);
            assert_eq!(shown(&lock), $lock);
        }};
    }
    assert_shown!(lock.try_read(), r#"RwLock { value: "x" }"#);
    assert_shown!(lock.try_upgradable_read(), r#"RwLock { value: "x" }"#);
    assert_shown!(lock.try_write(), "RwLock { value: <locked> }");
    assert_shown!(lock.try_read_arc(), r#"RwLock { value: "x" }"#);
    assert_shown!(lock.try_upgradable_read_arc(), r#"RwLock { value: "x" }"#);
    assert_shown!(lock.try_write_arc(), "RwLock { value: <locked> }");
    assert_eq!(shown(&lock), r#"RwLock { value: "x" }"#);
}
