#![forbid(unsafe_code)]

use core::cell::UnsafeCell;

use super::RwLock;
use crate::probe::Tag;
use crate::raw::RawRwLock;
use crate::sync::constructor;

/// Making a lock, and reaching its value without a guard.
impl<T> RwLock<T> {
    constructor! {
        /// Creates a lock around `value`.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::RwLock;
        ///
        /// static LOCK: RwLock<u32> = RwLock::new(1);
        /// assert_eq!(*LOCK.try_read().unwrap(), 1);
        /// ```
        #[doc(alias("const_new", "const_rwlock"))]
        pub fn new(value: T) -> RwLock<T> {
            RwLock { raw: RawRwLock::new(Tag::of::<T>(None)), value: UnsafeCell::new(value) }
        }
    }

    constructor! {
        /// Creates a lock around `value` that goes by `name` in reports.
        ///
        /// With the feature `diagnostics`, [reports](crate::hangs) show the name; an unnamed lock goes by the
        /// type of its value and the place of its first use. Without the feature, the lock forgets its name.
        ///
        /// # Examples
        ///
        /// ```
        /// use any_rwlock::RwLock;
        ///
        /// static SESSIONS: RwLock<Vec<u32>> = RwLock::named("sessions", Vec::new());
        /// assert!(SESSIONS.try_read().unwrap().is_empty());
        /// ```
        pub fn named(name: &'static str, value: T) -> RwLock<T> {
            RwLock { raw: RawRwLock::new(Tag::of::<T>(Some(name))), value: UnsafeCell::new(value) }
        }
    }

    /// Consumes the lock and returns its value. No guard can exist: guards borrow the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// assert_eq!(RwLock::new(1).into_inner(), 1);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Returns a mutable reference to the value, without locking. No guard can exist: guards borrow the
    /// lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use any_rwlock::RwLock;
    ///
    /// let mut lock = RwLock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}
