//! The locks that are compared.

use std::future::Future;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;

use crate::lock::{Blocking, Lock, Upgradable};

pub type Sharded = any_rwlock::ShardedRwLock<u64>;
pub type Tokio = tokio::sync::RwLock<u64>;
pub type AsyncLock = async_lock::RwLock<u64>;
pub type Asyncband = asyncband::rwlock::RwLock<u64>;
pub type Saa = saa::RwLock<u64>;
pub type Maitake = maitake_sync::RwLock<u64>;
pub type Embassy = embassy_sync::rwlock::RwLock<CriticalSectionRawMutex, u64>;
pub type FuturesLocks = futures_locks::RwLock<u64>;
pub type Std = std::sync::RwLock<u64>;
pub type ParkingLot = parking_lot::RwLock<u64>;
pub type Crossbeam = crossbeam_utils::sync::ShardedLock<u64>;

/// A `Lock` whose methods have the names and the shapes of most. `$some` makes an `Option` of what
/// its `try_` methods return.
macro_rules! lock {
    ($lock:ty, $name:literal, $read:ty, $write:ty, $some:expr) => {
        impl Lock for $lock {
            const NAME: &'static str = $name;

            type ReadGuard<'a> = $read;
            type WriteGuard<'a> = $write;

            fn new(value: u64) -> Self {
                <$lock>::new(value)
            }

            #[inline]
            fn read(&self) -> impl Future<Output = Self::ReadGuard<'_>> + Send {
                <$lock>::read(self)
            }

            #[inline]
            fn write(&self) -> impl Future<Output = Self::WriteGuard<'_>> + Send {
                <$lock>::write(self)
            }

            #[inline]
            fn try_read(&self) -> Option<Self::ReadGuard<'_>> {
                $some(<$lock>::try_read(self))
            }

            #[inline]
            fn try_write(&self) -> Option<Self::WriteGuard<'_>> {
                $some(<$lock>::try_write(self))
            }
        }
    };
}

/// Our lock with one of its engines, for tasks and for threads.
macro_rules! ours {
    ($name:literal, $krate:ident, $lock:ident, $blocking:ident) => {
        pub type $lock = $krate::RwLock<u64>;

        lock!(
            $lock,
            $name,
            $krate::RwLockReadGuard<'a, u64>,
            $krate::RwLockWriteGuard<'a, u64>,
            std::convert::identity
        );

        impl Upgradable for $lock {
            type UpgradableGuard<'a> = $krate::RwLockUpgradableReadGuard<'a, u64>;

            #[inline]
            fn upgradable_read(&self) -> impl Future<Output = Self::UpgradableGuard<'_>> + Send {
                <$lock>::upgradable_read(self)
            }
        }

        pub struct $blocking($lock);

        impl Blocking for $blocking {
            const NAME: &'static str = <$lock as Lock>::NAME;

            type ReadGuard<'a> = $krate::RwLockReadGuard<'a, u64>;
            type WriteGuard<'a> = $krate::RwLockWriteGuard<'a, u64>;

            fn new(value: u64) -> Self {
                $blocking(<$lock>::new(value))
            }

            #[inline]
            fn read(&self) -> Self::ReadGuard<'_> {
                self.0.read_blocking()
            }

            #[inline]
            fn write(&self) -> Self::WriteGuard<'_> {
                self.0.write_blocking()
            }

            #[inline]
            fn try_read(&self) -> Option<Self::ReadGuard<'_>> {
                self.0.try_read()
            }

            #[inline]
            fn try_write(&self) -> Option<Self::WriteGuard<'_>> {
                self.0.try_write()
            }
        }
    };
}

ours!("any-rwlock", any_rwlock, Ours, OursBlocking);
ours!("any-rwlock, intrusive", any_rwlock_intrusive, Intrusive, IntrusiveBlocking);
lock!(
    Sharded,
    "any-rwlock sharded",
    any_rwlock::ShardedRwLockReadGuard<'a, u64>,
    any_rwlock::ShardedRwLockWriteGuard<'a, u64>,
    std::convert::identity
);
lock!(
    Tokio,
    "tokio",
    tokio::sync::RwLockReadGuard<'a, u64>,
    tokio::sync::RwLockWriteGuard<'a, u64>,
    Result::ok
);
lock!(
    AsyncLock,
    "async-lock",
    async_lock::RwLockReadGuard<'a, u64>,
    async_lock::RwLockWriteGuard<'a, u64>,
    std::convert::identity
);
lock!(
    Asyncband,
    "asyncband",
    asyncband::rwlock::RwLockReadGuard<'a, u64>,
    asyncband::rwlock::RwLockWriteGuard<'a, u64>,
    std::convert::identity
);
lock!(
    Maitake,
    "maitake-sync",
    maitake_sync::rwlock::RwLockReadGuard<'a, u64>,
    maitake_sync::rwlock::RwLockWriteGuard<'a, u64>,
    std::convert::identity
);
lock!(
    Embassy,
    "embassy-sync",
    embassy_sync::rwlock::RwLockReadGuard<'a, CriticalSectionRawMutex, u64>,
    embassy_sync::rwlock::RwLockWriteGuard<'a, CriticalSectionRawMutex, u64>,
    Result::ok
);
lock!(
    FuturesLocks,
    "futures-locks",
    futures_locks::RwLockReadGuard<u64>,
    futures_locks::RwLockWriteGuard<u64>,
    Result::ok
);

impl Lock for Saa {
    const NAME: &'static str = "saa";

    type ReadGuard<'a> = saa::RwLockReadGuard<'a, u64>;
    type WriteGuard<'a> = saa::RwLockWriteGuard<'a, u64>;

    fn new(value: u64) -> Self {
        <Saa>::new(value)
    }

    #[inline]
    fn read(&self) -> impl Future<Output = Self::ReadGuard<'_>> + Send {
        saa::read_async(self)
    }

    #[inline]
    fn write(&self) -> impl Future<Output = Self::WriteGuard<'_>> + Send {
        saa::write_async(self)
    }

    #[inline]
    fn try_read(&self) -> Option<Self::ReadGuard<'_>> {
        <Saa>::try_read(self)
    }

    #[inline]
    fn try_write(&self) -> Option<Self::WriteGuard<'_>> {
        <Saa>::try_write(self)
    }
}

impl Upgradable for AsyncLock {
    type UpgradableGuard<'a> = async_lock::RwLockUpgradableReadGuard<'a, u64>;

    #[inline]
    fn upgradable_read(&self) -> impl Future<Output = Self::UpgradableGuard<'_>> + Send {
        <AsyncLock>::upgradable_read(self)
    }
}

macro_rules! blocking {
    ($lock:ty, $name:literal, $read:ty, $write:ty, $guard:expr, $some:expr) => {
        impl Blocking for $lock {
            const NAME: &'static str = $name;

            type ReadGuard<'a> = $read;
            type WriteGuard<'a> = $write;

            fn new(value: u64) -> Self {
                <$lock>::new(value)
            }

            #[inline]
            fn read(&self) -> Self::ReadGuard<'_> {
                $guard(<$lock>::read(self))
            }

            #[inline]
            fn write(&self) -> Self::WriteGuard<'_> {
                $guard(<$lock>::write(self))
            }

            #[inline]
            fn try_read(&self) -> Option<Self::ReadGuard<'_>> {
                $some(<$lock>::try_read(self))
            }

            #[inline]
            fn try_write(&self) -> Option<Self::WriteGuard<'_>> {
                $some(<$lock>::try_write(self))
            }
        }
    };
}

blocking!(
    Std,
    "std",
    std::sync::RwLockReadGuard<'a, u64>,
    std::sync::RwLockWriteGuard<'a, u64>,
    Result::unwrap,
    Result::ok
);
blocking!(
    ParkingLot,
    "parking_lot",
    parking_lot::RwLockReadGuard<'a, u64>,
    parking_lot::RwLockWriteGuard<'a, u64>,
    std::convert::identity,
    std::convert::identity
);
blocking!(
    Crossbeam,
    "crossbeam sharded",
    crossbeam_utils::sync::ShardedLockReadGuard<'a, u64>,
    crossbeam_utils::sync::ShardedLockWriteGuard<'a, u64>,
    Result::unwrap,
    Result::ok
);
