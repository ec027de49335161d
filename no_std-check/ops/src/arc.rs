//! What needs `alloc::sync::Arc`.

extern crate alloc;
use alloc::sync::Arc;
use core::pin::pin;

use any_rwlock::{
    RwLock, RwLockMappedReadGuardArc, RwLockMappedWriteGuardArc, RwLockReadGuardArc,
    RwLockUpgradableReadGuardArc, RwLockWriteGuardArc,
};

use crate::waits::is_ready;
use crate::Checks;

pub(crate) async fn every_operation(checks: &mut Checks) {
    let lock = Arc::new(RwLock::new((0, 1)));
    conversions(&lock, checks).await;
    tries(&lock, checks);
    upgrade_cancelled(&lock, checks).await;
    parts(&lock, checks).await;
    parts_of_parts(&lock, checks).await;
    yielding(&lock, checks).await;
    let reader = lock.read_recursive_arc().await;
    checks.that(lock.try_read_recursive_arc().is_some());
    drop(lock);
    checks.that(RwLockReadGuardArc::clone(&reader).0 == 2);
    drop(reader);
    owned(checks).await;
}

async fn owned(checks: &mut Checks) {
    let lock = Arc::new(RwLock::new(0));
    *Arc::clone(&lock).write_owned().await += 1;
    let upgradable = Arc::clone(&lock).upgradable_read_owned().await;
    checks.that(*Arc::clone(&lock).read_owned().await == *upgradable);
    checks.that(*lock.read_recursive_owned().await == 1);
}

async fn conversions(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    lock.write_arc().await.0 = 1;
    checks.that(lock.read_arc().await.0 == 1);
    let upgradable = lock.upgradable_read_arc().await;
    let writer = RwLockUpgradableReadGuardArc::upgrade(upgradable).await;
    checks.that(Arc::ptr_eq(lock, &RwLockWriteGuardArc::rwlock(&writer)));
    let mut upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
    RwLockUpgradableReadGuardArc::upgrade_ref(&mut upgradable).await.0 += 1;
    checks.that(RwLockUpgradableReadGuardArc::try_upgrade_ref(&mut upgradable).is_some());
    checks.that(Arc::ptr_eq(lock, &RwLockUpgradableReadGuardArc::rwlock(&upgradable)));
    match RwLockUpgradableReadGuardArc::try_upgrade(upgradable) {
        Ok(writer) => checks.that(RwLockWriteGuardArc::downgrade(writer).0 == 2),
        Err(_) => checks.that(false),
    }
    let upgradable = lock.upgradable_read_arc().await;
    drop(RwLockUpgradableReadGuardArc::downgrade(upgradable));
}

fn tries(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    let reader = lock.try_read_arc();
    checks.that(reader.is_some_and(|reader| !RwLockReadGuardArc::has_waiters(&reader)));
    checks.that(lock.try_upgradable_read_arc().is_some());
    checks.that(lock.try_write_arc().is_some());
}

async fn upgrade_cancelled(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    let reader = lock.read_arc().await;
    let upgradable = lock.upgradable_read_arc().await;
    let mut upgrade = pin!(RwLockUpgradableReadGuardArc::upgrade(upgradable));
    checks.that(!is_ready(upgrade.as_mut()) && RwLockReadGuardArc::has_waiters(&reader));
    let upgradable = upgrade.as_mut().cancel();
    checks.that(upgradable.is_some_and(|it| !RwLockUpgradableReadGuardArc::has_waiters(&it)));
}

async fn parts(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    let second = RwLockReadGuardArc::map(lock.read_arc().await, |pair| &pair.1);
    checks.that(*RwLockMappedReadGuardArc::clone(&second) == 1);
    drop(second);
    let mut second = RwLockWriteGuardArc::map(lock.write_arc().await, |pair| &mut pair.1);
    *second += 1;
    checks.that(Arc::ptr_eq(lock, &RwLockMappedWriteGuardArc::rwlock(&second)));
    drop(second);
    let second = RwLockWriteGuardArc::downgrade_map(lock.write_arc().await, |pair| &pair.1);
    checks.that(*second == 2);
    drop(second);
    let writer = lock.write_arc().await;
    let part = RwLockWriteGuardArc::downgrade_filter_map(writer, |pair| Some(&pair.1));
    checks.that(part.is_ok());
}

async fn parts_of_parts(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    let pair = RwLockReadGuardArc::filter_map(lock.read_arc().await, |pair| Some(pair));
    if let Ok(pair) = pair {
        let first = RwLockMappedReadGuardArc::map(pair, |pair| &pair.0);
        checks.that(!RwLockMappedReadGuardArc::has_waiters(&first));
        checks.that(RwLockMappedReadGuardArc::filter_map(first, |_| None::<&u8>).is_err());
    }
    let pair = RwLockWriteGuardArc::filter_map(lock.write_arc().await, |pair| Some(pair));
    if let Ok(pair) = pair {
        let first = RwLockMappedWriteGuardArc::map(pair, |pair| &mut pair.0);
        checks.that(!RwLockMappedWriteGuardArc::has_waiters(&first));
        checks.that(RwLockMappedWriteGuardArc::filter_map(first, |_| None::<&mut u8>).is_err());
    }
}

async fn yielding(lock: &Arc<RwLock<(u32, u32)>>, checks: &mut Checks) {
    drop(RwLockReadGuardArc::yield_to_waiters(lock.read_arc().await).await);
    let upgradable = lock.upgradable_read_arc().await;
    drop(RwLockUpgradableReadGuardArc::yield_to_waiters(upgradable).await);
    let writer = RwLockWriteGuardArc::yield_to_waiters(lock.write_arc().await).await;
    checks.that(!RwLockWriteGuardArc::has_waiters(&writer));
}
