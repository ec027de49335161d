//! What the lock promises, and defects that locks like it have shipped. A test's name is the
//! sentence it checks.
//!
//! Futures are polled by hand and their wake-ups counted, so every order of events is chosen, not
//! hoped for; no test sleeps or looks at a clock.
#![cfg(not(any_rwlock_loom))]

mod cancellation;
#[cfg(feature = "alloc")]
mod conversions;
mod exclusion;
mod fairness;
mod forgotten;
#[cfg(any(feature = "intrusive", not(feature = "std")))]
mod hostile;
mod late;
mod own_guards;
#[cfg(feature = "alloc")]
mod owned;
#[cfg(feature = "alloc")]
mod panics;
#[cfg(feature = "std")]
mod platforms;
#[macro_use]
mod promises;
mod random;
#[cfg(feature = "std")]
mod sharded;
#[cfg(feature = "alloc")]
mod shown;
mod stepping_aside;
mod turns;
#[cfg(feature = "alloc")]
mod types;
mod wake_ups;
mod wakers;

use promises::support;

macro_rules! tests {
    ($($tests:tt)*) => {
        tests_of! { any_rwlock::RwLock<u64>: $($tests)* }

        /// The same, of a sharded lock.
        #[cfg(feature = "std")]
        mod sharded {
            tests_of! { any_rwlock::ShardedRwLock<u64>: $($tests)* }
        }
    };
}

macro_rules! tests_of {
    ($lock:ty: $($module:ident { $($(#[$attribute:meta])* $promise:ident: $offer:ident,)* })*) => {
        $(mod $module {
            $(
                #[test]
                $(#[$attribute])*
                fn $promise() {
                    crate::promises::$module::$promise::<$lock>();
                }
            )*
        })*
    };
}

/// The promises that can be asked of any lock, asked of those of this crate.
mod kept {
    each_promise!(tests);
}
