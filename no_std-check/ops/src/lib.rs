//! Every public operation of the lock, called once, for targets where no test can run.
#![cfg_attr(not(test), no_std)]

#[cfg(target_has_atomic = "ptr")]
mod arc;

use core::fmt::Write as _;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

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

fn waker() -> Waker {
    const fn raw() -> RawWaker {
        RawWaker::new(core::ptr::null(), &VTABLE)
    }
    static VTABLE: RawWakerVTable = RawWakerVTable::new(|_| raw(), |_| (), |_| (), |_| ());
    // SAFETY: every function of the table does nothing, so the contract holds.
    unsafe { Waker::from_raw(raw()) }
}

/// Whether one poll finishes this future.
fn is_ready<F: Future + Unpin>(mut future: F) -> bool {
    let waker = waker();
    core::pin::Pin::new(&mut future).poll(&mut Context::from_waker(&waker)).is_ready()
}

/// Calls everything; how many checks were made. Panics if one of them fails.
pub async fn every_operation(lock: &'static RwLock<u32>) -> usize {
    let mut checks = Checks(0);
    tries(lock, &mut checks);
    awaited(lock, &mut checks).await;
    conversions(lock, &mut checks).await;
    waits(lock, &mut checks).await;
    traits(lock, &mut checks);
    #[cfg(target_has_atomic = "ptr")]
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
    let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable).await;
    *writer += 1;
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    let reader = lock.try_read();
    let upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable);
    checks.that(upgradable.is_err());
    drop(reader);
    let upgradable = upgradable.unwrap_or_else(|guard| guard_of(guard));
    drop(upgradable);
    let upgradable = lock.upgradable_read().await;
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    checks.that(*reader == 2);
    drop(reader);
    let reader = RwLockWriteGuard::downgrade(lock.write().await);
    checks.that(lock.try_read().is_some());
    drop(reader);
}

fn guard_of<'a>(guard: RwLockUpgradableReadGuard<'a, u32>) -> RwLockWriteGuard<'a, u32> {
    match RwLockUpgradableReadGuard::try_upgrade(guard) {
        Ok(writer) => writer,
        Err(_) => panic!("nobody reads"),
    }
}

/// Each kind of wait, given up: the waiter queues are linked too.
async fn waits(lock: &'static RwLock<u32>, checks: &mut Checks) {
    let writer = lock.write().await;
    checks.that(!is_ready(pin!(lock.read())));
    checks.that(!is_ready(pin!(lock.upgradable_read())));
    checks.that(!is_ready(pin!(lock.write())));
    let reader: RwLockReadGuard<'_, u32> = RwLockWriteGuard::downgrade(writer);
    let upgradable = lock.upgradable_read().await;
    let mut upgrade = pin!(RwLockUpgradableReadGuard::upgrade(upgradable));
    checks.that(!is_ready(upgrade.as_mut()));
    checks.that(lock.try_read().is_none());
    let upgradable = upgrade.as_mut().cancel();
    checks.that(upgradable.is_some());
    drop((upgradable, reader));
    checks.that(lock.try_write().is_some());
}

fn traits(lock: &'static RwLock<u32>, checks: &mut Checks) {
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
        assert!(super::block_on(super::every_operation(&LOCK)) >= 20);
    }
}
