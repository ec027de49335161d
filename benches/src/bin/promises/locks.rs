//! The locks that are asked, by the adapters of the measurements.

use std::future::Future;

use any_rwlock_benches::peers::{
    AsyncLock, Asyncband, Embassy, FuturesLocks, Intrusive, Maitake, Ours, Saa, Tokio,
};
use any_rwlock_benches::Lock as Measured;

use crate::promises::lock::{Lock, Offer};

/// What a documentation says instead, and of which promises.
pub(crate) type Otherwise = &'static [(&'static str, &'static [&'static str])];

/// A lock in the table.
pub(crate) trait Peer: Lock + Sync {
    /// As its package is called.
    const NAME: &'static str;
    const OTHERWISE: Otherwise;
}

impl Peer for Ours {
    const NAME: &'static str = <Ours as Measured>::NAME;
    const OTHERWISE: Otherwise = &[(
        "Its documentation says what wakers may not do.",
        &["a_waker_may_use_the_lock_that_wakes_it"],
    )];
}

macro_rules! peer {
    ($lock:ty, $offers:expr, $upgradable:ty, $otherwise:expr, { $($more:tt)* }) => {
        impl Peer for $lock {
            const NAME: &'static str = <$lock as Measured>::NAME;
            const OTHERWISE: Otherwise = $otherwise;
        }

        impl Lock for $lock {
            const OFFERS: &'static [Offer] = &$offers;

            type Read<'a> = <$lock as Measured>::ReadGuard<'a>;
            type Upgradable<'a> = $upgradable;
            type Write<'a> = <$lock as Measured>::WriteGuard<'a>;

            fn new(value: u64) -> Self {
                Measured::new(value)
            }

            fn read(&self) -> impl Future<Output = Self::Read<'_>> {
                Measured::read(self)
            }

            fn write(&self) -> impl Future<Output = Self::Write<'_>> {
                Measured::write(self)
            }

            fn try_read(&self) -> Option<Self::Read<'_>> {
                Measured::try_read(self)
            }

            fn try_write(&self) -> Option<Self::Write<'_>> {
                Measured::try_write(self)
            }

            $($more)*
        }
    };
}

/// For [`Lock::Upgradable`] where there is none.
type NoGuard<'a> = &'a u64;

const FIRST_IN_FIRST_OUT: Otherwise = &[(
    "Its documentation promises one fair queue for readers and writers: first in, first out.",
    &[
        "when_a_writer_leaves_all_readers_go_together_and_then_the_writer_between_them",
        "a_reader_waits_for_at_most_one_of_the_writers_that_lock_again_in_the_same_poll",
        "in_a_mixed_crowd_every_wait_is_bounded",
    ],
)];

const WRITERS_FIRST: Otherwise = &[(
    "Its documentation prefers writers: they are never starved, and readers may be. A writer that \
     leaves wakes the next reader and the next writer.",
    &[
        "when_a_writer_leaves_all_readers_go_together_and_then_the_writer_between_them",
        "when_a_writer_leaves_each_reader_that_waits_gets_in_though_the_others_are_never_polled",
        "a_reader_waits_for_at_most_one_of_the_writers_that_lock_again_in_the_same_poll",
        "in_a_mixed_crowd_every_wait_is_bounded",
    ],
)];

const NO_ORDER: Otherwise = &[(
    "Its documentation promises no order.",
    &[
        "when_a_reader_leaves_the_writer_goes_and_then_the_reader_behind_it",
        "when_a_writer_leaves_all_readers_go_together_and_then_the_writer_between_them",
        "a_reader_that_comes_while_a_writer_waits_waits_behind_it",
        "waiters_of_one_kind_go_in_the_order_in_which_they_were_first_polled",
        "writers_that_lock_again_in_the_same_poll_do_not_starve_a_reader",
        "readers_that_overlap_for_ever_do_not_starve_a_writer",
        "a_reader_waits_for_at_most_one_of_the_writers_that_lock_again_in_the_same_poll",
        "a_writer_waits_for_at_most_one_phase_of_readers_that_overlap_for_ever",
        "readers_that_hold_the_lock_when_a_writer_comes_are_the_only_ones_it_waits_for",
        "each_of_the_writers_that_lock_again_in_the_same_poll_gets_its_turn",
        "in_a_mixed_crowd_every_wait_is_bounded",
        "dropping_one_of_two_queued_writers_does_not_let_readers_in",
    ],
)];

// No note: with this engine, wakers may do what they like.
peer!(
    Intrusive,
    [Offer::Access, Offer::Upgrades, Offer::Downgrades],
    any_rwlock_intrusive::RwLockUpgradableReadGuard<'a, u64>,
    &[],
    {
        upgrades!(any_rwlock_intrusive);
    }
);
peer!(
    AsyncLock,
    [Offer::Access, Offer::Upgrades, Offer::Downgrades],
    async_lock::RwLockUpgradableReadGuard<'a, u64>,
    WRITERS_FIRST,
    {
        upgrades!(async_lock);
    }
);
peer!(Tokio, [Offer::Access, Offer::Downgrades], NoGuard<'a>, FIRST_IN_FIRST_OUT, {
    fn downgrade(guard: Self::Write<'_>) -> Self::Read<'_> {
        guard.downgrade()
    }
});
peer!(Asyncband, [Offer::Access, Offer::Downgrades], NoGuard<'a>, FIRST_IN_FIRST_OUT, {
    fn downgrade(guard: Self::Write<'_>) -> Self::Read<'_> {
        guard.downgrade()
    }
});
peer!(Maitake, [Offer::Access], NoGuard<'a>, FIRST_IN_FIRST_OUT, {});
peer!(Embassy, [Offer::Access], NoGuard<'a>, NO_ORDER, {});
peer!(FuturesLocks, [Offer::Access], NoGuard<'a>, NO_ORDER, {});
peer!(Saa, [Offer::Access], NoGuard<'a>, FIRST_IN_FIRST_OUT, {});
