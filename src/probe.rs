//! Where a lock says what happens to it, and to whom: the one switch of the feature `diagnostics`.
//!
//! Each type here has two implementations: in `silent` it has no size and does nothing, in `recording` it tells
//! every event to the ledger of its lock. The rest of the crate does not know which one it has.
//!
//! | type | who has it | what it knows |
//! |---|---|---|
//! | `Tag` | a lock | its name, and from its first use on its ledger |
//! | `Place` | each call that asks for access | the line of the caller |
//! | `By` | a request that is granted | who asked, and where |
//! | `Hold` | a permit | which record of the ledger is its own |
//! | `HoldKey` | who borrows a permit | the same |
//! | `WaitTrace` | an `Acquire` | the record of its wait, once it has to wait |
//! | `WaitEvents` | what is asked for, while it is waited for | the same |
//! | `Wakers` | who ends a hold or a wait | clones of wakers, which are dropped when the lock has done its work |
//!
//! # What is owed to a reader of the ledger
//!
//! A record of an access stands in the ledger only while that access is had: it is made when the access has been
//! acquired, changed *before* a downgrade and *after* an upgrade, and removed *before* the release. So a ledger
//! never shows two accesses that exclude one another, whatever other threads do meanwhile.
//!
//! No code of others (a waker, a hook) runs while a ledger is locked, and no ledger is locked while another one
//! is, except by who reads all of them.
#![forbid(unsafe_code)]

#[cfg(feature = "diagnostics")]
pub(crate) mod recording;
#[cfg(not(feature = "diagnostics"))]
mod silent;

#[cfg(feature = "diagnostics")]
pub(crate) use recording::{By, Hold, HoldKey, Place, Tag, WaitEvents, WaitTrace, Who};
#[cfg(not(feature = "diagnostics"))]
pub(crate) use silent::{By, Hold, HoldKey, Place, Tag, WaitEvents, WaitTrace, Who};

/// How a wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With the access.
    Acquired,
    /// Without.
    GivenUp,
}

#[cfg(all(feature = "diagnostics", any(any_rwlock_loom, any_rwlock_shuttle)))]
compile_error!(
    "the feature `diagnostics` of `any-rwlock` is not for models with loom or shuttle, which have no clock: \
     leave it off there"
);

#[cfg(all(feature = "diagnostics", target_family = "wasm", target_os = "unknown"))]
compile_error!(
    "the feature `diagnostics` of `any-rwlock` needs a clock, which this target does not have"
);
