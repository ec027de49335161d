//! What the promises ask of a lock.

use std::future::Future;
use std::ops::{Deref, DerefMut};

/// What a lock may offer, beyond reading and writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Reading and writing: every lock does.
    Access,
    /// Upgradable reads, upgrades, and the ways back.
    Upgrades,
    /// From writing to reading.
    Downgrades,
}

/// An async read-write lock around a number. What it does not offer is never called.
pub(crate) trait Lock: Sized + 'static {
    const OFFERS: &'static [Offer];

    type Read<'a>: Deref<Target = u64>;
    type Upgradable<'a>: Deref<Target = u64>;
    type Write<'a>: DerefMut<Target = u64>;

    fn new(value: u64) -> Self;
    fn read(&self) -> impl Future<Output = Self::Read<'_>>;
    fn write(&self) -> impl Future<Output = Self::Write<'_>>;
    fn try_read(&self) -> Option<Self::Read<'_>>;
    fn try_write(&self) -> Option<Self::Write<'_>>;

    fn upgradable_read(&self) -> impl Future<Output = Self::Upgradable<'_>> {
        async { not_offered() }
    }

    fn try_upgradable_read(&self) -> Option<Self::Upgradable<'_>> {
        not_offered()
    }

    fn upgrade(_: Self::Upgradable<'_>) -> impl Future<Output = Self::Write<'_>> {
        async { not_offered() }
    }

    fn try_upgrade(_: Self::Upgradable<'_>) -> Result<Self::Write<'_>, Self::Upgradable<'_>> {
        not_offered()
    }

    fn downgrade(_: Self::Write<'_>) -> Self::Read<'_> {
        not_offered()
    }

    fn downgrade_to_upgradable(_: Self::Write<'_>) -> Self::Upgradable<'_> {
        not_offered()
    }

    fn downgrade_upgradable(_: Self::Upgradable<'_>) -> Self::Read<'_> {
        not_offered()
    }
}

fn not_offered() -> ! {
    unreachable!("a promise asks for more than it says")
}

/// Implements all of [`Lock`] that has the same names in each lock with upgradable reads.
macro_rules! upgrades {
    ($krate:ident) => {
        upgrades!($krate::RwLock, $krate::RwLockUpgradableReadGuard, $krate::RwLockWriteGuard);
    };
    ($lock:path, $upgradable:path, $write:path) => {
        fn upgradable_read(&self) -> impl std::future::Future<Output = Self::Upgradable<'_>> {
            use $lock as Lock;
            Lock::upgradable_read(self)
        }

        fn try_upgradable_read(&self) -> Option<Self::Upgradable<'_>> {
            use $lock as Lock;
            Lock::try_upgradable_read(self)
        }

        fn upgrade(
            guard: Self::Upgradable<'_>,
        ) -> impl std::future::Future<Output = Self::Write<'_>> {
            use $upgradable as Guard;
            Guard::upgrade(guard)
        }

        fn try_upgrade(
            guard: Self::Upgradable<'_>,
        ) -> Result<Self::Write<'_>, Self::Upgradable<'_>> {
            use $upgradable as Guard;
            Guard::try_upgrade(guard)
        }

        fn downgrade(guard: Self::Write<'_>) -> Self::Read<'_> {
            use $write as Guard;
            Guard::downgrade(guard)
        }

        fn downgrade_to_upgradable(guard: Self::Write<'_>) -> Self::Upgradable<'_> {
            use $write as Guard;
            Guard::downgrade_to_upgradable(guard)
        }

        fn downgrade_upgradable(guard: Self::Upgradable<'_>) -> Self::Read<'_> {
            use $upgradable as Guard;
            Guard::downgrade(guard)
        }
    };
}

impl Lock for any_rwlock::RwLock<u64> {
    const OFFERS: &'static [Offer] = &[Offer::Access, Offer::Upgrades, Offer::Downgrades];

    type Read<'a> = any_rwlock::RwLockReadGuard<'a, u64>;
    type Upgradable<'a> = any_rwlock::RwLockUpgradableReadGuard<'a, u64>;
    type Write<'a> = any_rwlock::RwLockWriteGuard<'a, u64>;

    fn new(value: u64) -> Self {
        any_rwlock::RwLock::new(value)
    }

    fn read(&self) -> impl Future<Output = Self::Read<'_>> {
        any_rwlock::RwLock::read(self)
    }

    fn write(&self) -> impl Future<Output = Self::Write<'_>> {
        any_rwlock::RwLock::write(self)
    }

    fn try_read(&self) -> Option<Self::Read<'_>> {
        any_rwlock::RwLock::try_read(self)
    }

    fn try_write(&self) -> Option<Self::Write<'_>> {
        any_rwlock::RwLock::try_write(self)
    }

    upgrades!(any_rwlock);
}
