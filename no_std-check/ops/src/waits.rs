//! Each kind of wait, given up, and what can be done about those who wait.

use core::future::Future;
use core::pin::{pin, Pin};
use core::task::Context;

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

use crate::{waker, Checks};

/// Whether one poll finishes this future.
pub(crate) fn is_ready<F: Future>(future: Pin<&mut F>) -> bool {
    future.poll(&mut Context::from_waker(&waker())).is_ready()
}

pub(crate) async fn every_operation(lock: &'static RwLock<u32>, checks: &mut Checks) {
    given_up(lock, checks).await;
    upgrade_cancelled(lock, checks).await;
    yielding(lock, checks).await;
}

async fn given_up(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let writer = lock.write().await;
    checks.that(!is_ready(pin!(lock.read())));
    checks.that(!is_ready(pin!(lock.read_recursive())));
    checks.that(!is_ready(pin!(lock.upgradable_read())));
    let mut waiting = pin!(lock.write());
    checks.that(!is_ready(waiting.as_mut()));
    checks.that(lock.has_waiting_writer() && RwLockWriteGuard::has_waiters(&writer));
    drop(writer);
    checks.that(is_ready(waiting));
}

async fn upgrade_cancelled(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let reader = lock.read().await;
    let upgradable = lock.upgradable_read().await;
    let mut upgrade = pin!(RwLockUpgradableReadGuard::upgrade(upgradable));
    checks.that(!is_ready(upgrade.as_mut()));
    checks.that(RwLockReadGuard::has_waiters(&reader));
    let mut upgradable = upgrade.as_mut().cancel();
    checks.that(upgradable.is_some());
    if let Some(upgradable) = &mut upgradable {
        checks.that(!is_ready(pin!(RwLockUpgradableReadGuard::upgrade_ref(upgradable))));
        checks.that(!RwLockUpgradableReadGuard::has_waiters(upgradable));
    }
}

async fn yielding(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let reader = RwLockReadGuard::yield_to_waiters(lock.read().await).await;
    drop(reader);
    let upgradable = lock.upgradable_read().await;
    drop(RwLockUpgradableReadGuard::yield_to_waiters(upgradable).await);
    let writer = RwLockWriteGuard::yield_to_waiters(lock.write().await).await;
    checks.that(!RwLockWriteGuard::has_waiters(&writer));
}
