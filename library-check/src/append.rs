use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;
use core::future::{ready, Future, Ready};
use core::pin::Pin;
use core::task::{Context, Poll};

use any_rwlock::futures::WriteOwned;
use any_rwlock::{RwLock, RwLockWriteGuardArc};
use tower_service::Service;

/// Appends an entry. Once it is ready it keeps all others out until it is called or dropped.
pub struct Append<T> {
    entries: Arc<RwLock<Vec<T>>>,
    access: Access<T>,
}

enum Access<T> {
    No,
    /// In a box: a service may be moved between two polls.
    Awaited(Pin<Box<WriteOwned<Vec<T>>>>),
    Yes(RwLockWriteGuardArc<Vec<T>>),
}

impl<T> Append<T> {
    pub(crate) fn new(entries: Arc<RwLock<Vec<T>>>) -> Append<T> {
        Append { entries, access: Access::No }
    }
}

/// A clone has no access yet.
impl<T> Clone for Append<T> {
    fn clone(&self) -> Self {
        Append::new(Arc::clone(&self.entries))
    }
}

impl<T> fmt::Debug for Append<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ready = matches!(self.access, Access::Yes(_));
        f.debug_struct("Append").field("ready", &ready).finish_non_exhaustive()
    }
}

impl<T> Service<T> for Append<T> {
    /// How many entries there are now.
    type Response = usize;
    type Error = Infallible;
    type Future = Ready<Result<usize, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        loop {
            match &mut self.access {
                Access::No => {
                    let awaited = Box::pin(Arc::clone(&self.entries).write_owned());
                    self.access = Access::Awaited(awaited);
                }
                Access::Awaited(access) => match access.as_mut().poll(cx) {
                    Poll::Ready(guard) => self.access = Access::Yes(guard),
                    Poll::Pending => return Poll::Pending,
                },
                Access::Yes(_) => return Poll::Ready(Ok(())),
            }
        }
    }

    fn call(&mut self, entry: T) -> Self::Future {
        match core::mem::replace(&mut self.access, Access::No) {
            Access::Yes(mut entries) => {
                entries.push(entry);
                ready(Ok(entries.len()))
            }
            _ => panic!("a service is called once it is ready"),
        }
    }
}
