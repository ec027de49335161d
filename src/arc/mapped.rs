//! The guards of a part, on `Arc`.
//!
//! A closure may [return](crate::guard::PartOf) something that it has captured. These guards have no lifetime,
//! so they would outlive it if its lifetime vanished from their types. Of each two programs below, the second
//! would leave a guard of something that was dropped, and the first differs from it in that alone.
//!
//! By variance, from the value's type: a mapped guard is invariant in it, also where the unmapped one is not.
//!
//! ```
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! type Ignores<'t> = fn(&'t ());
//! fn keep<'t>(captured: &'t String) -> RwLockMappedReadGuardArc<Ignores<'t>, String> {
//!     let lock: Arc<RwLock<Ignores<'t>>> = Arc::new(RwLock::new(|_| ()));
//!     RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), move |_| captured)
//! }
//!
//! let captured = String::from("captured");
//! let guard: RwLockMappedReadGuardArc<Ignores<'_>, String> = keep(&captured);
//! assert_eq!(*guard, "captured");
//! ```
//!
//! ```compile_fail,E0716
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! type Ignores<'t> = fn(&'t ());
//! fn keep<'t>(captured: &'t String) -> RwLockMappedReadGuardArc<Ignores<'t>, String> {
//!     let lock: Arc<RwLock<Ignores<'t>>> = Arc::new(RwLock::new(|_| ()));
//!     RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), move |_| captured)
//! }
//!
//! let guard: RwLockMappedReadGuardArc<Ignores<'static>, String> = keep(&String::from("captured"));
//! assert_eq!(*guard, "captured");
//! ```
//!
//! By variance, from the part's type: that is `'static`.
//!
//! ```
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::marker::PhantomData;
//! use std::sync::Arc;
//!
//! struct Part<'t>(String, PhantomData<fn(&'t ())>);
//! let lock = Arc::new(RwLock::new(()));
//! let guard: RwLockMappedReadGuardArc<(), Part<'static>> = {
//!     let part = Box::leak(Box::new(Part(String::from("captured"), PhantomData)));
//!     let captured = &*part;
//!     RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), move |_| captured)
//! };
//! assert_eq!(guard.0, "captured");
//! ```
//!
//! ```compile_fail,E0597
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::marker::PhantomData;
//! use std::sync::Arc;
//!
//! struct Part<'t>(String, PhantomData<fn(&'t ())>);
//! let lock = Arc::new(RwLock::new(()));
//! let guard: RwLockMappedReadGuardArc<(), Part<'static>> = {
//!     let part = Part(String::from("captured"), PhantomData);
//!     let captured = &part;
//!     RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), move |_| captured)
//! };
//! assert_eq!(guard.0, "captured");
//! ```
//!
//! By a second `map`, which forgets the type in between: that is `'static`, too.
//!
//! ```
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep(captured: &'static String) -> RwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let unit = RwLockReadGuardArc::map(guard, |_| -> &&'static () { &&() });
//!     RwLockMappedReadGuardArc::map(unit, move |_: &&'static ()| captured)
//! }
//! ```
//!
//! ```compile_fail,E0521
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep<'t>(captured: &'t String) -> RwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let unit = RwLockReadGuardArc::map(guard, |_| -> &&'t () { &&() });
//!     RwLockMappedReadGuardArc::map(unit, move |_: &&'t ()| captured)
//! }
//! ```
//!
//! By a second `map`, after the type in between got a lifetime by covariance: it has to be `'static` still.
//!
//! ```
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep(captured: &'static String) -> RwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let name: RwLockMappedReadGuardArc<(), &'static str> = RwLockReadGuardArc::map(guard, |_| &"name");
//!     let name: RwLockMappedReadGuardArc<(), &'static str> = name;
//!     RwLockMappedReadGuardArc::map(name, move |_: &&'static str| captured)
//! }
//! ```
//!
//! ```compile_fail,E0521
//! use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
//! use std::sync::Arc;
//!
//! fn keep<'t>(captured: &'t String) -> RwLockMappedReadGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_read_arc().unwrap();
//!     let name: RwLockMappedReadGuardArc<(), &'static str> = RwLockReadGuardArc::map(guard, |_| &"name");
//!     let name: RwLockMappedReadGuardArc<(), &'t str> = name;
//!     RwLockMappedReadGuardArc::map(name, move |_: &&'t str| captured)
//! }
//! ```
//!
//! By a second `map` with exclusive access:
//!
//! ```
//! use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
//! use std::sync::Arc;
//!
//! fn keep(captured: &'static mut String) -> RwLockMappedWriteGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_write_arc().unwrap();
//!     let none = RwLockWriteGuardArc::map(guard, |_| -> &mut Option<&'static ()> { Box::leak(Box::new(None)) });
//!     RwLockMappedWriteGuardArc::map(none, move |_: &mut Option<&'static ()>| captured)
//! }
//! ```
//!
//! ```compile_fail,E0521
//! use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
//! use std::sync::Arc;
//!
//! fn keep<'t>(captured: &'t mut String) -> RwLockMappedWriteGuardArc<(), String> {
//!     let lock = Arc::new(RwLock::new(()));
//!     let guard = lock.try_write_arc().unwrap();
//!     let none = RwLockWriteGuardArc::map(guard, |_| -> &mut Option<&'t ()> { Box::leak(Box::new(None)) });
//!     RwLockMappedWriteGuardArc::map(none, move |_: &mut Option<&'t ()>| captured)
//! }
//! ```
#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::handle::{ArcHandle, ExclusivePart, SharedPart};
use crate::guard::{guard_has_waiters, guard_reads, guard_writes, RawGuard};
use crate::permit::{Exclusive, Shared};
use crate::RwLock;

/// An [`RwLockMappedReadGuard`](crate::RwLockMappedReadGuard) that keeps the lock alive: access to
/// a `U` in the value of an `RwLock<T>`.
///
/// From [`RwLockReadGuardArc::map`](crate::RwLockReadGuardArc::map) and `filter_map`, and
/// [`RwLockWriteGuardArc::downgrade_map`](crate::RwLockWriteGuardArc::downgrade_map). Invariant in
/// `T` and covariant in `U`; `Send` and `Sync` if both are `Send + Sync`.
#[doc(alias = "OwnedRwLockReadGuard")]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedReadGuardArc<T: ?Sized, U: ?Sized> {
    pub(crate) raw: RawGuard<U, ArcHandle<T>, Shared, SharedPart<T, U>>,
}

impl<T: ?Sized, V: ?Sized> RwLockMappedReadGuardArc<T, V> {
    /// Acquires shared access once more and returns another guard, like
    /// [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
    /// let again = RwLockMappedReadGuardArc::clone(&items);
    /// assert_eq!(*again, *items);
    /// ```
    #[inline]
    #[allow(clippy::should_implement_trait)] // `guard.clone()` is to clone the value.
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn clone(this: &Self) -> Self {
        Self { raw: this.raw.share() }
    }

    /// Narrows the guard to a part of the value, like
    /// [`RwLockReadGuard::map`](crate::RwLockReadGuard::map).
    ///
    /// The types of both parts borrow nothing (`V: 'static`, `U: 'static`), because the guard has no lifetime that
    /// would keep it from outliving what `part` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
    /// let last = RwLockMappedReadGuardArc::map(items, |items| &items[1]);
    /// assert_eq!(*last, 3);
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedReadGuardArc<T, U>
    where
        V: 'static,
        U: ?Sized + 'static,
        F: FnOnce(&V) -> &U,
    {
        RwLockMappedReadGuardArc { raw: this.raw.map(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockReadGuard::filter_map`](crate::RwLockReadGuard::filter_map).
    ///
    /// The types of both parts borrow nothing (`V: 'static`, `U: 'static`), because the guard has no lifetime that
    /// would keep it from outliving what `part` returns.
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuardArc, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| &pair.1);
    /// let items = RwLockMappedReadGuardArc::filter_map(items, |v| v.get(2)).unwrap_err();
    /// let last = RwLockMappedReadGuardArc::filter_map(items, |v| v.get(1)).unwrap();
    /// assert_eq!(*last, 3);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedReadGuardArc<T, U>, Self>
    where
        V: 'static,
        U: ?Sized + 'static,
        F: FnOnce(&V) -> Option<&U>,
    {
        match this.raw.filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockMappedReadGuardArc like RwLockReadGuard:
        "let guard = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |value| value);"
    }
}

guard_reads!(<T, U> RwLockMappedReadGuardArc<T, U> => U);

/// An [`RwLockMappedWriteGuard`](crate::RwLockMappedWriteGuard) that keeps the lock alive: access
/// to a `U` in the value of an `RwLock<T>`.
///
/// From [`RwLockWriteGuardArc::map`](crate::RwLockWriteGuardArc::map) and `filter_map`. Invariant in
/// both. `Send` if `T: Send + Sync` and `U: Send`; `Sync` if, besides, `U: Sync`.
#[doc(alias = "OwnedRwLockMappedWriteGuard")]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuardArc<T: ?Sized, U: ?Sized> {
    pub(crate) raw: RawGuard<U, ArcHandle<T>, Exclusive, ExclusivePart<T, U>>,
}

impl<T: ?Sized, V: ?Sized> RwLockMappedWriteGuardArc<T, V> {
    /// Narrows the guard to a part of the value, like
    /// [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
    ///
    /// The types of both parts borrow nothing (`V: 'static`, `U: 'static`), because the guard has no lifetime that
    /// would keep it from outliving what `part` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.1);
    /// *RwLockMappedWriteGuardArc::map(items, |items| &mut items[1]) = 4;
    /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedWriteGuardArc<T, U>
    where
        V: 'static,
        U: ?Sized + 'static,
        F: FnOnce(&mut V) -> &mut U,
    {
        RwLockMappedWriteGuardArc { raw: this.raw.map_mut(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
    ///
    /// The types of both parts borrow nothing (`V: 'static`, `U: 'static`), because the guard has no lifetime that
    /// would keep it from outliving what `part` returns.
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, vec![2, 3])));
    /// let items = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.1);
    /// let items = RwLockMappedWriteGuardArc::filter_map(items, |v| v.get_mut(2)).unwrap_err();
    /// *RwLockMappedWriteGuardArc::filter_map(items, |v| v.get_mut(1)).unwrap() = 4;
    /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedWriteGuardArc<T, U>, Self>
    where
        V: 'static,
        U: ?Sized + 'static,
        F: FnOnce(&mut V) -> Option<&mut U>,
    {
        match this.raw.filter_map_mut(part) {
            Ok(raw) => Ok(RwLockMappedWriteGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockMappedWriteGuardArc like RwLockWriteGuard:
        "let guard = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |value| value);"
    }

    /// Returns the lock, like [`RwLockWriteGuardArc::rwlock`](crate::RwLockWriteGuardArc::rwlock).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuardArc, RwLockWriteGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let number = RwLockWriteGuardArc::map(lock.try_write_arc().unwrap(), |pair| &mut pair.0);
    /// assert!(Arc::ptr_eq(&RwLockMappedWriteGuardArc::rwlock(&number), &lock));
    /// ```
    pub fn rwlock(this: &Self) -> Arc<RwLock<T>> {
        this.raw.rwlock()
    }
}

guard_reads!(<T, U> RwLockMappedWriteGuardArc<T, U> => U);
guard_writes!(<T, U> RwLockMappedWriteGuardArc<T, U> => U);
