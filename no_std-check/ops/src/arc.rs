//! What needs `alloc::sync::Arc`.

extern crate alloc;
use alloc::sync::Arc;

use any_rwlock::{RwLock, RwLockUpgradableReadGuardArc, RwLockWriteGuardArc};

use crate::Checks;

pub(crate) async fn every_operation(checks: &mut Checks) {
    let lock = Arc::new(RwLock::new(0));
    *lock.write_arc().await = 1;
    checks.that(*lock.read_arc().await == 1);
    let upgradable = lock.upgradable_read_arc().await;
    let writer = RwLockUpgradableReadGuardArc::upgrade(upgradable).await;
    checks.that(lock.try_read_arc().is_none());
    let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
    checks.that(lock.try_upgradable_read_arc().is_none());
    let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    checks.that(lock.try_write_arc().is_none());
    drop(lock);
    checks.that(*reader == 1);
}
