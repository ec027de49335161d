//! The engine that waits in place: an entry is a node within its pinned future, and a wait allocates nothing.
//!
//! ```text
//!           enqueue             wake               poll, leave, cancel
//! not queued ─────▶ QUEUED ──────────────▶ NOTIFIED ─────▶ not queued
//!                     └────── leave, cancel ────────────────▲
//! ```
//!
//! # Who may do what
//!
//! 1. One internal lock guards the lists and the links of all entries in them ([`lists`]). No foreign code runs
//!    behind it, and what is done behind it takes as long for one waiter as for many.
//! 2. An entry never points into the lock, only to other entries: a future may be forgotten (`mem::forget`),
//!    which ends its borrow of the lock with the entry still linked, and then the lock may move, or be dropped.
//!    The entry of a forgotten future stays where it is for ever, because it is pinned.
//! 3. While an entry is QUEUED, its owner writes the waker, behind the internal lock, and may read it at any
//!    time; who wakes copies it there. So the owner compares wakers without the lock.
//! 4. Who wakes an entry unlinks it, copies the waker, writes the notification, stores NOTIFIED, and touches the
//!    entry no more: from then on its owner may free it without having been behind the lock.
//! 5. To wake all ends: no more are woken than were queued when it began.
//! 6. Wakers are cloned before the lock is taken, and called and dropped after it is given back. So a waker may
//!    do with the lock what it likes.
//!
//! # Orderings
//!
//! Only NOTIFIED is seen by a thread that does not hold the internal lock: stored with Release, loaded with
//! Acquire. The rest is ordered by the internal lock, or is the owner's own.

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomPinned;
use core::mem::MaybeUninit;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Waker};

use crate::state::Access;
use crate::sync::uninterrupted::{AtomicU8, Ordering};
use crate::sync::{constructor, interleave};
use crate::wait::fairness::{EpochNumber, Notification};
use crate::wait::Standing;

#[cfg(feature = "std")]
mod batch;
mod cell;
mod lists;
mod lock;
mod record;
#[cfg(all(test, not(any(any_rwlock_loom, any_rwlock_shuttle))))]
mod tests;

#[cfg(feature = "std")]
use batch::Batch;
use cell::UnsafeCell;
use lists::{Link, List, Lists};
use lock::Locked;
use record::Record;

pub(crate) const HAS_WAKER_AT_ONCE: bool = true;

/// In a list, or in one that has come to nothing; see [`Lists::push`].
const QUEUED: u8 = 0;
/// Unlinked by who woke it, who touches it no more. Its link is the notification.
const NOTIFIED: u8 = 1;

/// See [the contract](super).
///
/// Everything that others reach by a pointer is in a cell or atomic, so that no access of the owner's to its
/// pinned future concerns it.
pub(crate) struct QueueEntry {
    link: UnsafeCell<Link>,
    /// The task's, while it is QUEUED.
    waker: UnsafeCell<MaybeUninit<Waker>>,
    /// Of no meaning while it is not queued.
    state: AtomicU8,
    /// Its list while it is queued: only for its owner.
    list: Cell<Option<List>>,
    /// Only for its owner.
    standing: core::cell::UnsafeCell<Standing>,
    _pinned: PhantomPinned,
}

// SAFETY: a waker is `Send`; the other entries that this one points to are reached behind the internal lock only.
unsafe impl Send for QueueEntry {}
// SAFETY: by a shared reference, code outside of this module can only ask whether it is queued; who changes
// that has exclusive access. In this module, see "Who may do what".
unsafe impl Sync for QueueEntry {}
/// No foreign code runs while an entry is changed: a panic leaves it whole.
impl UnwindSafe for QueueEntry {}
/// No foreign code runs while an entry is changed: a panic leaves it whole.
impl RefUnwindSafe for QueueEntry {}

impl fmt::Debug for QueueEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueEntry").field("is_queued", &self.is_queued()).finish_non_exhaustive()
    }
}

impl QueueEntry {
    #[inline]
    pub(crate) fn new() -> QueueEntry {
        QueueEntry {
            link: UnsafeCell::new(Link { nothing: () }),
            waker: UnsafeCell::new(MaybeUninit::uninit()),
            state: AtomicU8::new(QUEUED),
            list: Cell::new(None),
            standing: core::cell::UnsafeCell::new(Standing::NEW),
            _pinned: PhantomPinned,
        }
    }

    #[inline(always)]
    pub(crate) fn standing(self: Pin<&mut Self>) -> &mut Standing {
        // SAFETY: it is not pinned, and only its owner reaches it, who has exclusive access.
        unsafe { &mut *self.into_ref().get_ref().standing.get() }
    }

    #[inline]
    pub(crate) fn is_queued(&self) -> bool {
        self.list.get().is_some()
    }

    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn poll<'a>(
        self: Pin<&mut Self>,
        queues: impl FnOnce() -> &'a Queues,
        cx: &mut Context<'_>,
    ) -> Option<Notification> {
        let entry = self.into_ref().get_ref();
        if !entry.is_queued() {
            return None;
        }
        if entry.is_notified() {
            return Some(entry.take_notification());
        }
        // SAFETY: it is queued, so the waker is there; who wakes the entry only copies it, see invariant 3.
        let is_same =
            entry.waker.with(|waker| unsafe { (*waker).assume_init_ref() }.will_wake(cx.waker()));
        if is_same {
            return None;
        }
        queues().replace_waker(entry, cx)
    }

    /// Whether it was woken. If so, what who woke it wrote can be read.
    #[inline(always)]
    fn is_notified(&self) -> bool {
        interleave();
        // Acquire: pairs with the Release of `notify`.
        self.state.load(Ordering::Acquire) == NOTIFIED
    }

    /// Ends the wait of an entry that is NOTIFIED, as its owner knows.
    #[inline(always)]
    fn take_notification(&self) -> Notification {
        self.list.set(None);
        // SAFETY: who woke it wrote the notification, which happened before the owner found it NOTIFIED.
        self.link.with(|link| unsafe { (*link).notification })
    }

    /// Wakes an entry that was unlinked just now; returns its waker, to be called.
    ///
    /// # Safety
    ///
    /// The entry is QUEUED, the internal lock is held, and the entry is not touched again after this.
    #[inline(always)]
    unsafe fn notify(entry: NonNull<QueueEntry>, epoch: EpochNumber) -> Waker {
        let entry = entry.as_ptr();
        let link = Link { notification: Notification::sent_in(epoch) };
        // SAFETY: an entry that is QUEUED is alive, and has a waker, which nobody takes out but who unlinks the
        // entry, once. The last access is the store: the entry may be gone after it, and no reference to it is
        // passed to a function that outlasts the store but that to the atomic.
        unsafe {
            let waker = (*entry).waker.with(|waker| (*waker).assume_init_read());
            (*entry).link.with_mut(|slot| *slot = link);
            // Release: pairs with the Acquire of `is_notified`. The owner's accesses to this entry come after all
            // those above.
            (*entry).state.store(NOTIFIED, Ordering::Release);
            waker
        }
    }
}

/// See [the contract](super).
///
/// In this order, in which the lists are found with fewer instructions: no list has the number 0.
#[repr(C)]
pub(crate) struct Queues {
    /// Changed behind the lock of `lists` only.
    record: Record,
    lists: Locked,
}

/// No foreign code runs behind the lock: a panic leaves the lists whole.
impl UnwindSafe for Queues {}
/// No foreign code runs behind the lock: a panic leaves the lists whole.
impl RefUnwindSafe for Queues {}

impl fmt::Debug for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queues").field("record", &self.record).finish_non_exhaustive()
    }
}

impl Queues {
    constructor! {
        pub(crate) fn new() -> Queues {
            Queues { lists: Locked::new(), record: Record::new() }
        }
    }

    /// # Safety
    ///
    /// See [the contract](super): the entry is not queued, and until it is not queued any longer, it is neither
    /// overwritten nor dropped, and its functions are called with these queues.
    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) unsafe fn enqueue(
        &self,
        access: Access,
        mut entry: Pin<&mut QueueEntry>,
        cx: &Context<'_>,
    ) {
        // First: it may panic.
        let waker = cx.waker().clone();
        let losses = entry.as_mut().standing().losses;
        let entry = entry.into_ref().get_ref();
        debug_assert!(!entry.is_queued());
        let list = List::of(access, losses);
        // SAFETY: the entry is not queued, so nobody else reaches it, and no waker is there that this overwrites.
        entry.waker.with_mut(|slot| unsafe { (*slot).write(waker) });
        // Relaxed, as everything that the internal lock publishes.
        entry.state.store(QUEUED, Ordering::Relaxed);
        self.lists.with(|lists| {
            // SAFETY: it is in no list, and by the caller's promise alive until it is not queued.
            unsafe { lists.push(list, NonNull::from(entry)) };
            self.record.entered(list, losses);
        });
        entry.list.set(Some(list));
    }

    /// The entry's task has another waker now.
    #[cold]
    #[inline(never)]
    fn replace_waker(&self, entry: &QueueEntry, cx: &Context<'_>) -> Option<Notification> {
        let mut waker = cx.waker().clone();
        let is_replaced = self.lists.with(|_| {
            if entry.state.load(Ordering::Relaxed) == NOTIFIED {
                return false;
            }
            // SAFETY: it is QUEUED, so a waker is there; who wakes it reads that behind this lock.
            entry.waker.with_mut(|slot| unsafe {
                core::mem::swap((*slot).assume_init_mut(), &mut waker);
            });
            true
        });
        // The old one, or the new one if it is not needed. A panic leaves the entry queued, as far as its owner
        // knows: the notification is found by the next poll.
        drop(waker);
        if is_replaced {
            None
        } else {
            Some(entry.take_notification())
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn leave(&self, access: Access, entry: Pin<&mut QueueEntry>) -> bool {
        self.cancel(access, entry, || unreachable!("the notification tells")).0.is_some()
    }

    #[cfg_attr(feature = "std", inline(always))]
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn cancel(
        &self,
        _: Access,
        entry: Pin<&mut QueueEntry>,
        _: impl FnOnce() -> Notification,
    ) -> (Option<Notification>, Option<Waker>) {
        let entry = entry.into_ref().get_ref();
        let list = match entry.list.get() {
            Some(list) => list,
            None => return (None, None),
        };
        // With `std`, to have been woken is common, and found without the lock. Without, flash counts.
        if cfg!(not(feature = "std")) || !entry.is_notified() {
            if let Some(waker) = self.remove(list, entry) {
                entry.list.set(None);
                return (None, Some(waker));
            }
        }
        (Some(entry.take_notification()), None)
    }

    /// Unlinks the entry, and returns its waker, unless it has been woken.
    fn remove(&self, list: List, entry: &QueueEntry) -> Option<Waker> {
        self.lists.with(|lists| {
            if entry.state.load(Ordering::Relaxed) == NOTIFIED {
                return None;
            }
            // SAFETY: it is QUEUED, in this list.
            unsafe { lists.remove(list, NonNull::from(entry)) };
            self.record.left(list, lists);
            // SAFETY: only its owner reaches it, who is here, and has exclusive access.
            self.record.gave_up(list, unsafe { (*entry.standing.get()).losses });
            // SAFETY: a waker is there while it is QUEUED, and it is not any longer: the waker is taken out once.
            Some(entry.waker.with(|waker| unsafe { (*waker).assume_init_read() }))
        })
    }

    /// One behind the lock at a time.
    #[cfg(not(feature = "std"))]
    #[inline(never)]
    pub(crate) fn wake(&self, access: Access, count: usize, epoch: EpochNumber) -> usize {
        let most = count.min(self.record.at_most(access));
        for woken in 0..most {
            match self.lists.with(|lists| self.notify_next(lists, access, epoch)) {
                None => return woken,
                Some(waker) => waker.wake(),
            }
        }
        most
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn wake(&self, access: Access, count: usize, epoch: EpochNumber) -> usize {
        match count.min(self.record.at_most(access)) {
            0 => 0,
            1 => match self.lists.with(|lists| self.notify_next(lists, access, epoch)) {
                None => 0,
                Some(waker) => {
                    waker.wake();
                    1
                }
            },
            count => self.wake_many(access, count, epoch),
        }
    }

    /// Apart, because of the batch on the stack.
    #[cfg(feature = "std")]
    #[inline(never)]
    fn wake_many(&self, access: Access, count: usize, epoch: EpochNumber) -> usize {
        let (mut left, mut woken) = (count, 0);
        let mut batch = Batch::new();
        while left > 0 {
            self.lists.with(|lists| {
                while left > 0 && !batch.is_full() {
                    left = match self.notify_next(lists, access, epoch) {
                        Some(waker) => {
                            batch.push(waker);
                            left - 1
                        }
                        None => 0,
                    };
                }
            });
            woken += batch.len();
            batch.wake();
        }
        batch.finish();
        woken
    }

    /// Behind the lock: unlinks the next entry for this access, and stores that it was woken.
    #[inline(always)]
    fn notify_next(&self, lists: &Lists, access: Access, epoch: EpochNumber) -> Option<Waker> {
        let overtaken = List::of(access, 1);
        let list = if lists.is_empty(overtaken) { List::of(access, 0) } else { overtaken };
        let entry = lists.pop(list)?;
        self.record.left(list, lists);
        // SAFETY: it was QUEUED and in a list until just now, the lock is held, and the pointer ends here.
        Some(unsafe { QueueEntry::notify(entry, epoch) })
    }

    #[inline]
    pub(crate) fn losses(&self, access: Access) -> usize {
        self.record.losses(access)
    }
}
