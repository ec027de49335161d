//! Guards that live on in a scrutinee, so that an arm waits for itself.
//!
//! clippy has to say so of each kind of guard: an expectation that nothing fulfils is a warning.
#![allow(dead_code)]

use std::sync::Arc;

use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard, RwLockWriteGuard,
    RwLockWriteGuardArc,
};

type Lock = RwLock<Vec<u32>>;

#[expect(clippy::significant_drop_in_scrutinee)]
async fn read(lock: &Lock) {
    match lock.read().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn upgradable_read(lock: &Lock) {
    match lock.upgradable_read().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn write(lock: &Lock) {
    match lock.write().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn read_blocking(lock: &Lock) {
    match lock.read_blocking().first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn try_read(lock: &Lock) {
    match lock.try_read().unwrap().first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn mapped_read(lock: &Lock) {
    match RwLockReadGuard::map(lock.read().await, |items| items).first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn mapped_write(lock: &Lock) {
    match RwLockWriteGuard::map(lock.write().await, |items| items).first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn read_arc(lock: &Arc<Lock>) {
    match lock.read_arc().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn upgradable_read_arc(lock: &Arc<Lock>) {
    match lock.upgradable_read_arc().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn write_arc(lock: &Arc<Lock>) {
    match lock.write_arc().await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn mapped_read_arc(lock: &Arc<Lock>) {
    match RwLockReadGuardArc::map(lock.read_arc().await, |items| items).first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn mapped_write_arc(lock: &Arc<Lock>) {
    match RwLockWriteGuardArc::map(lock.write_arc().await, |items| items).first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    }
}

#[expect(clippy::significant_drop_in_scrutinee)]
async fn upgraded(lock: &Lock) {
    let mut guard = lock.upgradable_read().await;
    match RwLockUpgradableReadGuard::upgrade_ref(&mut guard).await.first().copied() {
        Some(_) => lock.write().await.clear(),
        None => lock.write().await.push(1),
    };
}
