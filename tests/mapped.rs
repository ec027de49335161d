//! Guards of a part of the value. A test's name is the sentence it checks.
#![cfg(all(feature = "alloc", not(any_rwlock_loom)))]

use std::cell::Cell;
use std::fmt::Debug;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockMappedReadGuardArc, RwLockMappedWriteGuard,
    RwLockMappedWriteGuardArc, RwLockReadGuard, RwLockReadGuardArc, RwLockWriteGuard,
    RwLockWriteGuardArc,
};

type Value = (u32, Option<String>, Vec<u8>);

fn value() -> Value {
    (1, Some("one".into()), vec![1, 2, 3])
}

#[test]
fn a_mapped_read_guard_is_mapped_again() {
    let lock = RwLock::new(value());
    let items = RwLockReadGuard::map(lock.try_read().unwrap(), |value| &value.2);
    let slice = RwLockMappedReadGuard::map(items, |items| &items[1..]);
    assert_eq!(&*slice, &[2, 3]);
    let slice = RwLockMappedReadGuard::filter_map(slice, |slice| slice.get(5)).unwrap_err();
    let last = RwLockMappedReadGuard::filter_map(slice, |slice| slice.last()).unwrap();
    assert_eq!(*last, 3);
    assert!(lock.try_write().is_none());
    drop(last);
    assert!(lock.try_write().is_some());
}

#[test]
fn a_mapped_write_guard_is_mapped_again() {
    let lock = RwLock::new(value());
    let items = RwLockWriteGuard::map(lock.try_write().unwrap(), |value| &mut value.2);
    let slice = RwLockMappedWriteGuard::map(items, |items| &mut items[1..]);
    let slice = RwLockMappedWriteGuard::filter_map(slice, |slice| slice.get_mut(5)).unwrap_err();
    let mut last = RwLockMappedWriteGuard::filter_map(slice, |slice| slice.last_mut()).unwrap();
    *last = 9;
    assert!(lock.try_read().is_none());
    drop(last);
    assert_eq!(lock.into_inner().2, [1, 2, 9]);
}

#[test]
fn mapped_guards_on_an_arc_do_the_same_and_keep_the_lock_alive() {
    let lock = Arc::new(RwLock::new(value()));
    let writer = lock.try_write_arc().unwrap();
    let items = RwLockWriteGuardArc::map(writer, |value| &mut value.2);
    assert!(Arc::ptr_eq(&RwLockMappedWriteGuardArc::rwlock(&items), &lock));
    let items = RwLockMappedWriteGuardArc::filter_map(items, |items| items.get_mut(7)).unwrap_err();
    *RwLockMappedWriteGuardArc::map(items, |items| &mut items[0]) = 7;

    let reader = lock.try_read_arc().unwrap();
    let reader = RwLockReadGuardArc::filter_map(reader, |value| value.2.get(3)).unwrap_err();
    let items = RwLockReadGuardArc::filter_map(reader, |value| Some(&value.2)).unwrap();
    let first = RwLockMappedReadGuardArc::map(items, |items| &items[0]);
    let weak = Arc::downgrade(&lock);
    drop(lock);
    assert_eq!(*first, 7);
    drop(first);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_part_may_be_unsized() {
    let lock = RwLock::new(value());
    let name = RwLockReadGuard::filter_map(lock.try_read().unwrap(), |value| value.1.as_deref());
    let shown = RwLockReadGuard::map(lock.try_read().unwrap(), |value| &value.0 as &dyn Debug);
    assert_eq!(format!("{} {:?}", name.unwrap(), shown), "one 1");
}

#[test]
fn a_lock_of_an_unsized_value_maps_too() {
    let lock: Arc<RwLock<[u8]>> = Arc::new(RwLock::new([1, 2, 3]));
    let last = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |slice| &slice[2]);
    assert_eq!(*last, 3);
    drop(last);
    *RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |slice| &mut slice[0]) = 4;
    assert_eq!(*lock.try_read().unwrap(), [4, 2, 3]);
}

#[test]
fn a_part_may_lie_outside_of_the_value() {
    let lock = RwLock::new("borrowed from elsewhere");
    let part: RwLockMappedReadGuard<'_, str> =
        RwLockReadGuard::map(lock.try_read().unwrap(), |text| &text[..8]);
    assert_eq!(&*part, "borrowed");
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_panic_while_mapping_releases_the_lock() {
    fn no_part<T>() -> T {
        panic!("no part")
    }
    let lock = Arc::new(RwLock::new(1));
    let attempts: [&dyn Fn(); 4] = [
        &|| drop(RwLockReadGuard::map(lock.try_read().unwrap(), |_| -> &u8 { no_part() })),
        &|| drop(RwLockWriteGuard::map(lock.try_write().unwrap(), |_| -> &mut u8 { no_part() })),
        &|| {
            let writer = lock.try_write_arc().unwrap();
            drop(RwLockWriteGuardArc::filter_map(writer, |_| -> Option<&mut u8> { no_part() }));
        },
        &|| {
            let writer = lock.try_write().unwrap();
            drop(RwLockWriteGuard::downgrade_map(writer, |_| -> &u8 { no_part() }));
        },
    ];
    for attempt in attempts {
        assert!(catch_unwind(AssertUnwindSafe(attempt)).is_err());
        assert!(!lock.is_locked());
        assert_eq!(Arc::strong_count(&lock), 1);
    }
}

/// `&mut Cell<u8>` may become `&mut u8`. If that guard could be downgraded, another reader could
/// change the `u8` through the `Cell`, under a shared reference to it. `downgrade_map` chooses the
/// part from `&Cell<u8>`, from which there is no way to a `&u8`.
#[test]
fn a_downgraded_part_is_chosen_from_a_shared_reference() {
    let lock = RwLock::new((Cell::new(1u8), 2u8));
    let part = RwLockWriteGuard::downgrade_map(lock.try_write().unwrap(), |pair| &pair.0);
    lock.try_read().unwrap().0.set(3);
    assert_eq!(part.get(), 3);

    let lock = Arc::new(RwLock::new((1, 2)));
    let part = RwLockWriteGuardArc::downgrade_map(lock.try_write_arc().unwrap(), |pair| &pair.1);
    assert_eq!((*part, lock.reader_count()), (2, 1));
}

/// Chooses a part for a downgrade, and calls the function meanwhile.
type Choose = fn(&Arc<RwLock<Vec<u8>>>, &dyn Fn());

macro_rules! chooses {
    ($get:ident, $downgrade:expr, $part:expr) => {
        |lock, meanwhile| {
            let part = $downgrade(lock.$get().unwrap(), |items| {
                meanwhile();
                $part(&items[0])
            });
            assert_eq!(lock.reader_count(), 1);
            drop(part);
        }
    };
}

const DOWNGRADES: [Choose; 4] = [
    chooses!(try_write, RwLockWriteGuard::downgrade_map, |part| part),
    chooses!(try_write, RwLockWriteGuard::downgrade_filter_map, Some),
    chooses!(try_write_arc, RwLockWriteGuardArc::downgrade_map, |part| part),
    chooses!(try_write_arc, RwLockWriteGuardArc::downgrade_filter_map, Some),
];

#[test]
fn a_downgraded_part_is_chosen_before_anybody_else_gets_access() {
    for downgrade in DOWNGRADES {
        let lock = Arc::new(RwLock::new(vec![1]));
        let is_alone = Cell::new(false);
        downgrade(&lock, &|| {
            let refused = lock.try_read().is_none() && lock.try_read_recursive().is_none();
            is_alone.set(refused && lock.is_write_locked());
        });
        assert!(is_alone.get());
        assert!(!lock.is_locked());
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn a_panic_while_a_downgraded_part_is_chosen_gives_exclusive_access_up_once() {
    for downgrade in DOWNGRADES {
        let lock = Arc::new(RwLock::new(vec![1]));
        let held = Cell::new((false, 0));
        let choose = || {
            held.set((lock.is_write_locked(), lock.reader_count()));
            panic!("no part");
        };
        assert!(catch_unwind(AssertUnwindSafe(|| downgrade(&lock, &choose))).is_err());
        assert_eq!(held.get(), (true, 0));
        assert_eq!((lock.is_locked(), Arc::strong_count(&lock)), (false, 1));
        assert!(lock.try_write().is_some());
    }
}

#[test]
fn a_downgrade_to_a_part_that_is_missing_returns_the_write_guard() {
    let lock = Arc::new(RwLock::new(vec![1]));
    let writer = lock.try_write().unwrap();
    let writer = RwLockWriteGuard::downgrade_filter_map(writer, |items| items.get(1)).unwrap_err();
    assert!(lock.is_write_locked());
    let part = RwLockWriteGuard::downgrade_filter_map(writer, |items| items.first()).unwrap();
    assert_eq!((*part, lock.reader_count()), (1, 1));
    drop(part);

    let writer = lock.try_write_arc().unwrap();
    let writer =
        RwLockWriteGuardArc::downgrade_filter_map(writer, |items| items.get(1)).unwrap_err();
    let part = RwLockWriteGuardArc::downgrade_filter_map(writer, |items| items.first()).unwrap();
    assert_eq!((*part, lock.reader_count()), (1, 1));
}

#[test]
fn mapped_guards_tell_whether_somebody_waits() {
    let lock = Arc::new(RwLock::new((1, 2)));
    let read = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.0);
    let read_arc = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.0);
    assert!(!RwLockMappedReadGuard::has_waiters(&read));
    let mut writer = Box::pin(lock.write());
    let poll_once = futures_lite::future::poll_once;
    assert!(futures_lite::future::block_on(poll_once(&mut writer)).is_none());
    assert!(RwLockMappedReadGuard::has_waiters(&read));
    assert!(RwLockMappedReadGuardArc::has_waiters(&read_arc));
    drop((read, read_arc, writer));

    let write = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.0);
    assert!(!RwLockMappedWriteGuardArc::has_waiters(&write));
    drop(write);
    let write = RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.0);
    assert!(!RwLockMappedWriteGuard::has_waiters(&write));
}

#[test]
#[cfg(not(target_family = "wasm"))]
fn a_mapped_write_guard_may_move_to_another_thread_where_the_guard_may_not() {
    let mut value = (Cell::new(1u8), 2u8);
    let lock = RwLock::new(&mut value);
    let part = RwLockWriteGuard::map(lock.try_write().unwrap(), |value| &mut value.1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut part = part;
            *part += 1;
        });
    });
    assert_eq!(lock.try_read().unwrap().1, 3);
}
