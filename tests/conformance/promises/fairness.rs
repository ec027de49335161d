//! Who goes next: phases, and the bound on overtaking under a first-in-first-out executor.

use std::cell::Cell;
use std::future::Future;

use futures_lite::future::yield_now;

use super::lock::Lock;
use super::support::*;

const CROWD: usize = 8;

pub(crate) fn when_a_reader_leaves_the_writer_goes_and_then_the_reader_behind_it<L: Lock>() {
    for behind in shared_kinds::<L>() {
        let lock = L::new(0);
        let held = lock.try_read().unwrap();
        let mut writer = Kind::Write.waiter(&lock);
        let mut reader = behind.waiter(&lock);
        drop(held);
        assert_eq!((writer.wakes(), reader.wakes()), (1, 0));
        let held = writer.finishes();
        reader.waits();
        drop(held);
        assert_eq!(reader.wakes(), 1);
        drop(reader.finishes());
        assert_free(&lock);
    }
}

pub(crate) fn when_a_writer_leaves_all_readers_go_together_and_then_the_writer_between_them<
    L: Lock,
>() {
    let lock = L::new(0);
    let held = lock.try_write().unwrap();
    let mut before = Kind::Read.waiter(&lock);
    let mut writer = Kind::Write.waiter(&lock);
    let mut behind = Kind::Read.waiter(&lock);
    drop(held);
    assert_eq!((before.wakes(), writer.wakes(), behind.wakes()), (1, 0, 1));
    let readers = (behind.finishes(), before.finishes());
    writer.waits();
    drop(readers.0);
    assert_eq!(writer.wakes(), 0);
    drop(readers.1);
    assert_eq!(writer.wakes(), 1);
    drop(writer.finishes());
    assert_free(&lock);
}

pub(crate) fn a_reader_that_comes_while_a_writer_waits_waits_behind_it<L: Lock>() {
    for holder in shared_kinds::<L>() {
        for later in shared_kinds::<L>() {
            let lock = L::new(0);
            let _held = holder.taken(&lock);
            let _writer = Kind::Write.waiter(&lock);
            let reader = later.waiter(&lock);
            assert_eq!(reader.wakes(), 0, "{:?} {:?}", holder, later);
        }
    }
}

pub(crate) fn waiters_of_one_kind_go_in_the_order_in_which_they_were_first_polled<L: Lock>() {
    for kind in kinds::<L>().filter(|kind| *kind != Kind::Read) {
        let lock = L::new(0);
        let mut held = Kind::Write.taken(&lock);
        let mut waiters: Vec<_> = (0..5).map(|_| kind.task(&lock)).collect();
        let order = [3, 0, 4, 1, 2];
        for index in order {
            waiters[index].waits();
        }
        for waiter in &mut waiters {
            waiter.waits();
        }
        for (position, index) in order.into_iter().enumerate() {
            drop(held);
            let woken = waiters.iter().filter(|waiter| waiter.wakes() == 1).count();
            assert_eq!((waiters[index].wakes(), woken), (1, position + 1), "{:?}", kind);
            held = waiters[index].finishes();
        }
    }
}

pub(crate) fn an_upgrade_goes_before_every_writer_that_waits<L: Lock>() {
    let lock = L::new(0);
    let reader = lock.try_read().unwrap();
    let upgradable = lock.try_upgradable_read().unwrap();
    let mut writer = Kind::Write.waiter(&lock);
    let mut upgrade = Task::new(L::upgrade(upgradable));
    upgrade.waits();
    drop(reader);
    assert_eq!((upgrade.wakes(), writer.wakes()), (1, 0));
    drop(upgrade.finishes());
    assert_eq!(writer.wakes(), 1);
    drop(writer.finishes());
    assert_free(&lock);
}

/// What a crowd of tasks has done so far.
#[derive(Default)]
struct Counts {
    begun: [Cell<usize>; CROWD],
    ended: Cell<usize>,
}

impl Counts {
    fn begun(&self) -> [usize; CROWD] {
        std::array::from_fn(|index| self.begun[index].get())
    }

    fn total(&self) -> usize {
        self.begun().iter().sum()
    }

    /// The most that one of the crowd has begun since.
    fn most_since(&self, before: &[usize; CROWD]) -> usize {
        let now = self.begun();
        (0..CROWD).map(|index| now[index] - before[index]).max().unwrap_or(0)
    }
}

/// Takes the lock for ever, asking for it again in the poll in which it gave it up.
async fn insist<L: Lock>(lock: &L, kind: Kind, turns: usize, counts: &Counts, index: usize) {
    loop {
        let guard = kind.acquire(lock).await;
        counts.begun[index].set(counts.begun[index].get() + 1);
        for _ in 0..turns {
            yield_now().await;
        }
        counts.ended.set(counts.ended.get() + 1);
        drop(guard);
    }
}

/// Runs this task beside a crowd that insists, until it is done.
fn run_beside_a_crowd<'a, L: Lock>(
    lock: &'a L,
    crowd: Kind,
    counts: &'a Counts,
    task: impl Future<Output = ()> + 'a,
) {
    let mut executor = Fifo::default();
    for index in 0..CROWD {
        executor.spawn(insist(lock, crowd, 1 + index % 3, counts, index));
    }
    executor.run(100);
    let task = executor.spawn(task);
    let is_done = (0..200).any(|_| {
        executor.run(100);
        executor.is_done(task)
    });
    assert!(is_done, "starved; the crowd had {} turns", counts.total());
}

pub(crate) fn writers_that_lock_again_in_the_same_poll_do_not_starve_a_reader<L: Lock>() {
    for kind in shared_kinds::<L>() {
        let (lock, counts) = (L::new(0), Counts::default());
        run_beside_a_crowd(&lock, Kind::Write, &counts, async {
            drop(kind.acquire(&lock).await);
        });
    }
}

pub(crate) fn readers_that_overlap_for_ever_do_not_starve_a_writer<L: Lock>() {
    let (lock, counts) = (L::new(0), Counts::default());
    run_beside_a_crowd(&lock, Kind::Read, &counts, async {
        drop(lock.write().await);
    });
}

pub(crate) fn a_reader_waits_for_at_most_one_of_the_writers_that_lock_again_in_the_same_poll<
    L: Lock,
>() {
    for kind in shared_kinds::<L>() {
        let (lock, counts) = (L::new(0), Counts::default());
        run_beside_a_crowd(&lock, Kind::Write, &counts, async {
            for pause in 0..runs(50) {
                let before = counts.ended.get();
                let guard = kind.acquire(&lock).await;
                assert!(counts.ended.get() - before <= 1, "{:?}", kind);
                drop(guard);
                for _ in 0..pause % 5 {
                    yield_now().await;
                }
            }
        });
    }
}

pub(crate) fn a_writer_waits_for_at_most_one_phase_of_readers_that_overlap_for_ever<L: Lock>() {
    let (lock, counts) = (L::new(0), Counts::default());
    run_beside_a_crowd(&lock, Kind::Read, &counts, async {
        for pause in 0..runs(50) {
            let before = counts.begun();
            let guard = lock.write().await;
            assert!(counts.most_since(&before) <= 1);
            drop(guard);
            for _ in 0..pause % 5 {
                yield_now().await;
            }
        }
    });
}

pub(crate) fn readers_that_hold_the_lock_when_a_writer_comes_are_the_only_ones_it_waits_for<
    L: Lock,
>() {
    let (lock, counts) = (L::new(0), Counts::default());
    run_beside_a_crowd(&lock, Kind::Read, &counts, async {
        let before = counts.total();
        assert!(lock.try_write().is_none());
        let _guard = lock.write().await;
        assert_eq!(counts.total(), before);
    });
}

pub(crate) fn a_writer_waits_for_at_most_the_upgradable_reader_that_is_in<L: Lock>() {
    let (lock, counts) = (L::new(0), Counts::default());
    run_beside_a_crowd(&lock, Kind::UpgradableRead, &counts, async {
        for pause in 0..runs(50) {
            let before = counts.ended.get();
            let guard = lock.write().await;
            assert!(counts.ended.get() - before <= 1);
            drop(guard);
            for _ in 0..pause % 5 {
                yield_now().await;
            }
        }
    });
}

pub(crate) fn each_of_the_writers_that_lock_again_in_the_same_poll_gets_its_turn<L: Lock>() {
    let (lock, counts) = (L::new(0), Counts::default());
    run_beside_a_crowd(&lock, Kind::Write, &counts, async {
        for _ in 0..runs(50) {
            let before = counts.ended.get();
            let guard = lock.write().await;
            assert!(counts.ended.get() - before <= CROWD);
            drop(guard);
            yield_now().await;
        }
    });
    let (least, most) = (counts.begun().into_iter().min(), counts.begun().into_iter().max());
    assert!(most.unwrap() - least.unwrap() <= 1, "{:?}", counts.begun());
}

/// Readers and writers that insist: nobody waits for more than everybody else's one turn, and a
/// phase of readers for each writer.
pub(crate) fn in_a_mixed_crowd_every_wait_is_bounded<L: Lock>() {
    let (lock, readers, writers) = (L::new(0), Counts::default(), Counts::default());
    let mut executor = Fifo::default();
    for index in 0..CROWD {
        executor.spawn(insist(&lock, Kind::Read, 1 + index % 3, &readers, index));
        executor.spawn(insist(&lock, Kind::Write, 1 + index % 2, &writers, index));
    }
    executor.run(40 * runs(500) as usize);
    let phases = writers.total();
    for begun in readers.begun() {
        assert!(begun.abs_diff(phases) <= 2, "{} reads in {} phases", begun, phases);
    }
    for begun in writers.begun() {
        assert!(begun.abs_diff(phases / CROWD) <= 1, "{} writes of {}", begun, phases);
    }
}

pub(crate) fn an_executor_with_nothing_to_do_comes_to_rest<L: Lock>() {
    let lock = L::new(0);
    let held = lock.try_read().unwrap();
    let mut executor = Fifo::default();
    for kind in a_writer_first::<L>() {
        let lock = &lock;
        executor.spawn(async move { drop(kind.acquire(lock).await) });
    }
    assert_eq!(executor.run(1000), a_writer_first::<L>().count());
    assert_eq!(executor.run(1000), 0);
    drop(held);
    assert!(executor.run(1000) < 1000);
    assert!(executor.all_done());
    assert_free(&lock);
}
