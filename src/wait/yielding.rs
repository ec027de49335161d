//! Giving access to those who wait for it, and taking it again.
#![forbid(unsafe_code)]

use core::mem;
use core::task::{Context, Poll};

use crate::permit::{Acquirable, Handle, Mode, Permit};
use crate::wait::request::LockRequest;
use crate::wait::Acquire;

/// An access that is given to those who wait for it, if anybody does, and then asked for again.
///
/// Does nothing before its first poll; its drop gives up, whichever of the two it has.
pub(crate) enum Yielding<H: Handle, M: Mode + Acquirable> {
    Held(Permit<H, M>),
    Returning(Acquire<LockRequest<H, M>>),
    Done,
}

impl<H: Handle, M: Mode + Acquirable<Mode = M>> Yielding<H, M> {
    pub(crate) fn new(permit: Permit<H, M>) -> Yielding<H, M> {
        Yielding::Held(permit)
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Permit<H, M>> {
        match mem::replace(self, Yielding::Done) {
            Yielding::Held(permit) => match release_if_contended(permit) {
                Ok(permit) => return Poll::Ready(permit),
                Err(request) => *self = Yielding::Returning(Acquire::new(request)),
            },
            other => *self = other,
        }
        match self {
            Yielding::Returning(acquire) => acquire.poll(cx),
            _ => panic!("a lock future was polled after it completed"),
        }
    }
}

/// Gives the access to those who wait for it; the request for it is then the way back. Returns the
/// permit if nobody waits.
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
