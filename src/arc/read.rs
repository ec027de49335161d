#![forbid(unsafe_code)]

use alloc::sync::Arc;

use super::futures::{ReadArc, ReadOwned, ReadRecursiveArc, ReadRecursiveOwned, YieldReadArc};
use super::{ArcHandle, RwLockMappedReadGuardArc};
use crate::guard::{guard_has_waiters, guard_reads, RawGuard};
use crate::permit::{Recursive, Shared};
use crate::RwLock;

/// Shared access, with guards that keep the lock alive.
impl<T: ?Sized> RwLock<T> {
    /// Acquires shared access like [`read`](RwLock::read), with a guard that keeps the lock alive.
    ///
    /// The future borrows the `Arc`, and clones it once it has access. To spawn the future, or to keep it in
    /// a struct, use [`read_owned`](RwLock::read_owned).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.read_arc().await;
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_arc<'a>(self: &'a Arc<Self>) -> ReadArc<'a, T> {
        ReadArc { raw: self.request_arc().wait() }
    }

    /// Attempts to acquire shared access like [`try_read`](RwLock::try_read), with a guard that
    /// keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_arc().unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[doc(alias = "try_read_owned")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_arc(self: &Arc<Self>) -> Option<RwLockReadGuardArc<T>> {
        Some(RwLockReadGuardArc { raw: self.request_arc::<Shared, _>().try_grant().ok()? })
    }

    /// Acquires shared access like [`read_arc`](RwLock::read_arc), with a future that owns the `Arc`.
    ///
    /// The future borrows nothing, so it is `'static` if `T` is: it can be spawned, returned, or kept in a struct,
    /// as a `Stream` or `tower::Service::poll_ready` needs it. It is not `Unpin`, so the struct boxes it, or is
    /// pinned itself and projects to it (`pin-project-lite`). Its type is [`ReadOwned`]. The `Arc` moves into the
    /// future and on into the guard, without being cloned. If the future is dropped, so is the `Arc`.
    ///
    /// [`read_arc`](RwLock::read_arc) returns the same guard. Await that one where the `Arc` is at hand:
    /// the caller keeps the `Arc`.
    ///
    /// Both need an `Arc` of the lock itself. Where the lock is a field of a struct behind an `Arc`, give the
    /// field an `Arc` of its own (`Arc<RwLock<T>>`), or move the outer `Arc` into an `async` block that calls
    /// [`read`](RwLock::read) and uses the guard there.
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// A field for a future that is polled until it is ready:
    ///
    /// ```
    /// use any_rwlock::futures::ReadOwned;
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::future::Future;
    /// use std::pin::Pin;
    /// use std::sync::Arc;
    /// use std::task::{Context, Poll};
    ///
    /// struct Reader {
    ///     lock: Arc<RwLock<u32>>,
    ///     waiting: Option<Pin<Box<ReadOwned<u32>>>>,
    /// }
    ///
    /// impl Reader {
    ///     fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<RwLockReadGuardArc<u32>> {
    ///         let lock = &self.lock;
    ///         let waiting =
    ///             self.waiting.get_or_insert_with(|| Box::pin(Arc::clone(lock).read_owned()));
    ///         let guard = waiting.as_mut().poll(cx);
    ///         if guard.is_ready() {
    ///             self.waiting = None;
    ///         }
    ///         guard
    ///     }
    /// }
    ///
    /// # futures_lite::future::block_on(async {
    /// let mut reader = Reader { lock: Arc::new(RwLock::new(1)), waiting: None };
    /// for _ in 0..2 {
    ///     let guard = std::future::poll_fn(|cx| reader.poll_read(cx)).await;
    ///     assert_eq!(*guard, 1);
    /// }
    /// # });
    /// ```
    ///
    /// Where the lock is a field:
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::future::Future;
    /// use std::sync::Arc;
    ///
    /// struct State {
    ///     names: RwLock<Vec<&'static str>>,
    /// }
    ///
    /// /// Borrows nothing.
    /// fn count(state: &Arc<State>) -> impl Future<Output = usize> + Send + 'static {
    ///     let state = Arc::clone(state);
    ///     async move { state.names.read().await.len() }
    /// }
    ///
    /// let state = Arc::new(State { names: RwLock::new(vec!["one"]) });
    /// assert_eq!(futures_lite::future::block_on(count(&state)), 1);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_owned(self: Arc<Self>) -> ReadOwned<T> {
        ReadOwned { raw: self.request_owned().wait() }
    }

    /// Acquires shared access past writers that wait, like
    /// [`read_recursive`](RwLock::read_recursive), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_arc().await;
    /// let inner = lock.read_recursive_arc().await;
    /// assert_eq!(*outer, *inner);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_arc<'a>(self: &'a Arc<Self>) -> ReadRecursiveArc<'a, T> {
        ReadRecursiveArc { raw: self.request_arc().wait() }
    }

    /// Attempts to acquire shared access past writers that wait, like
    /// [`try_read_recursive`](RwLock::try_read_recursive), with a guard that keeps the lock alive.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let reader = lock.try_read_recursive_arc().unwrap();
    /// drop(lock);
    /// assert_eq!(*reader, 1);
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    #[must_use = "if this is not used, the access is released at once"]
    pub fn try_read_recursive_arc(self: &Arc<Self>) -> Option<RwLockReadGuardArc<T>> {
        Some(RwLockReadGuardArc { raw: self.request_arc::<Recursive, _>().try_grant().ok()? })
    }

    /// Acquires shared access past writers that wait, like
    /// [`read_recursive`](RwLock::read_recursive), with a future that owns the `Arc`, like
    /// [`read_owned`](RwLock::read_owned).
    ///
    /// # Cancel safety
    ///
    /// [Cancel safe](RwLock#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    /// use std::sync::Arc;
    ///
    /// # futures_lite::future::block_on(async {
    /// let lock = Arc::new(RwLock::new(1));
    /// let outer = lock.read_arc().await;
    /// let inner = lock.read_recursive_owned().await;
    /// assert_eq!(*inner, *outer);
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn read_recursive_owned(self: Arc<Self>) -> ReadRecursiveOwned<T> {
        ReadRecursiveOwned { raw: self.request_owned().wait() }
    }
}

/// An [`RwLockReadGuard`](crate::RwLockReadGuard) that keeps the lock alive.
///
/// From [`read_arc`](RwLock::read_arc), its `try_`, `_owned` and `_blocking` variants, and the downgrades of
/// the other guards on `Arc`. Covariant in `T`; `Send` and `Sync` if `T: Send + Sync`, because the
/// value may be dropped where the guard is.
#[doc(alias("ArcRwLockReadGuard", "OwnedRwLockReadGuard"))]
#[must_use = "the lock is released when the guard is dropped"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuardArc<T: ?Sized> {
    pub(crate) raw: RawGuard<T, ArcHandle<T>, Shared, Arc<T>>,
}

impl<T: ?Sized> RwLockReadGuardArc<T> {
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
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let outer = Arc::new(RwLock::new(1)).try_read_arc().unwrap();
    /// let inner = RwLockReadGuardArc::clone(&outer);
    /// drop(outer);
    /// assert_eq!(*inner, 1);
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
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new((1, "one")));
    /// let name = RwLockReadGuardArc::map(lock.try_read_arc().unwrap(), |pair| pair.1);
    /// drop(lock);
    /// assert_eq!(&*name, "one");
    /// ```
    #[doc(alias = "into_mapped")]
    pub fn map<U, F>(this: Self, part: F) -> RwLockMappedReadGuardArc<T, U>
    where
        U: ?Sized + 'static,
        F: FnOnce(&T) -> &U,
    {
        RwLockMappedReadGuardArc { raw: this.raw.map(part) }
    }

    /// Narrows the guard to a part that the value may have, like
    /// [`RwLockReadGuard::filter_map`](crate::RwLockReadGuard::filter_map).
    ///
    /// The part's type borrows nothing (`U: 'static`), because the guard has no lifetime that would keep it from
    /// outliving what `part` returns.
    ///
    /// # Errors
    ///
    /// Returns the guard if `part` returns `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use std::sync::Arc;
    ///
    /// let reader = Arc::new(RwLock::new(vec![1, 2])).try_read_arc().unwrap();
    /// let reader = RwLockReadGuardArc::filter_map(reader, |items| items.get(2)).unwrap_err();
    /// let first = RwLockReadGuardArc::filter_map(reader, |items| items.first()).unwrap();
    /// assert_eq!(*first, 1);
    /// ```
    #[doc(alias = "try_map")]
    pub fn filter_map<U, F>(this: Self, part: F) -> Result<RwLockMappedReadGuardArc<T, U>, Self>
    where
        U: ?Sized + 'static,
        F: FnOnce(&T) -> Option<&U>,
    {
        match this.raw.filter_map(part) {
            Ok(raw) => Ok(RwLockMappedReadGuardArc { raw }),
            Err(raw) => Err(Self { raw }),
        }
    }

    guard_has_waiters! {
        RwLockReadGuardArc like RwLockReadGuard: "let guard = lock.try_read_arc().unwrap();"
    }

    /// Releases access to its waiters, and acquires it again, like
    /// [`RwLockReadGuard::yield_to_waiters`](crate::RwLockReadGuard::yield_to_waiters).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::{RwLock, RwLockReadGuardArc};
    /// use futures_lite::future::{block_on, zip};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(RwLock::new(1));
    /// let guard = lock.try_read_arc().unwrap();
    /// let write = async { *lock.write().await = 2 };
    /// let (_, guard) = block_on(zip(write, RwLockReadGuardArc::yield_to_waiters(guard)));
    /// assert_eq!(*guard, 2);
    /// ```
    #[doc(alias = "bump")]
    #[inline]
    #[cfg_attr(feature = "diagnostics", track_caller)]
    pub fn yield_to_waiters(this: Self) -> YieldReadArc<T> {
        YieldReadArc { raw: this.raw.yield_to_waiters() }
    }
}

guard_reads!(<T> RwLockReadGuardArc<T> => T);
