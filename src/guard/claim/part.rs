//! From a guard to a guard of a part of its value.
//!
//! A closure chooses the part. It returns a `&'x U` for every `'x` for which it is given the value, a `&'x V`.
//! That need not be a part of the value. `&'x V` and `&'x U` imply `V: 'x` and `U: 'x`, and where one of the
//! types mentions a `'t`, they thus imply `'t: 'x`: so the closure may as well return a `&'t U` that it has
//! captured. What it returns lives while its access lasts and no lifetime in `V` and `U` has ended, and
//! [`PartOf`] says that the latter is so.

use core::ptr::NonNull;

use super::{Claim, Marker, Part, RawGuard, Whole};
use crate::permit::{Exclusive, Handle, Permit, Shared};

/// `Self` is the marker of a guard of a `U`, the part of a `V`, which is itself the [`Whole`] value of a lock or a
/// [`Part`] of it: that is `E`.
///
/// # Safety
///
/// While a claim with this marker exists, or with what variance made of the marker, no lifetime has ended
/// that `V` or `U` mentions.
pub(crate) unsafe trait PartOf<E, V: ?Sized, U: ?Sized> {}

// SAFETY: no lifetime in `V` and `U` ends before `'a`, because of `V: 'a` and `U: 'a`. No such claim exists after
// `'a`, for which variance can only put a shorter lifetime.
unsafe impl<'a, E, V: ?Sized + 'a, U: ?Sized + 'a> PartOf<E, V, U> for (Part, &'a U) {}
// SAFETY: as for a `&'a U`.
unsafe impl<'a, E, V: ?Sized + 'a, U: ?Sized + 'a> PartOf<E, V, U> for (Part, &'a mut U) {}
// A guard on `Arc` has no lifetime of its own, so its part mentions none: `O` is its owner. (That the part of a whole
// value is one, too, is said where the owner is.)
// SAFETY: both are `'static`.
unsafe impl<O, P, V: ?Sized + 'static, U: ?Sized + 'static> PartOf<Part, V, U> for (Part, O, P) {}

impl<V: ?Sized, H: Handle, K: Marker<V, Permit<H, Shared>>> RawGuard<V, H, Shared, K> {
    #[inline]
    pub(crate) fn map<U: ?Sized, L>(self, part: impl FnOnce(&V) -> &U) -> RawGuard<U, H, Shared, L>
    where
        L: Marker<U, Permit<H, Shared>, Extent = Part> + PartOf<K::Extent, V, U>,
    {
        let part = NonNull::from(part(self.value()));
        // SAFETY: `part` was chosen for a `&V`, lives long enough because `L` is `PartOf` that, and has `L`
        // as a marker.
        unsafe { Claim::new(part, self.claim) }
    }

    #[inline]
    pub(crate) fn filter_map<U: ?Sized, L>(
        self,
        part: impl FnOnce(&V) -> Option<&U>,
    ) -> Result<RawGuard<U, H, Shared, L>, Self>
    where
        L: Marker<U, Permit<H, Shared>, Extent = Part> + PartOf<K::Extent, V, U>,
    {
        match part(self.value()).map(NonNull::from) {
            // SAFETY: as in `map`.
            Some(part) => Ok(unsafe { Claim::new(part, self.claim) }),
            None => Err(self),
        }
    }
}

impl<V: ?Sized, H: Handle, K: Marker<V, Permit<H, Exclusive>>> RawGuard<V, H, Exclusive, K> {
    #[inline]
    pub(crate) fn map_mut<U: ?Sized, L>(
        mut self,
        part: impl FnOnce(&mut V) -> &mut U,
    ) -> RawGuard<U, H, Exclusive, L>
    where
        L: Marker<U, Permit<H, Exclusive>, Extent = Part> + PartOf<K::Extent, V, U>,
    {
        let part = NonNull::from(part(self.value_mut()));
        // SAFETY: `part` was chosen for a `&mut V`, lives long enough because `L` is `PartOf` that, and has
        // `L` as a marker.
        unsafe { Claim::new(part, self.claim) }
    }

    #[inline]
    pub(crate) fn filter_map_mut<U: ?Sized, L>(
        mut self,
        part: impl FnOnce(&mut V) -> Option<&mut U>,
    ) -> Result<RawGuard<U, H, Exclusive, L>, Self>
    where
        L: Marker<U, Permit<H, Exclusive>, Extent = Part> + PartOf<K::Extent, V, U>,
    {
        match part(self.value_mut()).map(NonNull::from) {
            // SAFETY: as in `map_mut`.
            Some(part) => Ok(unsafe { Claim::new(part, self.claim) }),
            None => Err(self),
        }
    }
}

impl<V: ?Sized, H: Handle, K> RawGuard<V, H, Exclusive, K>
where
    K: Marker<V, Permit<H, Exclusive>, Extent = Whole>,
{
    #[inline]
    pub(crate) fn downgrade_map<U: ?Sized, L>(
        self,
        part: impl FnOnce(&V) -> &U,
    ) -> RawGuard<U, H, Shared, L>
    where
        L: Marker<U, Permit<H, Shared>, Extent = Part> + PartOf<Whole, V, U>,
    {
        let part = NonNull::from(part(self.value()));
        // SAFETY: as in `map`. The `&V` is of the whole value, which no reader can change, so none can change
        // what was chosen for it.
        unsafe { Claim::new(part, self.claim.downgrade()) }
    }

    #[inline]
    pub(crate) fn downgrade_filter_map<U: ?Sized, L>(
        self,
        part: impl FnOnce(&V) -> Option<&U>,
    ) -> Result<RawGuard<U, H, Shared, L>, Self>
    where
        L: Marker<U, Permit<H, Shared>, Extent = Part> + PartOf<Whole, V, U>,
    {
        match part(self.value()).map(NonNull::from) {
            // SAFETY: as in `downgrade_map`.
            Some(part) => Ok(unsafe { Claim::new(part, self.claim.downgrade()) }),
            None => Err(self),
        }
    }
}
