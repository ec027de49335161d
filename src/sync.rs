//! The one switch of atomics: `core`, `portable-atomic` or `loom`. Models with shuttle and unit tests come in
//! between.
#![forbid(unsafe_code)]

#[cfg(any_rwlock_shuttle)]
pub(crate) mod scheduled;
#[cfg(all(test, not(any_rwlock_loom)))]
pub(crate) mod tests;
#[cfg(not(feature = "std"))]
pub(crate) mod zero;

#[cfg(not(any_rwlock_shuttle))]
use self::uninterrupted as atomic;
#[cfg(any_rwlock_shuttle)]
use scheduled as atomic;

/// Atomics that nothing comes in between, for what is done behind a lock.
pub(crate) mod uninterrupted {
    #[cfg(all(
        not(any(any_rwlock_loom, any_rwlock_shuttle, feature = "portable-atomic")),
        target_has_atomic = "ptr"
    ))]
    pub(crate) use core::sync::atomic::*;
    #[cfg(any_rwlock_loom)]
    pub(crate) use loom::sync::atomic::*;
    #[cfg(all(not(any(any_rwlock_loom, any_rwlock_shuttle)), feature = "portable-atomic"))]
    pub(crate) use portable_atomic::*;
    // All threads of a model are one of the system; see `scheduled`.
    #[cfg(any_rwlock_shuttle)]
    pub(crate) use core::sync::atomic::*;

    #[cfg(not(any(any_rwlock_loom, feature = "portable-atomic", target_has_atomic = "ptr")))]
    pub(crate) use super::missing::*;
}

/// In the place of atomics, a type that is an error: so the compiler says this, and nothing of those who use them.
#[cfg(not(any(any_rwlock_loom, feature = "portable-atomic", target_has_atomic = "ptr")))]
mod missing {
    pub(crate) type AtomicU8 = [(); compile_error!(
        "this target has no compare-and-swap: enable the feature `portable-atomic` of `any-rwlock`, \
         and a backend of the crate `portable-atomic` in the application"
    )];
    pub(crate) use core::sync::atomic::Ordering;
    #[allow(unused_imports)] // The width of a word decides which are used.
    pub(crate) use {
        AtomicU8 as AtomicU16, AtomicU8 as AtomicU32, AtomicU8 as AtomicU64,
        AtomicU8 as AtomicUsize,
    };
}

/// Comes before an operation that others can see and that is none on an atomic of this module: tests and models
/// come in here.
#[cfg(any(feature = "intrusive", not(feature = "std")))]
#[inline(always)]
pub(crate) fn interleave() {
    #[cfg(any_rwlock_shuttle)]
    scheduled::let_others_run();
    #[cfg(all(test, not(any_rwlock_loom)))]
    tests::interrupt::before_operation();
}

/// A constructor that is `const`, except in a model with loom, whose atomics are not made by one.
macro_rules! constructor {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $of:ty),*) -> $type:ty $body:block
    ) => {
        #[cfg(not(any_rwlock_loom))]
        $(#[$attribute])*
        $visibility const fn $name($($argument: $of),*) -> $type $body

        #[cfg(any_rwlock_loom)]
        $(#[$attribute])*
        $visibility fn $name($($argument: $of),*) -> $type $body
    };
}
pub(crate) use constructor;

/// Comes between two sequentially consistent accesses, of which the first is a read-modify-write: these need no
/// fence. loom takes them for an Acquire and a Release.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn fence_between() {
    #[cfg(any_rwlock_loom)]
    fence(Ordering::SeqCst);
}

#[cfg(feature = "std")]
pub(crate) use uninterrupted::fence;

#[cfg(all(feature = "std", any(any_rwlock_loom, not(test))))]
pub(crate) use atomic::AtomicPtr;
#[cfg(any(any_rwlock_loom, all(any(feature = "std", any_rwlock_shuttle), not(test))))]
pub(crate) use atomic::AtomicUsize;
pub(crate) use atomic::Ordering;
#[cfg(all(not(feature = "std"), any(any_rwlock_loom, not(test))))]
pub(crate) use atomic::{AtomicU16, AtomicU8};
#[cfg(all(test, feature = "std", not(any_rwlock_loom)))]
pub(crate) use tests::interrupt::AtomicPtr;
#[cfg(all(test, any(feature = "std", any_rwlock_shuttle), not(any_rwlock_loom)))]
pub(crate) use tests::interrupt::AtomicUsize;
#[cfg(all(test, not(any_rwlock_loom)))]
pub(crate) use tests::interrupt::AtomicWord;
#[cfg(all(test, not(feature = "std"), not(any_rwlock_loom)))]
pub(crate) use tests::interrupt::{AtomicU16, AtomicU8};
#[cfg(any(any_rwlock_loom, not(test)))]
pub(crate) use PlainWord as AtomicWord;

/// The integer behind a [`State`](crate::state::State): as wide as the target swaps in one piece.
#[cfg(target_pointer_width = "64")]
pub(crate) type Word = u64;
#[cfg(target_pointer_width = "64")]
pub(crate) type PlainWord = atomic::AtomicU64;

/// The integer behind a [`State`](crate::state::State): as wide as the target swaps in one piece.
#[cfg(not(target_pointer_width = "64"))]
pub(crate) type Word = u32;
#[cfg(not(target_pointer_width = "64"))]
pub(crate) type PlainWord = atomic::AtomicU32;

#[cfg(all(feature = "diagnostics", target_os = "none"))]
compile_error!(
    "the feature `diagnostics` of `any-rwlock` needs `std`, and so an operating system: leave it off on bare metal"
);

#[cfg(all(feature = "std", not(feature = "diagnostics"), target_os = "none"))]
compile_error!(
    "the feature `std` of `any-rwlock`, which is on by default, needs an operating system: on bare metal, \
     set `default-features = false` and enable the feature `critical-section`"
);

#[cfg(all(
    target_os = "none",
    not(any(feature = "std", feature = "critical-section", any_rwlock_spin, doc))
))]
compile_error!(
    "on bare metal, enable the feature `critical-section` of `any-rwlock`, and link an implementation \
     of the crate `critical-section`: without it an interrupt that shares a lock with a task may spin \
     for ever. An application whose interrupts use no lock may set `--cfg any_rwlock_spin` instead"
);

#[cfg(all(any_rwlock_loom, not(all(loom, feature = "loom"))))]
compile_error!(
    "`--cfg any_rwlock_loom` needs the feature `loom` of `any-rwlock`, and `--cfg loom` beside it \
     for the crate `event-listener`"
);

#[cfg(all(any_rwlock_shuttle, not(feature = "shuttle")))]
compile_error!("`--cfg any_rwlock_shuttle` needs the feature `shuttle` of `any-rwlock`");

#[cfg(all(any_rwlock_loom, any_rwlock_shuttle))]
compile_error!("`--cfg any_rwlock_loom` and `--cfg any_rwlock_shuttle` exclude one another");
