//! The public surface: every type that `api.txt` lists, and its auto traits.
#![cfg(all(feature = "alloc", not(any_rwlock_loom)))]

use std::cell::Cell;
use std::marker::{PhantomData, PhantomPinned};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::MutexGuard;

use any_rwlock::futures::*;
use any_rwlock::*;

/// Made by `.ci/api list`, and compared by `.ci/api`.
const LISTING: &str = include_str!("api.txt");

/// Whether `T` has a trait: where its bound holds, an inherent constant hides that of [`Otherwise`].
struct Probe<T>(PhantomData<T>);

trait Otherwise {
    const SEND: bool = false;
    const SYNC: bool = false;
    const UNPIN: bool = false;
    const UNWIND_SAFE: bool = false;
    const REF_UNWIND_SAFE: bool = false;
}

impl<T> Otherwise for Probe<T> {}

impl<T: Send> Probe<T> {
    const SEND: bool = true;
}

impl<T: Sync> Probe<T> {
    const SYNC: bool = true;
}

impl<T: Unpin> Probe<T> {
    const UNPIN: bool = true;
}

impl<T: UnwindSafe> Probe<T> {
    const UNWIND_SAFE: bool = true;
}

impl<T: RefUnwindSafe> Probe<T> {
    const REF_UNWIND_SAFE: bool = true;
}

// The payloads.
type SendAndSync = u8;
type SendOnly = Cell<u8>;
type SyncOnly = MutexGuard<'static, u8>;
type Neither = *const u8;

/// Two facts. A cross: it is so.
type Pair = (bool, bool);
const XX: Pair = (true, true);
const X_: Pair = (true, false);
const _X: Pair = (false, true);
const __: Pair = (false, false);

struct Row {
    name: &'static str,
    expected: [Pair; 6],
    found: [Pair; 6],
}

macro_rules! table {
    ($($type:ty: $($expected:ident)*;)*) => {
        [$({
            type Of<T> = $type;
            Row {
                name: stringify!($type),
                expected: [$($expected),*],
                found: [
                    (Probe::<Of<SendAndSync>>::SEND, Probe::<Of<SendAndSync>>::SYNC),
                    (Probe::<Of<SendOnly>>::SEND, Probe::<Of<SendOnly>>::SYNC),
                    (Probe::<Of<SyncOnly>>::SEND, Probe::<Of<SyncOnly>>::SYNC),
                    (Probe::<Of<Neither>>::SEND, Probe::<Of<Neither>>::SYNC),
                    (Probe::<Of<u8>>::UNPIN, Probe::<Of<PhantomPinned>>::UNPIN),
                    (Probe::<Of<u8>>::UNWIND_SAFE, Probe::<Of<u8>>::REF_UNWIND_SAFE),
                ],
            }
        }),*]
    };
}

/// First `Send` and `Sync` of a type whose value is both, only `Send`, only `Sync`, and neither.
/// Then whether it is `Unpin`: where its value is, and where its value is not. Then `UnwindSafe` and
/// `RefUnwindSafe`, where its value is both.
fn table() -> Vec<Row> {
    #[allow(unused_mut)] // Without `std`.
    let mut table = Vec::from(table! {
        //                                          both Send Sync none  Unpin  unwind
        RwLock<T>:                                   XX   X_   __   __    X_     X_;

        // Shares the value.
        RwLockReadGuard<'static, T>:                 XX   __   XX   __    XX     XX;
        RwLockMappedReadGuard<'static, T>:           XX   __   XX   __    XX     XX;

        // Lends the value exclusively, and cannot share it afterwards.
        RwLockUpgradedGuard<'static, T>:             XX   X_   _X   __    XX     _X;
        RwLockMappedWriteGuard<'static, T>:          XX   X_   _X   __    XX     _X;

        // Is exclusive, or can be, and can share the value afterwards.
        RwLockUpgradableReadGuard<'static, T>:       XX   __   __   __    XX     __;
        RwLockWriteGuard<'static, T>:                XX   __   __   __    XX     __;

        // May also drop the value.
        RwLockReadGuardArc<T>:                       XX   __   __   __    XX     XX;
        RwLockUpgradableReadGuardArc<T>:             XX   __   __   __    XX     __;
        RwLockWriteGuardArc<T>:                      XX   __   __   __    XX     __;

        // Mapped from a value of this kind to a part that is both, and the other way round.
        RwLockMappedReadGuardArc<T, u8>:             XX   __   __   __    XX     XX;
        RwLockMappedReadGuardArc<u8, T>:             XX   __   __   __    XX     XX;
        RwLockMappedWriteGuardArc<T, u8>:            XX   __   __   __    XX     __;
        RwLockMappedWriteGuardArc<u8, T>:            XX   X_   __   __    XX     __;

        // As its guard; never `Unpin`.
        Read<'static, T>:                            XX   __   XX   __    __     XX;
        ReadRecursive<'static, T>:                   XX   __   XX   __    __     XX;
        YieldRead<'static, T>:                       XX   __   XX   __    __     XX;
        UpgradeRef<'static, T>:                      XX   X_   _X   __    __     _X;
        UpgradableRead<'static, T>:                  XX   __   __   __    __     __;
        Write<'static, T>:                           XX   __   __   __    __     __;
        Upgrade<'static, T>:                         XX   __   __   __    __     __;
        YieldUpgradableRead<'static, T>:             XX   __   __   __    __     __;
        YieldWrite<'static, T>:                      XX   __   __   __    __     __;
        ReadArc<'static, T>:                         XX   __   __   __    __     __;
        ReadRecursiveArc<'static, T>:                XX   __   __   __    __     __;
        UpgradableReadArc<'static, T>:               XX   __   __   __    __     __;
        WriteArc<'static, T>:                        XX   __   __   __    __     __;
        ReadOwned<T>:                                XX   __   __   __    __     XX;
        ReadRecursiveOwned<T>:                       XX   __   __   __    __     XX;
        UpgradableReadOwned<T>:                      XX   __   __   __    __     __;
        WriteOwned<T>:                               XX   __   __   __    __     __;
        UpgradeArc<T>:                               XX   __   __   __    __     __;
        YieldReadArc<T>:                             XX   __   __   __    __     XX;
        YieldUpgradableReadArc<T>:                   XX   __   __   __    __     __;
        YieldWriteArc<T>:                            XX   __   __   __    __     __;
    });
    #[cfg(feature = "std")]
    table.extend(table! {
        // A lock with shards: as the types of the other, but a guard that keeps it alive is invariant.
        ShardedRwLock<T>:                            XX   X_   __   __    X_     X_;
        ShardedRwLockReadGuard<'static, T>:          XX   __   XX   __    XX     XX;
        ShardedRwLockMappedReadGuard<'static, T>:    XX   __   XX   __    XX     XX;
        ShardedRwLockMappedWriteGuard<'static, T>:   XX   X_   _X   __    XX     _X;
        ShardedRwLockUpgradableReadGuard<'static, T>: XX  __   __   __    XX     __;
        ShardedRwLockWriteGuard<'static, T>:         XX   __   __   __    XX     __;
        ShardedRwLockReadGuardArc<T>:                XX   __   __   __    XX     __;
        ShardedRwLockUpgradableReadGuardArc<T>:      XX   __   __   __    XX     __;
        ShardedRwLockWriteGuardArc<T>:               XX   __   __   __    XX     __;
        ShardedRwLockMappedReadGuardArc<T, u8>:      XX   __   __   __    XX     __;
        ShardedRwLockMappedReadGuardArc<u8, T>:      XX   __   __   __    XX     __;
        ShardedRwLockMappedWriteGuardArc<T, u8>:     XX   __   __   __    XX     __;
        ShardedRwLockMappedWriteGuardArc<u8, T>:     XX   X_   __   __    XX     __;
        ShardedRead<'static, T>:                     XX   __   XX   __    __     XX;
        ShardedReadRecursive<'static, T>:            XX   __   XX   __    __     XX;
        ShardedYieldRead<'static, T>:                XX   __   XX   __    __     XX;
        ShardedUpgradableRead<'static, T>:           XX   __   __   __    __     __;
        ShardedWrite<'static, T>:                    XX   __   __   __    __     __;
        ShardedUpgrade<'static, T>:                  XX   __   __   __    __     __;
        ShardedYieldUpgradableRead<'static, T>:      XX   __   __   __    __     __;
        ShardedYieldWrite<'static, T>:               XX   __   __   __    __     __;
        ShardedReadArc<T>:                           XX   __   __   __    __     __;
        ShardedReadRecursiveArc<T>:                  XX   __   __   __    __     __;
        ShardedUpgradableReadArc<T>:                 XX   __   __   __    __     __;
        ShardedWriteArc<T>:                          XX   __   __   __    __     __;
        ShardedUpgradeRef<'static, T>:               XX   X_   _X   __    __     _X;
        ShardedUpgradeArc<T>:                        XX   __   __   __    __     __;
        ShardedYieldReadArc<T>:                      XX   __   __   __    __     __;
        ShardedYieldUpgradableReadArc<T>:            XX   __   __   __    __     __;
        ShardedYieldWriteArc<T>:                     XX   __   __   __    __     __;
    });
    table
}

#[test]
fn every_type_has_the_auto_traits_that_the_table_says() {
    for row in table() {
        assert_eq!(row.found, row.expected, "{}", row.name);
    }
}

#[test]
fn every_public_type_stands_in_the_table() {
    let name = |shown: &str| -> String {
        let path = shown.split('<').next().unwrap();
        path.rsplit("::").next().unwrap().trim().into()
    };
    let mut in_table: Vec<_> = table().iter().map(|row| name(row.name)).collect();
    in_table.dedup();
    let mut listed: Vec<_> = LISTING
        .lines()
        .filter_map(|line| line.strip_prefix("pub struct ").or(line.strip_prefix("pub enum ")))
        .map(name)
        .filter(|name| cfg!(feature = "std") || !name.starts_with("Sharded"))
        .collect();
    in_table.sort();
    listed.sort();
    assert_eq!(in_table, listed);
}
