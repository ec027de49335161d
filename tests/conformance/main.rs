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
#[cfg(feature = "alloc")]
mod shown;
mod stepping_aside;
#[cfg(feature = "alloc")]
mod types;
mod wake_ups;
mod wakers;

use promises::support;

macro_rules! tests {
    ($($module:ident { $($(#[$attribute:meta])* $promise:ident: $offer:ident,)* })*) => {
        $(mod $module {
            $(
                #[test]
                $(#[$attribute])*
                fn $promise() {
                    crate::promises::$module::$promise::<any_rwlock::RwLock<u64>>();
                }
            )*
        })*
    };
}

/// The promises that can be asked of any lock, asked of this one.
mod kept {
    each_promise!(tests);
}
