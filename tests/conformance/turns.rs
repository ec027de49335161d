//! A writer that was woken keeps its turn while woken readers are in flight: whoever comes meanwhile, is polled and
//! dropped, as a `select!` in a loop does, or goes before it, makes no difference to it.

use any_rwlock::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

use crate::promises::futurelock::BOUND;
use crate::support::*;

/// Whether the task gets in, if between any two of its polls a future of this kind is polled and dropped.
fn gets_in_between<O>(lock: &RwLock<u64>, given_up: Kind, mut task: Task<'_, O>) -> bool {
    (0..BOUND).any(|_| {
        let is_in = task.poll().is_some();
        if !is_in {
            assert!(task.is_woken());
            drop(given_up.waiter(lock));
        }
        is_in
    })
}

#[test]
fn a_writer_gets_in_though_others_give_up_between_its_polls() {
    for given_up in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let abandoned = Kind::Read.waiter(&lock);
        drop(held);
        assert!(gets_in_between(&lock, given_up, Task::new(lock.write())), "{:?}", given_up);
        assert_eq!(abandoned.wakes(), 1);
    }
}

#[test]
fn an_upgrade_gets_in_though_others_give_up_between_its_polls() {
    for given_up in KINDS {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let abandoned = Kind::Read.waiter(&lock);
        let guard = RwLockWriteGuard::downgrade_to_upgradable(held);
        assert_eq!(abandoned.wakes(), 1);
        let upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(guard));
        assert!(gets_in_between(&lock, given_up, upgrade), "{:?}", given_up);
    }
}

#[test]
fn a_woken_writer_that_has_stepped_aside_and_gives_up_passes_its_turn_on() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let _abandoned = Kind::Read.waiter(&lock);
    let mut reader = Kind::Read.waiter(&lock);
    let mut woken = Kind::Write.waiter(&lock);
    let mut next = Kind::Write.waiter(&lock);
    drop(held);
    drop(reader.finishes());
    assert_wakes(&[&woken, &next], &[1, 0]);
    woken.waits();
    drop(woken);
    assert_eq!(next.wakes(), 1);
    drop(next.finishes_within(BOUND));
}

/// How often it steps aside for a reader that was woken before it, has lost nothing, and is never polled.
#[track_caller]
fn steps_aside_four_times<O>(mut task: Task<'_, O>) {
    let (_, polls) = task.finishes_within(1 << 13);
    assert_eq!(polls, 4 + 1);
}

#[test]
fn a_writer_steps_aside_no_more_often_the_more_readers_come_before_it() {
    for readers in 0..6 {
        let lock = RwLock::new(0);
        let held = lock.try_write().unwrap();
        let _abandoned = Kind::Read.waiter(&lock);
        let mut first = Kind::Read.waiter(&lock);
        let mut coming: Vec<_> = (0..readers).map(|_| Kind::Read.waiter(&lock)).collect();
        let mut writer = Kind::Write.waiter(&lock);
        drop(held);
        drop(first.finishes());
        for reader in &mut coming {
            // It was woken, and finds a reader there.
            let guard = reader.finishes();
            writer.waits();
            drop(guard);
        }
        steps_aside_four_times(writer);
    }
}

#[test]
fn a_writer_steps_aside_no_more_often_the_more_it_has_lost_itself() {
    for losses in 0..5 {
        let lock = RwLock::new(0);
        let mut held = lock.try_write().unwrap();
        let mut writer = Kind::Write.waiter(&lock);
        for _ in 0..losses {
            drop(held);
            held = lock.try_write().unwrap();
            writer.waits();
        }
        let _abandoned = Kind::Read.waiter(&lock);
        let mut reader = Kind::Read.waiter(&lock);
        drop(held);
        drop(reader.finishes());
        steps_aside_four_times(writer);
    }
}

#[test]
fn a_writer_that_has_stepped_aside_need_not_do_so_anew_because_another_gives_up() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let _abandoned = Kind::Read.waiter(&lock);
    drop(held);
    let mut writer = Kind::Write.waiter(&lock);
    let other = Kind::Write.waiter(&lock);
    writer.waits();
    writer.waits();
    drop(other);
    drop(writer.finishes());
}

/// In how many rounds it gets in. In each a reader comes past those that wait, and leaves; it is polled while that is
/// there, and once after.
#[track_caller]
fn rounds_beside_a_recursive_reader<O>(lock: &RwLock<u64>, mut task: Task<'_, O>) -> usize {
    let is_in = |_: &usize| {
        let reader = lock.try_read_recursive().expect("nobody writes");
        assert!(task.poll().is_none());
        drop(reader);
        task.poll().is_some()
    };
    (1..BOUND).find(is_in).expect("it gets in")
}

#[test]
fn who_is_to_write_gets_in_beside_a_reader_that_is_never_polled_and_one_that_comes_and_goes() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let abandoned = Kind::Read.waiter(&lock);
    drop(held);
    assert!(rounds_beside_a_recursive_reader(&lock, Kind::Write.task(&lock)) <= 5);
    drop(abandoned);

    let held = lock.try_write().unwrap();
    let _abandoned = Kind::Read.waiter(&lock);
    let guard = RwLockWriteGuard::downgrade_to_upgradable(held);
    let upgrade = Task::new(RwLockUpgradableReadGuard::upgrade(guard));
    assert!(rounds_beside_a_recursive_reader(&lock, upgrade) <= 5);
}

#[test]
fn others_step_aside_anew_for_a_writer_that_has_stepped_aside_for_a_reader() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut readers = [Kind::Read.waiter(&lock), Kind::Read.waiter(&lock)];
    let mut writer = Kind::Write.waiter(&lock);
    drop(held);
    // As many as step aside for one that has not lost.
    let mut others = [(); 4].map(|()| Kind::Write.waiter(&lock));
    drop(readers[0].finishes());
    assert_eq!(writer.wakes(), 1);
    for other in &mut others {
        other.waits();
    }
    writer.waits();
    drop(readers[1].finishes());
    for other in &mut others {
        other.waits();
    }
    drop(writer.finishes());
}

#[test]
fn what_a_writer_has_lost_that_gives_up_is_not_owed_to_the_next() {
    let lock = RwLock::new(0);
    let mut held = lock.try_write().unwrap();
    let mut overtaken = Kind::Write.waiter(&lock);
    for _ in 0..4 {
        drop(held);
        held = lock.try_write().unwrap();
        overtaken.waits();
    }
    let fresh = Kind::Write.waiter(&lock);
    drop(held);
    drop(overtaken);
    assert_eq!(fresh.wakes(), 1);
    let (_, polls) = Kind::Write.task(&lock).finishes_within(BOUND);
    assert_eq!(polls, 4 + 1);
}
