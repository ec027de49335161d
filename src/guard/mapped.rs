#![forbid(unsafe_code)]

use super::{guard_has_waiters, guard_reads, guard_writes, Part, RawGuard};
use crate::permit::{Exclusive, Shared};
use crate::raw::RawRwLock;

/// Shared access to a part of the value of an [`RwLock`](crate::RwLock), released on drop.
///
/// From [`RwLockReadGuard::map`](crate::RwLockReadGuard::map) and `filter_map`, and
/// [`RwLockWriteGuard::downgrade_map`](crate::RwLockWriteGuard::downgrade_map). Covariant in `U`;
/// `Send` and `Sync` if `U: Sync`.
///
/// It is not an [`RwLockReadGuard`](crate::RwLockReadGuard) of a part, because it can do less: while
/// a guard [yields](crate::RwLockReadGuard::yield_to_waiters), a writer may remove the part.
///
/// ```
/// use any_rwlock::{RwLock, RwLockReadGuard};
///
/// let lock = RwLock::new(vec![1]);
/// let guard = lock.try_read().unwrap();
/// drop(RwLockReadGuard::yield_to_waiters(guard));
/// ```
///
/// ```compile_fail,E0599
/// use any_rwlock::{RwLock, RwLockMappedReadGuard, RwLockReadGuard};
///
/// let lock = RwLock::new(vec![1]);
/// let guard = RwLockReadGuard::map(lock.try_read().unwrap(), |items| &items[0]);
/// drop(RwLockMappedReadGuard::yield_to_waiters(guard));
/// ```
///
/// A field for the guard of either a part or a whole value holds a mapped guard. A whole value is
/// mapped to itself:
///
/// ```
/// use any_rwlock::{RwLock, RwLockMappedReadGuard, RwLockReadGuard};
///
/// struct Node {
///     value: u32,
///     children: Vec<Node>,
/// }
///
/// struct View<'a> {
///     node: RwLockMappedReadGuard<'a, Node>,
/// }
///
/// let leaf = Node { value: 2, children: Vec::new() };
/// let lock = RwLock::new(Node { value: 1, children: vec![leaf] });
/// let guard = lock.try_read().unwrap();
/// let root = View { node: RwLockReadGuard::map(guard, |node| node) };
/// let guard = lock.try_read().unwrap();
/// let leaf = View { node: RwLockReadGuard::map(guard, |node| &node.children[0]) };
/// assert_eq!((root.node.value, leaf.node.value), (1, 2));
/// ```
#[doc(alias = "MappedRwLockReadGuard")]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedReadGuard<'a, U: ?Sized> {
    pub(crate) raw: RawGuard<U, &'a RawRwLock, Shared, (Part, &'a U)>,
}

impl<'a, T: ?Sized> RwLockMappedReadGuard<'a, T> {
    /// Acquires shared access once more and returns another guard, like
    /// [`RwLockReadGuard::clone`](crate::RwLockReadGuard::clone).
    ///
    /// # Panics
    ///
    /// If there are [too many readers](crate::RwLock#panics).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuard, RwLockReadGuard};
    ///
    /// let lock = RwLock::new((1, vec![2, 3]));
    /// let items = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.1);
    /// let again = RwLockMappedReadGuard::clone(&items);
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
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuard, RwLockReadGuard};
    ///
    /// let lock = RwLock::new((1, vec![2, 3]));
    /// let items = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.1);
    /// let last = RwLockMappedReadGuard::map(items, |items| &items[1]);
    /// assert_eq!(*last, 3);
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedReadGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        RwLockMappedReadGuard { raw: this.raw.map(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockReadGuard::filter_map`](crate::RwLockReadGuard::filter_map).
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedReadGuard, RwLockReadGuard};
    ///
    /// let lock = RwLock::new((1, vec![2, 3]));
    /// let items = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.1);
    /// let items = RwLockMappedReadGuard::filter_map(items, |v| v.get(2)).unwrap_err();
    /// let last = RwLockMappedReadGuard::filter_map(items, |v| v.get(1)).unwrap();
    /// assert_eq!(*last, 3);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedReadGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match this.raw.filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockMappedReadGuard like RwLockReadGuard:
        "let guard = RwLockReadGuard::map(lock.try_read().unwrap(), |value| value);"
    }
}

guard_reads!(<U> RwLockMappedReadGuard<'_, U> => U);

/// Exclusive access to a part of the value of an [`RwLock`](crate::RwLock), released on drop.
///
/// From [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map) and `filter_map`. Invariant in `U`;
/// `Send` and `Sync` if `U` is.
///
/// It cannot be downgraded: the part may be the `u8` in a `Cell<u8>`, which other readers could then
/// change. See [`RwLockWriteGuard::downgrade_map`](crate::RwLockWriteGuard::downgrade_map).
///
/// ```
/// use any_rwlock::{RwLock, RwLockWriteGuard};
/// use std::cell::Cell;
///
/// let lock = RwLock::new(Cell::new(1));
/// let part = RwLockWriteGuard::map(lock.try_write().unwrap(), |cell| cell.get_mut());
/// assert_eq!(*part, 1);
/// ```
///
/// ```compile_fail,E0599
/// use any_rwlock::{RwLock, RwLockMappedWriteGuard, RwLockWriteGuard};
/// use std::cell::Cell;
///
/// let lock = RwLock::new(Cell::new(1));
/// let part = RwLockWriteGuard::map(lock.try_write().unwrap(), |cell| cell.get_mut());
/// let part = RwLockMappedWriteGuard::downgrade(part);
/// ```
#[doc(alias = "MappedRwLockWriteGuard")]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuard<'a, U: ?Sized> {
    pub(crate) raw: RawGuard<U, &'a RawRwLock, Exclusive, (Part, &'a mut U)>,
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    /// Narrows the guard to a part of the value, like
    /// [`RwLockWriteGuard::map`](crate::RwLockWriteGuard::map).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuard, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, vec![2, 3]));
    /// let items = RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.1);
    /// *RwLockMappedWriteGuard::map(items, |items| &mut items[1]) = 4;
    /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedWriteGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        RwLockMappedWriteGuard { raw: this.raw.map_mut(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockWriteGuard::filter_map`](crate::RwLockWriteGuard::filter_map).
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockMappedWriteGuard, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new((1, vec![2, 3]));
    /// let items = RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.1);
    /// let items = RwLockMappedWriteGuard::filter_map(items, |v| v.get_mut(2)).unwrap_err();
    /// *RwLockMappedWriteGuard::filter_map(items, |v| v.get_mut(1)).unwrap() = 4;
    /// assert_eq!(lock.try_read().unwrap().1, [2, 4]);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match this.raw.filter_map_mut(part) {
            Ok(raw) => Ok(RwLockMappedWriteGuard { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockMappedWriteGuard like RwLockWriteGuard:
        "let guard = RwLockWriteGuard::map(lock.try_write().unwrap(), |value| value);"
    }
}

guard_reads!(<U> RwLockMappedWriteGuard<'_, U> => U);
guard_writes!(<U> RwLockMappedWriteGuard<'_, U> => U);
