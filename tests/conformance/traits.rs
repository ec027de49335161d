//! Which types are `Send`, `Sync`, `Unpin` and `Debug`, for payloads of every kind.

use std::cell::Cell;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use any_rwlock::futures::{
    Read, ReadArc, UpgradableRead, UpgradableReadArc, Upgrade, UpgradeArc, Write, WriteArc,
};
use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard,
    RwLockUpgradableReadGuardArc, RwLockWriteGuard, RwLockWriteGuardArc,
};

/// Whether `T` has a trait: an inherent constant hides that of [`Fallback`] where its bound holds.
struct Probe<T>(PhantomData<T>);

trait Fallback {
    const SEND: bool = false;
    const SYNC: bool = false;
    const UNPIN: bool = false;
}

impl<T> Fallback for Probe<T> {}

impl<T: Send> Probe<T> {
    const SEND: bool = true;
}

impl<T: Sync> Probe<T> {
    const SYNC: bool = true;
}

impl<T: Unpin> Probe<T> {
    const UNPIN: bool = true;
}

const NEITHER: (bool, bool) = (false, false);
const BOTH: (bool, bool) = (true, true);

macro_rules! send_and_sync {
    ($($checked:ty,)*) => {
        [$((Probe::<$checked>::SEND, Probe::<$checked>::SYNC)),*]
    };
}

/// The lock; what a plain read of a borrowed lock makes; all other guards; all other futures.
macro_rules! table {
    ($value:ty) => {
        (
            send_and_sync![RwLock<$value>,],
            send_and_sync![RwLockReadGuard<'static, $value>, Read<'static, $value>,],
            send_and_sync![
                RwLockUpgradableReadGuard<'static, $value>,
                RwLockWriteGuard<'static, $value>,
                RwLockReadGuardArc<$value>,
                RwLockUpgradableReadGuardArc<$value>,
                RwLockWriteGuardArc<$value>,
            ],
            send_and_sync![
                UpgradableRead<'static, $value>,
                Write<'static, $value>,
                Upgrade<'static, $value>,
                ReadArc<'static, $value>,
                UpgradableReadArc<'static, $value>,
                WriteArc<'static, $value>,
                UpgradeArc<$value>,
            ],
        )
    };
}

#[test]
fn where_the_value_is_send_and_sync_everything_is() {
    assert_eq!(table!(u8), ([BOTH], [BOTH; 2], [BOTH; 5], [BOTH; 7]));
}

#[test]
fn where_the_value_is_only_send_the_lock_is_send_and_nothing_else_is_anything() {
    let only_send = (true, false);
    assert_eq!(table!(Cell<u8>), ([only_send], [NEITHER; 2], [NEITHER; 5], [NEITHER; 7]));
}

#[test]
fn where_the_value_is_only_sync_a_plain_borrowed_read_is_both_and_nothing_else_is_anything() {
    let found = table!(MutexGuard<'static, u8>);
    assert_eq!(found, ([NEITHER], [BOTH; 2], [NEITHER; 5], [NEITHER; 7]));
}

#[test]
fn where_the_value_is_neither_send_nor_sync_nothing_is() {
    assert_eq!(table!(Rc<u8>), ([NEITHER], [NEITHER; 2], [NEITHER; 5], [NEITHER; 7]));
}

#[test]
fn futures_cannot_be_moved_once_polled_and_guards_can() {
    let futures = [
        Probe::<Read<'_, u8>>::UNPIN,
        Probe::<UpgradableRead<'_, u8>>::UNPIN,
        Probe::<Write<'_, u8>>::UNPIN,
        Probe::<Upgrade<'_, u8>>::UNPIN,
        Probe::<ReadArc<'_, u8>>::UNPIN,
        Probe::<UpgradableReadArc<'_, u8>>::UNPIN,
        Probe::<WriteArc<'_, u8>>::UNPIN,
        Probe::<UpgradeArc<u8>>::UNPIN,
    ];
    assert_eq!(futures, [false; 8]);
    let guards = [
        Probe::<RwLockReadGuard<'_, u8>>::UNPIN,
        Probe::<RwLockUpgradableReadGuard<'_, u8>>::UNPIN,
        Probe::<RwLockWriteGuard<'_, u8>>::UNPIN,
        Probe::<RwLockReadGuardArc<u8>>::UNPIN,
        Probe::<RwLockUpgradableReadGuardArc<u8>>::UNPIN,
        Probe::<RwLockWriteGuardArc<u8>>::UNPIN,
    ];
    assert_eq!(guards, [true; 6]);
}

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
