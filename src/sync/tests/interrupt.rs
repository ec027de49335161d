//! Atomics for tests that come in between: before each operation they call a hook of the thread's.
#![forbid(unsafe_code)]

use core::ops::Deref;
use std::boxed::Box;
use std::cell::Cell;

use super::super::{atomic, PlainWord, Word};

#[cfg(feature = "std")]
pub(crate) type AtomicPtr<T> = Hooked<atomic::AtomicPtr<T>>;
#[cfg(any(feature = "std", any_rwlock_shuttle))]
pub(crate) type AtomicUsize = Hooked<atomic::AtomicUsize>;
#[cfg(not(feature = "std"))]
pub(crate) type AtomicU16 = Hooked<atomic::AtomicU16>;
#[cfg(not(feature = "std"))]
pub(crate) type AtomicU8 = Hooked<atomic::AtomicU8>;
pub(crate) type AtomicWord = Hooked<PlainWord>;

std::thread_local! {
    static HOOK: Cell<Option<Box<dyn FnMut()>>> = const { Cell::new(None) };
    static OPERATIONS_LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Calls this before each operation of this thread on an atomic, but not before those that it does
/// itself. More operations than `at_most`, its own included, are a panic.
pub(crate) fn before_each_operation(hook: impl FnMut() + 'static, at_most: usize) {
    HOOK.with(|cell| cell.set(Some(Box::new(hook))));
    OPERATIONS_LEFT.with(|left| left.set(at_most));
}

/// No hook any longer.
pub(crate) fn stop() {
    HOOK.with(Cell::take);
    OPERATIONS_LEFT.with(|left| left.set(usize::MAX));
}

/// Runs this without the hook.
#[cfg(feature = "alloc")]
pub(crate) fn unhooked<R>(run: impl FnOnce() -> R) -> R {
    let hook = HOOK.with(Cell::take);
    let result = run();
    HOOK.with(|cell| cell.set(hook));
    result
}

pub(crate) fn before_operation() {
    if std::thread::panicking() {
        return;
    }
    OPERATIONS_LEFT.with(|left| {
        left.set(left.get().checked_sub(1).expect("the operations do not come to an end"));
    });
    if let Some(mut hook) = HOOK.with(Cell::take) {
        hook();
        HOOK.with(|cell| cell.set(Some(hook)));
    }
}

/// An atomic that is reached by [`Deref`], which calls the hook.
#[derive(Debug)]
pub(crate) struct Hooked<A>(A);

impl<A> Deref for Hooked<A> {
    type Target = A;

    fn deref(&self) -> &A {
        before_operation();
        &self.0
    }
}

#[cfg(feature = "std")]
impl<T> Hooked<atomic::AtomicPtr<T>> {
    pub(crate) const fn new(pointer: *mut T) -> Self {
        Hooked(atomic::AtomicPtr::new(pointer))
    }
}

#[cfg(any(feature = "std", any_rwlock_shuttle))]
impl Hooked<atomic::AtomicUsize> {
    pub(crate) const fn new(number: usize) -> Self {
        Hooked(atomic::AtomicUsize::new(number))
    }
}

#[cfg(not(feature = "std"))]
impl Hooked<atomic::AtomicU16> {
    pub(crate) const fn new(number: u16) -> Self {
        Hooked(atomic::AtomicU16::new(number))
    }
}

#[cfg(not(feature = "std"))]
impl Hooked<atomic::AtomicU8> {
    pub(crate) const fn new(number: u8) -> Self {
        Hooked(atomic::AtomicU8::new(number))
    }
}

impl Hooked<PlainWord> {
    pub(crate) const fn new(word: Word) -> Self {
        Hooked(PlainWord::new(word))
    }
}
