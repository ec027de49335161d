//! A waker that wakes nobody. (The one of `core` is newer than the oldest Rust that is supported, and one
//! made of an `Arc` allocates.)

use core::ptr;
use core::task::{RawWaker, RawWakerVTable, Waker};

const NOOP: RawWaker = RawWaker::new(ptr::null(), &VTABLE);
const VTABLE: RawWakerVTable = RawWakerVTable::new(|_| NOOP, |_| (), |_| (), |_| ());

pub(super) fn noop_waker() -> Waker {
    // SAFETY: the functions of the table do nothing with the pointer, and may be called anywhere.
    unsafe { Waker::from_raw(NOOP) }
}
