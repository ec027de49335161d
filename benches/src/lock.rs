//! What the measurements ask of a lock.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// An async read-write lock around a number.
pub trait Lock: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    type ReadGuard<'a>: Deref<Target = u64> + Send;
    type WriteGuard<'a>: DerefMut<Target = u64> + Send;

    fn new(value: u64) -> Self;
    fn read(&self) -> impl Future<Output = Self::ReadGuard<'_>> + Send;
    fn write(&self) -> impl Future<Output = Self::WriteGuard<'_>> + Send;
    fn try_read(&self) -> Option<Self::ReadGuard<'_>>;
    fn try_write(&self) -> Option<Self::WriteGuard<'_>>;
}

/// An async read-write lock with upgradable reads.
pub trait Upgradable: Lock {
    type UpgradableGuard<'a>: Deref<Target = u64> + Send;

    fn upgradable_read(&self) -> impl Future<Output = Self::UpgradableGuard<'_>> + Send;
}

/// A read-write lock that blocks the thread.
pub trait Blocking: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    type ReadGuard<'a>: Deref<Target = u64>;
    type WriteGuard<'a>: DerefMut<Target = u64>;

    fn new(value: u64) -> Self;
    fn read(&self) -> Self::ReadGuard<'_>;
    fn write(&self) -> Self::WriteGuard<'_>;
    fn try_read(&self) -> Option<Self::ReadGuard<'_>>;
    fn try_write(&self) -> Option<Self::WriteGuard<'_>>;
}

/// The output of a future that does not wait.
#[inline(always)]
pub fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nobody holds the lock, but the future waits"),
    }
}
