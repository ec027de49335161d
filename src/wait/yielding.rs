//! Giving access to those that wait for it, and acquiring it again.
#![forbid(unsafe_code)]

use core::pin::Pin;
use core::task::{Context, Poll};

use super::request::LockRequest;
use super::Acquire;
use crate::permit::{Acquirable, Handle, Mode, Permit};
use crate::probe::Place;

pin_project_lite::pin_project! {
    /// An access that is given to those that wait for it, if any do, and then asked for again.
    ///
    /// Does nothing before its first poll; its drop releases the access or cancels the request.
    pub(crate) struct Yielding<H, M>
    where
        H: Handle,
        M: Mode,
        M: Acquirable,
    {
        // `None` once it has been polled.
        permit: Option<Permit<H, M>>,
        place: Place,
        #[pin]
        returning: Option<Acquire<LockRequest<H, M>>>,
    }
}

impl<H: Handle, M: Mode + Acquirable<Mode = M>> Yielding<H, M> {
    pub(crate) fn new(permit: Permit<H, M>, place: Place) -> Yielding<H, M> {
        Yielding { permit: Some(permit), place, returning: None }
    }

    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Permit<H, M>> {
        let mut this = self.project();
        if let Some(permit) = this.permit.take() {
            match release_if_contended(permit) {
                Ok(permit) => return Poll::Ready(permit),
                Err(request) => this.returning.set(Some(Acquire::new(request, *this.place))),
            }
        }
        match this.returning.as_pin_mut() {
            Some(acquire) => acquire.poll(cx),
            None => panic!("a lock future was polled after it completed"),
        }
    }
}

/// Releases the access if a waiter waits for it; the request for it is then the way back. Returns the
/// permit if none does.
pub(crate) fn release_if_contended<H, M>(
    permit: Permit<H, M>,
) -> Result<Permit<H, M>, LockRequest<H, M>>
where
    H: Handle,
    M: Mode + Acquirable<Mode = M>,
{
    if permit.is_contended() {
        Err(LockRequest::new(permit.release()))
    } else {
        Ok(permit)
    }
}
