//! Every public operation of the lock, called once, for targets where no test can run.
#![cfg_attr(not(test), no_std)]

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod arc;
mod parts;
mod waits;

use core::fmt::Write as _;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockUpgradedGuard, RwLockWriteGuard,
};

/// Polls in a loop; its waker does nothing.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = waker();
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

pub(crate) fn waker() -> Waker {
    const fn raw() -> RawWaker {
        RawWaker::new(core::ptr::null(), &VTABLE)
    }
    static VTABLE: RawWakerVTable = RawWakerVTable::new(|_| raw(), |_| (), |_| (), |_| ());
    // SAFETY: every function of the table does nothing, so the contract holds.
    unsafe { Waker::from_raw(raw()) }
}

/// Calls everything; how many checks were made. Panics if one of them fails.
pub async fn every_operation(lock: &'static RwLock<u32>) -> usize {
    let mut checks = Checks(0);
    tries(lock, &mut checks);
    awaited(lock, &mut checks).await;
    conversions(lock, &mut checks).await;
    waits::every_operation(lock, &mut checks).await;
    parts::every_operation(&mut checks).await;
    introspection(lock, &mut checks);
    traits(lock, &mut checks);
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    arc::every_operation(&mut checks).await;
    checks.0
}

pub(crate) struct Checks(usize);

impl Checks {
    #[track_caller]
    pub(crate) fn that(&mut self, holds: bool) {
        assert!(holds);
        self.0 += 1;
    }
}

fn tries(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let reader = lock.try_read();
    checks.that(reader.is_some());
    checks.that(lock.try_write().is_none());
    let upgradable = lock.try_upgradable_read();
    checks.that(upgradable.is_some());
    checks.that(lock.try_upgradable_read().is_none());
    drop((reader, upgradable));
    checks.that(lock.try_write().is_some());
}

async fn awaited(lock: &'static RwLock<u32>, checks: &mut Checks) {
    *lock.write().await = 1;
    checks.that(*lock.read().await == 1);
    checks.that(*lock.upgradable_read().await == 1);
}

async fn conversions(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let upgradable = lock.upgradable_read().await;
    *RwLockUpgradableReadGuard::upgrade(upgradable).await += 1;
    let writer = lock.write().await;
    let mut upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    *RwLockUpgradableReadGuard::upgrade_ref(&mut upgradable).await += 1;
    let upgraded = RwLockUpgradableReadGuard::try_upgrade_ref(&mut upgradable);
    checks.that(upgraded.is_some_and(|guard| !RwLockUpgradedGuard::has_waiters(&guard)));
    let reader = lock.try_read();
    let refused = RwLockUpgradableReadGuard::try_upgrade(upgradable);
    drop(reader);
    match refused.map_err(RwLockUpgradableReadGuard::try_upgrade) {
        Err(Ok(writer)) => checks.that(*writer == 3),
        _ => checks.that(false),
    }
    let upgradable = lock.upgradable_read().await;
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    checks.that(*RwLockReadGuard::clone(&reader) == 3);
    drop(reader);
    let reader = RwLockWriteGuard::downgrade(lock.write().await);
    checks.that(lock.try_read_recursive().is_some());
    checks.that(*lock.read_recursive().await == *reader);
}

fn introspection(lock: &'static RwLock<u32>, checks: &mut Checks) {
    checks.that(!lock.is_locked() && !lock.has_waiters() && !lock.has_waiting_writer());
    let writer = lock.try_write();
    checks.that(lock.is_write_locked() && lock.reader_count() == 0);
    drop(writer);
    let upgradable = lock.try_upgradable_read();
    checks.that(lock.is_upgradable_locked());
    drop(upgradable);
}

fn traits(lock: &'static RwLock<u32>, checks: &mut Checks) {
    checks.that(RwLock::named("name", 1).into_inner() == 1);
    let mut other = RwLock::from(1);
    *other.get_mut() += RwLock::<u32>::default().into_inner();
    checks.that(other.into_inner() == 1);
    let mut count = Count(0);
    checks.that(write!(count, "{lock:?}{}", &*lock.try_read().unwrap()).is_ok());
    checks.that(count.0 > 0);
}

/// Counts what is printed.
struct Count(usize);

impl core::fmt::Write for Count {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_operation() {
        static LOCK: super::RwLock<u32> = super::RwLock::new(0);
        assert!(super::block_on(super::every_operation(&LOCK)) >= 30);
    }
}
