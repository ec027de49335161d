//! The probes of a build without diagnostics: nothing, at no cost.

use core::marker::PhantomData;
use core::task::Context;

use super::Outcome;
use crate::state::Access;

#[derive(Debug)]
pub(crate) struct Tag;

impl Tag {
    #[inline(always)]
    #[allow(clippy::extra_unused_type_parameters)] // The other tag knows it.
    pub(crate) const fn of<T: ?Sized>(_: Option<&'static str>) -> Tag {
        Tag
    }

    #[inline(always)]
    pub(crate) fn acquired(&self, _: Access, _: By) -> Hold {
        Hold
    }

    #[inline(always)]
    pub(crate) fn upgraded(&self, _: HoldKey, _: By) -> (Hold, Wakers) {
        (Hold, Wakers)
    }

    #[inline(always)]
    pub(crate) fn cloned(&self, _: &Hold, _: Place) -> Hold {
        Hold
    }

    #[inline(always)]
    pub(crate) fn downgraded(&self, _: Hold, _: Access, _: Access) -> Hold {
        Hold
    }

    #[inline(always)]
    pub(crate) fn released(&self, _: HoldKey, _: Access) -> Wakers {
        Wakers
    }
}

#[derive(Debug)]
pub(crate) struct Wakers;

impl Wakers {
    #[inline(always)]
    pub(crate) fn discard(self) {}
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Place;

impl Place {
    #[inline(always)]
    pub(crate) fn here() -> Place {
        Place
    }
}

#[derive(Debug)]
pub(crate) struct Who;

impl Who {
    #[cfg(all(feature = "std", not(target_family = "wasm")))]
    #[inline(always)]
    pub(crate) fn thread(_: &Context<'_>) -> Who {
        Who
    }

    #[inline(always)]
    pub(crate) fn this_thread() -> Who {
        Who
    }

    #[inline(always)]
    pub(crate) fn task(_: &Context<'_>) -> Who {
        Who
    }
}

#[derive(Debug)]
pub(crate) struct By;

impl By {
    #[inline(always)]
    pub(crate) fn new(_: Who, _: Place) -> By {
        By
    }
}

#[derive(Debug)]
pub(crate) struct Hold;

impl Hold {
    #[inline(always)]
    pub(crate) fn key(&self) -> HoldKey {
        HoldKey
    }

    #[inline(always)]
    pub(crate) fn used(&self, _: &Tag) {}
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct HoldKey;

impl HoldKey {
    pub(crate) const NONE: HoldKey = HoldKey;
}

#[derive(Debug)]
pub(crate) struct WaitTrace;

impl WaitTrace {
    #[inline(always)]
    pub(crate) fn new() -> WaitTrace {
        WaitTrace
    }

    #[inline(always)]
    pub(crate) fn begin_poll(&mut self, _: &Tag, _: (Access, HoldKey, Place), _: &Context<'_>) {}

    #[inline(always)]
    pub(crate) fn events(&self) -> WaitEvents<'_> {
        WaitEvents::NONE
    }

    #[inline(always)]
    pub(crate) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        poll(cx)
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn suspended(&mut self, _: fn(&Context<'_>) -> Who, _: &Context<'_>) {}

    #[inline(always)]
    pub(crate) fn end(&mut self, _: Outcome) -> Wakers {
        Wakers
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitEvents<'a>(PhantomData<&'a ()>);

impl WaitEvents<'_> {
    pub(crate) const NONE: WaitEvents<'static> = WaitEvents(PhantomData);

    #[inline(always)]
    pub(crate) fn stepped_aside(self) {}

    #[inline(always)]
    pub(crate) fn wake_task(self, cx: &Context<'_>) {
        cx.waker().wake_by_ref();
    }

    #[inline(always)]
    pub(crate) fn overtaken(self) {}
}
