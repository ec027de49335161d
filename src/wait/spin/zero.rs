//! A count that is always 0.
#![forbid(unsafe_code)]

use crate::sync::Ordering;

#[derive(Debug)]
pub(super) struct Count;

impl Count {
    pub(super) const fn new(_: usize) -> Count {
        Count
    }

    pub(super) fn load(&self, _: Ordering) -> usize {
        0
    }

    pub(super) fn store(&self, _: usize, _: Ordering) {}
}
