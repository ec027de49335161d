//! A program written for `async_lock::RwLock`: only the import has changed.
//!
//! Rooms with members: rooms are read often, made seldom, and a room's members change under its own
//! lock. It checks itself and prints nothing but its verdict.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

// use async_lock::{
use any_rwlock::{
    RwLock, RwLockReadGuard, RwLockReadGuardArc, RwLockUpgradableReadGuard,
    RwLockUpgradableReadGuardArc, RwLockWriteGuard, RwLockWriteGuardArc,
};
use futures_lite::future::{block_on, poll_once, yield_now, zip};

#[derive(Debug, Default)]
struct Room {
    members: Vec<String>,
}

#[derive(Debug, Default)]
struct Rooms {
    by_name: RwLock<BTreeMap<String, Arc<RwLock<Room>>>>,
}

impl Rooms {
    /// The room of this name, made if need be: others read on until it has to be.
    async fn room(&self, name: &str) -> Arc<RwLock<Room>> {
        let rooms: RwLockUpgradableReadGuard<'_, _> = self.by_name.upgradable_read().await;
        if let Some(room) = rooms.get(name) {
            return Arc::clone(room);
        }
        let mut rooms = RwLockUpgradableReadGuard::upgrade(rooms).await;
        Arc::clone(rooms.entry(name.into()).or_default())
    }

    async fn join(&self, name: &str, member: &str) -> usize {
        let room = self.room(name).await;
        let mut room: RwLockWriteGuardArc<Room> = room.write_arc().await;
        room.members.push(member.into());
        yield_now().await;
        let room: RwLockReadGuardArc<Room> = RwLockWriteGuardArc::downgrade(room);
        room.members.len()
    }

    async fn count(&self) -> usize {
        let rooms: RwLockReadGuard<'_, _> = self.by_name.read().await;
        let mut count = 0;
        for room in rooms.values() {
            count += room.read().await.members.len();
        }
        count
    }
}

fn tasks_share_rooms() {
    let rooms = Rooms::default();
    let join = |name| {
        let rooms = &rooms;
        async move {
            for member in ["ann", "ben", "cem"] {
                rooms.join(name, member).await;
            }
        }
    };
    block_on(zip(zip(join("blue"), join("red")), zip(join("blue"), rooms.count())));
    assert_eq!(block_on(rooms.count()), 9);
    assert_eq!(rooms.by_name.into_inner().len(), 2);
}

fn threads_share_rooms() {
    let rooms = Arc::new(Rooms::default());
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let rooms = Arc::clone(&rooms);
            thread::spawn(move || block_on(rooms.join("blue", &number.to_string())))
        })
        .collect();
    let mut counts: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4]);

    let room = Arc::clone(&rooms.by_name.read_blocking()["blue"]);
    room.write_blocking().members.clear();
    assert_eq!(room.read_arc_blocking().members.len(), 0);
}

fn conversions() {
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let upgradable: RwLockUpgradableReadGuardArc<i32> = lock.try_upgradable_read_arc().unwrap();
    let upgradable = RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap_err();
    drop(reader);
    let mut writer = RwLockUpgradableReadGuardArc::try_upgrade(upgradable).unwrap();
    *writer += 1;
    assert!(lock.try_read().is_none() && lock.try_write().is_none());
    let upgradable = RwLockWriteGuardArc::downgrade_to_upgradable(writer);
    let reader = RwLockUpgradableReadGuardArc::downgrade(upgradable);
    assert_eq!(*reader, 2);

    let mut waiting = Box::pin(lock.write());
    assert!(block_on(poll_once(&mut waiting)).is_none());
    drop(reader);
    let writer: RwLockWriteGuard<'_, i32> = block_on(waiting);
    assert_eq!(*RwLockWriteGuard::downgrade(writer), 2);
}

fn main() {
    tasks_share_rooms();
    threads_share_rooms();
    conversions();
    println!("from_async_lock: all as it was");
}
