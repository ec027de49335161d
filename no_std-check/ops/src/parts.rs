//! Guards of a part of the value.

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};

use crate::Checks;

pub(crate) async fn every_operation(checks: &mut Checks) {
    let lock = RwLock::new((1, [2, 3]));
    reading(&lock, checks).await;
    writing(&lock, checks).await;
    checks.that(lock.into_inner() == (1, [4, 4]));
}

async fn reading(lock: &RwLock<(u32, [u32; 2])>, checks: &mut Checks) {
    let array = RwLockReadGuard::map(lock.read().await, |pair| &pair.1);
    let third = RwLockMappedReadGuard::filter_map(array, |array| array.get(2));
    match third {
        Ok(_) => checks.that(false),
        Err(array) => {
            let second = RwLockMappedReadGuard::map(array, |array| &array[1]);
            checks.that(*RwLockMappedReadGuard::clone(&second) == 3);
            checks.that(!RwLockMappedReadGuard::has_waiters(&second));
        }
    }
    checks.that(RwLockReadGuard::filter_map(lock.read().await, |pair| pair.1.first()).is_ok());
}

async fn writing(lock: &RwLock<(u32, [u32; 2])>, checks: &mut Checks) {
    let array = RwLockWriteGuard::map(lock.write().await, |pair| &mut pair.1);
    if let Err(array) = RwLockMappedWriteGuard::filter_map(array, |array| array.get_mut(2)) {
        let mut first = RwLockMappedWriteGuard::map(array, |array| &mut array[0]);
        *first = 4;
        checks.that(!RwLockMappedWriteGuard::has_waiters(&first));
    }
    if let Ok(mut last) = RwLockWriteGuard::filter_map(lock.write().await, |p| p.1.last_mut()) {
        *last = 4;
    }
    checks.that(*RwLockWriteGuard::downgrade_map(lock.write().await, |pair| &pair.0) == 1);
    let third = RwLockWriteGuard::downgrade_filter_map(lock.write().await, |pair| pair.1.get(2));
    checks.that(third.is_err());
}
