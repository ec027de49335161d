//! How often those queued have lost, and how many readers there are.
#![forbid(unsafe_code)]

use core::{fmt, mem};

use super::lists::{List, Lists};
use super::QueueEntry;
use crate::state::Access;
use crate::sync::constructor;
use crate::sync::uninterrupted::{AtomicUsize, Ordering};
#[cfg(not(feature = "std"))]
use crate::sync::zero::Count;
use crate::wait::fairness::MAX_LOSSES;
#[cfg(feature = "std")]
use AtomicUsize as Count;

const LOSSES_BITS: u32 = u8::BITS - MAX_LOSSES.leading_zeros();
const LOSSES: usize = (1 << LOSSES_BITS) - 1;
/// Above the losses of each access.
const READERS_SHIFT: u32 = 4 * LOSSES_BITS;
const ONE_READER: usize = 1 << READERS_SHIFT;
const READERS: usize = usize::MAX << READERS_SHIFT;

/// Whether memory has room for more readers than can be counted: with `std`, on 32 bits. So many (a million) are
/// then taken to be any number, until none is queued.
const IS_SHORT: bool = usize::MAX >> READERS_SHIFT < usize::MAX / mem::size_of::<QueueEntry>();

#[inline(always)]
fn is_uncounted(record: usize) -> bool {
    IS_SHORT && record >= READERS
}

/// For each access, the losses of the entry that has lost most, since none that has lost was queued: no fewer than
/// those of each one. (Of readers without `std`: since none was.) Above that, the number of readers.
///
/// Relaxed throughout. It is changed behind the internal lock. It is read without: a waiter is on this record
/// before it goes on record in the lock's word, and a release has read that one before it looks here.
pub(super) struct Record {
    word: AtomicUsize,
    /// How many readers have lost, or more: who wakes one does not know whether it has. 0 if none is queued. Without
    /// `std`, where few deferrals are owed, not counted.
    overtaken_readers: Count,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("readers", &(self.snapshot() >> READERS_SHIFT)).finish()
    }
}

/// Where the losses of those in a list are: in the order in which lists are declared. (A `match` would become a
/// table, which takes flash.)
#[inline(always)]
fn shift_of(list: List) -> u32 {
    LOSSES_BITS * (list as u32 / 2)
}

/// The same place, by the access: both kinds of readers have the first.
#[inline(always)]
fn shift_for(access: Access) -> u32 {
    LOSSES_BITS * (access as u32).saturating_sub(1)
}

// What the two compute with.
const _: () = {
    assert!(List::Upgradables as u32 == 2 && List::OvertakenUpgradables as u32 == 3);
    assert!(List::Writers as u32 == 4 && List::OvertakenWriters as u32 == 5);
    assert!(List::Readers as u32 == 1 && List::Upgrader as u32 == 6);
    assert!(Access::UpgradableRead as u32 == 2 && Access::Write as u32 == 3);
    assert!(Access::RecursiveRead as u32 == 1 && Access::Upgrade as u32 == 4);
};

impl Record {
    constructor! {
        pub(super) fn new() -> Record {
            Record {
                word: AtomicUsize::new(0),
                overtaken_readers: Count::new(0),
            }
        }
    }

    #[inline(always)]
    fn snapshot(&self) -> usize {
        self.word.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn overtaken_readers(&self) -> usize {
        self.overtaken_readers.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn set_overtaken_readers(&self, count: usize) {
        self.overtaken_readers.store(count, Ordering::Relaxed);
    }

    /// Behind the lock: an entry that has lost so often is in this list.
    #[inline(always)]
    pub(super) fn entered(&self, list: List, losses: u8) {
        if losses == 0 && list != List::Readers {
            return;
        }
        let (before, shift) = (self.snapshot(), shift_of(list));
        let is_counted = list == List::Readers && !is_uncounted(before);
        let readers = if is_counted { ONE_READER } else { 0 };
        let more = usize::from(losses).saturating_sub(before >> shift & LOSSES);
        self.word.store(before + readers + (more << shift), Ordering::Relaxed);
        if list == List::Readers && losses > 0 {
            self.set_overtaken_readers(self.overtaken_readers() + 1);
        }
    }

    /// Behind the lock: an entry has gone from this list.
    #[inline(always)]
    pub(super) fn left(&self, list: List, lists: &Lists) {
        if let List::Upgradables | List::Writers = list {
            return;
        }
        let mut record = self.snapshot();
        if list == List::Readers && !is_uncounted(record) {
            record -= ONE_READER;
        }
        if lists.is_empty(list) {
            let readers = if IS_SHORT && list == List::Readers { READERS } else { 0 };
            record &= !(LOSSES << shift_of(list) | readers);
            if list == List::Readers {
                self.set_overtaken_readers(0);
            }
        }
        self.word.store(record, Ordering::Relaxed);
    }

    /// Behind the lock: an entry that has lost so often has gone, and was not woken.
    #[inline(always)]
    pub(super) fn gave_up(&self, list: List, losses: u8) {
        let overtaken = self.overtaken_readers();
        if list != List::Readers || losses == 0 || overtaken == 0 {
            return;
        }
        self.set_overtaken_readers(overtaken - 1);
        if overtaken == 1 {
            self.word.store(self.snapshot() & !(LOSSES << shift_of(list)), Ordering::Relaxed);
        }
    }

    #[inline(always)]
    pub(super) fn losses(&self, access: Access) -> usize {
        self.snapshot() >> shift_for(access) & LOSSES
    }

    /// As many entries for this access as are queued, or more: no bound, where one is woken at a time.
    #[inline(always)]
    pub(super) fn at_most(&self, access: Access) -> usize {
        match access {
            Access::Read | Access::RecursiveRead => match self.snapshot() {
                record if is_uncounted(record) => usize::MAX,
                record => record >> READERS_SHIFT,
            },
            Access::Upgrade => 1,
            Access::UpgradableRead | Access::Write => usize::MAX,
        }
    }
}
