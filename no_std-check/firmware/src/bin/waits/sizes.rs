//! Sizes in bytes, beside those of embassy-sync's lock.

use core::mem::{size_of, size_of_val};

use any_rwlock::{futures, RwLock};
use any_rwlock::{RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::rwlock;
use firmware::report::figure;

type Theirs = rwlock::RwLock<CriticalSectionRawMutex, ()>;

pub fn print() {
    figure("size: RwLock<()>", size_of::<RwLock<()>>());
    figure("size: Read", size_of::<futures::Read<'_, ()>>());
    figure("size: UpgradableRead", size_of::<futures::UpgradableRead<'_, ()>>());
    figure("size: Write", size_of::<futures::Write<'_, ()>>());
    figure("size: Upgrade", size_of::<futures::Upgrade<'_, ()>>());
    figure("size: RwLockReadGuard", size_of::<RwLockReadGuard<'_, ()>>());
    figure("size: RwLockUpgradableReadGuard", size_of::<RwLockUpgradableReadGuard<'_, ()>>());
    figure("size: RwLockWriteGuard", size_of::<RwLockWriteGuard<'_, ()>>());
    let theirs = Theirs::new(());
    figure("size: embassy-sync: RwLock<()>", size_of::<Theirs>());
    figure("size: embassy-sync: read()", size_of_val(&theirs.read()));
    figure("size: embassy-sync: write()", size_of_val(&theirs.write()));
    let guard = size_of::<rwlock::RwLockReadGuard<'_, CriticalSectionRawMutex, ()>>();
    figure("size: embassy-sync: RwLockReadGuard", guard);
}
