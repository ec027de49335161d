//! The lists of entries, each a ring of which the lock knows the first one.
//!
//! All functions that take a list apart are called behind the internal lock, and are a few steps each.

use core::cell::Cell;
use core::ptr::NonNull;

use super::QueueEntry;
use crate::state::Access;
use crate::wait::fairness::Notification;

/// In which list an entry is. Where one is woken at a time, those that have lost have a list of their own.
/// (`record` computes with the order.)
#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
pub(super) enum List {
    // No list is 0: all bytes of an entry that is not queued are.
    Readers = 1,
    Upgradables,
    OvertakenUpgradables,
    Writers,
    OvertakenWriters,
    Upgrader,
}

const LISTS: usize = List::Upgrader as usize;

impl List {
    #[inline(always)]
    pub(super) fn of(access: Access, losses: u8) -> List {
        match access {
            Access::Read | Access::RecursiveRead => List::Readers,
            Access::UpgradableRead if losses > 0 => List::OvertakenUpgradables,
            Access::UpgradableRead => List::Upgradables,
            Access::Write if losses > 0 => List::OvertakenWriters,
            Access::Write => List::Writers,
            Access::Upgrade => List::Upgrader,
        }
    }
}

/// The neighbours in the ring; an entry that is alone is its own.
#[derive(Clone, Copy)]
pub(super) struct Neighbours {
    previous: NonNull<QueueEntry>,
    next: NonNull<QueueEntry>,
}

/// What an entry has one room for.
#[derive(Clone, Copy)]
pub(super) union Link {
    /// Before it was queued.
    pub(super) nothing: (),
    /// While it is QUEUED.
    pub(super) neighbours: Neighbours,
    /// Once it is NOTIFIED.
    pub(super) notification: Notification,
}

/// # Safety
///
/// The entry is QUEUED, and the internal lock is held.
#[inline(always)]
unsafe fn neighbours(entry: NonNull<QueueEntry>) -> Neighbours {
    // SAFETY: by the caller's promise the entry is alive, and its link is its neighbours.
    unsafe { (*entry.as_ptr()).link.with(|link| (*link).neighbours) }
}

/// # Safety
///
/// The entry is QUEUED, and the internal lock is held.
#[inline(always)]
unsafe fn set_next(entry: NonNull<QueueEntry>, next: NonNull<QueueEntry>) {
    // SAFETY: by the caller's promise the entry is alive, and nobody else is at its neighbours.
    unsafe { (*entry.as_ptr()).link.with_mut(|link| (*link).neighbours.next = next) }
}

/// # Safety
///
/// The entry is QUEUED, and the internal lock is held.
#[inline(always)]
unsafe fn set_previous(entry: NonNull<QueueEntry>, previous: NonNull<QueueEntry>) {
    // SAFETY: by the caller's promise the entry is alive, and nobody else is at its neighbours.
    unsafe { (*entry.as_ptr()).link.with_mut(|link| (*link).neighbours.previous = previous) }
}

/// Behind the internal lock.
pub(super) struct Lists {
    /// Of each list. It is QUEUED, and so are its neighbours.
    first: [Cell<Option<NonNull<QueueEntry>>>; LISTS],
}

// SAFETY: the entries are `Send` and `Sync`, and the pointers to them are followed behind the internal lock only.
unsafe impl Send for Lists {}

impl Lists {
    pub(super) const fn new() -> Lists {
        #[allow(clippy::declare_interior_mutable_const)] // To be copied.
        const EMPTY: Cell<Option<NonNull<QueueEntry>>> = Cell::new(None);
        Lists { first: [EMPTY; LISTS] }
    }

    #[inline(always)]
    fn first(&self, list: List) -> &Cell<Option<NonNull<QueueEntry>>> {
        &self.first[list as usize - 1]
    }

    #[inline(always)]
    pub(super) fn is_empty(&self, list: List) -> bool {
        self.first(list).get().is_none()
    }

    /// Puts an entry behind all others of the list.
    ///
    /// Of upgraders, the list has one: another one that is queued has been forgotten, because there is one right
    /// to upgrade. It is left to itself, a ring of its own, and is not woken any more.
    ///
    /// # Safety
    ///
    /// The entry is in no list, and alive until it was removed. Nobody else is at its link.
    #[inline(always)]
    pub(super) unsafe fn push(&self, list: List, entry: NonNull<QueueEntry>) {
        let first = match self.first(list).get() {
            Some(first) if list != List::Upgrader => first,
            _ => {
                self.first(list).set(Some(entry));
                entry
            }
        };
        // SAFETY: `first` is QUEUED, or it is the entry, which is alive and nobody else's. Of a ring, the one
        // before an entry that is QUEUED is, too.
        unsafe {
            let last = if first == entry { entry } else { neighbours(first).previous };
            let link = Link { neighbours: Neighbours { previous: last, next: first } };
            (*entry.as_ptr()).link.with_mut(|slot| *slot = link);
            if first != entry {
                set_next(last, entry);
                set_previous(first, entry);
            }
        }
    }

    /// Takes an entry out of the list.
    ///
    /// # Safety
    ///
    /// It was pushed into this list, and has not been taken out since.
    #[inline(always)]
    pub(super) unsafe fn remove(&self, list: List, entry: NonNull<QueueEntry>) {
        // SAFETY: it is QUEUED, and so are its neighbours.
        let next = unsafe {
            let Neighbours { previous, next } = neighbours(entry);
            if next == entry {
                None
            } else {
                set_next(previous, next);
                set_previous(next, previous);
                Some(next)
            }
        };
        if self.first(list).get() == Some(entry) {
            self.first(list).set(next);
        }
    }

    /// Takes the first entry out of the list.
    #[inline(always)]
    pub(super) fn pop(&self, list: List) -> Option<NonNull<QueueEntry>> {
        let first = self.first(list).get()?;
        // SAFETY: it is in this list.
        unsafe { self.remove(list, first) };
        Some(first)
    }
}
