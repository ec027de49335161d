#![forbid(unsafe_code)]

use core::cell::UnsafeCell;

use super::ShardedRwLock;
use crate::probe::Tag;
use crate::raw::sharded::RawShardedRwLock;

/// Making a lock, and reaching its value without a guard.
impl<T> ShardedRwLock<T> {
    /// Creates a lock around `value`, with a shard for each thread that the machine runs at once.
    ///
    /// Allocates the shards, so it is not `const`. For a static, use a `LazyLock`.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::new(1);
    /// assert_eq!(*lock.try_read().unwrap(), 1);
    /// ```
    pub fn new(value: T) -> ShardedRwLock<T> {
        let raw = RawShardedRwLock::new(Tag::of::<T>(None));
        ShardedRwLock { raw, value: UnsafeCell::new(value) }
    }

    /// Creates a lock around `value` with this many shards, rounded up to a power of two: at least 1 and
    /// at most 64.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let lock = ShardedRwLock::with_shards(1, 8); // 1 KiB, and eight threads read side by side.
    /// assert_eq!(*lock.try_read().unwrap(), 1);
    /// ```
    pub fn with_shards(value: T, shards: usize) -> ShardedRwLock<T> {
        let raw = RawShardedRwLock::with_shards(Tag::of::<T>(None), shards);
        ShardedRwLock { raw, value: UnsafeCell::new(value) }
    }

    /// Creates a lock around `value` that goes by `name` in reports, like [`RwLock::named`](crate::RwLock::named).
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let routes = ShardedRwLock::named("routes", vec!["/"]);
    /// assert_eq!(routes.try_read().unwrap().len(), 1);
    /// ```
    pub fn named(name: &'static str, value: T) -> ShardedRwLock<T> {
        let raw = RawShardedRwLock::new(Tag::of::<T>(Some(name)));
        ShardedRwLock { raw, value: UnsafeCell::new(value) }
    }

    /// Consumes the lock and returns its value. No guard can exist: guards borrow the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// assert_eq!(ShardedRwLock::new(1).into_inner(), 1);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> ShardedRwLock<T> {
    /// Returns a mutable reference to the value, without locking. No guard can exist: guards borrow the
    /// lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::ShardedRwLock;
    ///
    /// let mut lock = ShardedRwLock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> From<T> for ShardedRwLock<T> {
    fn from(value: T) -> Self {
        ShardedRwLock::new(value)
    }
}

impl<T: Default> Default for ShardedRwLock<T> {
    fn default() -> Self {
        ShardedRwLock::new(T::default())
    }
}
