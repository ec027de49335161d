//! Atomics for models with shuttle: before each operation another thread of the model may run.
//!
//! shuttle's own atomics panic outside of a model, and are not made for more than one thread of the system;
//! but tests run side by side, and may share a lock in a static. In a model all threads take turns on one
//! thread of the system: there `core`'s atomics are what shuttle's are, sequentially consistent.
#![forbid(unsafe_code)]
// Which of them are used depends on the features.
#![allow(dead_code)]

use core::ops::Deref;
use core::sync::atomic;

pub(crate) use atomic::Ordering;

/// An atomic that is reached by [`Deref`], which lets others run.
#[derive(Debug)]
pub(crate) struct Scheduled<A>(A);

pub(crate) type AtomicPtr<T> = Scheduled<atomic::AtomicPtr<T>>;

/// Whether this is a thread of a model, and not one of the system.
pub(crate) fn is_in_model() -> bool {
    shuttle::current::try_get_current_task().is_some()
}

pub(crate) fn let_others_run() {
    if is_in_model() {
        // Only for what shuttle does before it: a yield would also wake the task that yields, and so
        // hide wake-ups that are lost.
        shuttle::sync::atomic::AtomicBool::new(false).load(Ordering::SeqCst);
    }
}

impl<A> Deref for Scheduled<A> {
    type Target = A;

    fn deref(&self) -> &A {
        let_others_run();
        &self.0
    }
}

impl<T> Scheduled<atomic::AtomicPtr<T>> {
    pub(crate) const fn new(pointer: *mut T) -> Self {
        Scheduled(atomic::AtomicPtr::new(pointer))
    }
}

macro_rules! scheduled_integer {
    ($name:ident, $integer:ty) => {
        pub(crate) type $name = Scheduled<atomic::$name>;

        impl $name {
            pub(crate) const fn new(number: $integer) -> Self {
                Scheduled(atomic::$name::new(number))
            }

            /// Never fails for nothing, as the processor's may: a schedule is to be repeatable.
            pub(crate) fn compare_exchange_weak(
                &self,
                current: $integer,
                new: $integer,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$integer, $integer> {
                self.compare_exchange(current, new, success, failure)
            }
        }
    };
}

scheduled_integer!(AtomicUsize, usize);
scheduled_integer!(AtomicU16, u16);
scheduled_integer!(AtomicU8, u8);
#[cfg(target_pointer_width = "64")]
scheduled_integer!(AtomicU64, u64);
#[cfg(not(target_pointer_width = "64"))]
scheduled_integer!(AtomicU32, u32);
