//! Tasks that come and leave between two operations of another.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::Cell;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::vec::Vec;

use futures_lite::future::{block_on, poll_once};

use crate::sync::tests::interrupt;
use crate::{RwLock, RwLockUpgradableReadGuardArc};

type Lock = Arc<RwLock<u8>>;

async fn read(lock: Lock) -> impl Sized {
    lock.read_arc().await
}

async fn read_upgradably(lock: Lock) -> impl Sized {
    lock.upgradable_read_arc().await
}

async fn write(lock: Lock) -> impl Sized {
    lock.write_arc().await
}

/// Runs this, and `come` before this operation of it.
fn interrupted<R>(operation: usize, come: impl FnOnce() + 'static, run: impl FnOnce() -> R) -> R {
    let (mut left, mut come) = (operation, Some(come));
    let hook = move || {
        left = left.wrapping_sub(1);
        if left == 0 {
            come.take().expect("it comes once")();
        }
    };
    interrupt::before_each_operation(hook, usize::MAX);
    let result = run();
    interrupt::stop();
    result
}

/// A writer leaves. Before this operation of its an upgradable reader comes, while one that has given
/// up is still on record. Whether it goes with the reader that waited, before the writer that waits, and that
/// then goes; `None` if there were not as many operations.
fn goes_with_the_readers(operation: usize) -> Option<bool> {
    let lock = Lock::default();
    let held = lock.try_write().expect("free");
    let mut reader = Box::pin(read(lock.clone()));
    let mut writer = Box::pin(write(lock.clone()));
    assert!(block_on(poll_once(&mut reader)).is_none());
    assert!(block_on(poll_once(&mut writer)).is_none());
    assert!(block_on(poll_once(read_upgradably(lock.clone()))).is_none());

    let in_flight = Rc::new(Cell::new(None));
    let (comer, for_comer) = (Rc::clone(&in_flight), lock.clone());
    let come = move || {
        let mut upgradable = Box::pin(read_upgradably(for_comer.clone()));
        assert!(block_on(poll_once(&mut upgradable)).is_none());
        comer.set(Some(upgradable));
    };
    interrupted(operation, come, || drop(held));

    let mut upgradable = in_flight.take()?;
    drop(block_on(poll_once(&mut reader)).expect("woken"));
    let writer_goes = block_on(poll_once(&mut writer)).is_some();
    // When both have left, the writer need not defer to any reader.
    Some(
        !writer_goes
            && block_on(poll_once(&mut upgradable)).is_some()
            && block_on(poll_once(&mut writer)).is_some(),
    )
}

#[test]
fn an_upgradable_reader_that_comes_while_another_is_looked_for_goes_with_the_readers() {
    let goes: Vec<_> = (1..).map_while(goes_with_the_readers).collect();
    // Before the last two it has been looked for twice.
    let (in_time, _) = goes.split_at(goes.len() - 2);
    assert!(!in_time.is_empty() && in_time.iter().all(|&goes| goes), "{goes:?}");
}

/// A reader that waits, and leaves as soon as it has come in.
fn waiting_reader(lock: &Lock) -> impl Future + Unpin {
    let lock = lock.clone();
    let mut reader = Box::pin(async move { drop(lock.read_arc().await) });
    assert!(block_on(poll_once(&mut reader)).is_none());
    reader
}

/// Whether one who writes need not defer; if another reader was woken, once that has come, and not before.
fn turn_ends_with(another: Option<impl Future + Unpin>, lock: &Lock) -> bool {
    let goes = || block_on(poll_once(write(lock.clone()))).is_some();
    another.map_or(true, |another| !goes() && block_on(poll_once(another)).is_some()) && goes()
}

/// A reader that waits is polled, and before this operation of its poll the writer leaves. If it comes
/// in by that poll: whether the turn of readers ends with it, or with another that waits; `None` if there were not
/// as many operations.
fn ends_the_turn_of_readers(operation: usize, with_another: bool) -> Option<Option<bool>> {
    let lock = Lock::default();
    let held = block_on(lock.write_arc());
    let reader = waiting_reader(&lock);
    let another = with_another.then(|| waiting_reader(&lock));

    let held = Rc::new(Cell::new(Some(held)));
    let leaving = Rc::clone(&held);
    let come = move || {
        drop(leaving.take());
    };
    let came_in = interrupted(operation, come, || block_on(poll_once(reader)).is_some());

    if held.take().is_some() {
        return None;
    }
    Some(came_in.then(|| turn_ends_with(another, &lock)))
}

/// With another reader and without: it is so before each operation before which the first one comes in.
fn always_ends(at: fn(usize, bool) -> Option<Option<bool>>) {
    for with_another in [false, true] {
        let ends = (1..).map_while(|operation| at(operation, with_another));
        let ends: Vec<_> = ends.flatten().collect();
        assert!(!ends.is_empty() && ends.iter().all(|&ends| ends), "{with_another}: {ends:?}");
    }
}

#[test]
fn a_reader_that_comes_in_before_it_knows_that_it_was_woken_ends_the_turn_of_readers() {
    always_ends(ends_the_turn_of_readers);
}

#[test]
fn a_reader_that_has_left_before_it_is_counted_as_woken_ends_the_turn_of_readers() {
    always_ends(ends_its_turn_before_it_is_counted);
}

/// A writer leaves, and before this operation of its a reader that waits is polled. If it comes in: whether the turn of
/// readers ends with it, or with another that waits; `None` if there were not as many operations.
fn ends_its_turn_before_it_is_counted(
    operation: usize,
    with_another: bool,
) -> Option<Option<bool>> {
    let lock = Lock::default();
    let held = lock.try_write().expect("free");
    let reader = waiting_reader(&lock);
    let another = with_another.then(|| waiting_reader(&lock));

    let came_in = Rc::new(Cell::new(None));
    let coming = Rc::clone(&came_in);
    let come = move || coming.set(Some(block_on(poll_once(reader)).is_some()));
    interrupted(operation, come, || drop(held));

    Some(came_in.take()?.then(|| turn_ends_with(another, &lock)))
}

/// Counts, and panics once it is to.
#[derive(Default)]
struct Woken {
    panics: AtomicBool,
    count: AtomicUsize,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        assert!(!self.panics.load(Ordering::Relaxed), "woken");
    }
}

/// As [`goes_with_the_readers`]; two upgradable readers come, and the waker of the first panics. If it does:
/// whether the other one is woken when the next writer leaves. `None` if there were not as many operations.
fn is_woken_behind_a_panic(operation: usize) -> Option<Option<bool>> {
    let lock = Lock::default();
    let held = lock.try_write().expect("free");
    assert!(block_on(poll_once(read_upgradably(lock.clone()))).is_none());

    let wakes = [(); 2].map(|()| Arc::<Woken>::default());
    let in_flight = Rc::new(Cell::new(None));
    let (comers, for_comers, wakes_of_comers) =
        (Rc::clone(&in_flight), lock.clone(), wakes.clone());
    let come = move || {
        comers.set(Some([0, 1].map(|who| {
            let mut comer = Box::pin(read_upgradably(for_comers.clone()));
            let waker = Waker::from(Arc::clone(&wakes_of_comers[who]));
            // Where it defers, only the second poll leaves its waker.
            for _ in 0..2 {
                assert!(comer.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
            wakes_of_comers[who].count.store(0, Ordering::Relaxed);
            comer
        })));
        wakes_of_comers[0].panics.store(true, Ordering::Relaxed);
    };
    let panicked =
        interrupted(operation, come, || catch_unwind(AssertUnwindSafe(|| drop(held))).is_err());

    let [lost, _behind] = in_flight.take()?;
    // Its drop may panic in turn.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(lost)));
    let is_woken = || wakes[1].count.load(Ordering::Relaxed) > 0;
    if panicked && !is_woken() {
        drop(lock.try_write().expect("free"));
    }
    Some(panicked.then(is_woken))
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
fn who_waits_behind_a_waker_that_panics_in_the_second_look_is_woken_by_the_next_writer_that_leaves()
{
    let woken: Vec<_> = (1..).map_while(is_woken_behind_a_panic).flatten().collect();
    assert!(!woken.is_empty() && woken.iter().all(|&woken| woken), "{woken:?}");
}

/// A writer leaves, and wakes the writer that waits. Before this operation of its a reader leaves, too, and wakes an
/// upgrade. If the upgrade could be begun there: whether it is woken once more by a reader that it finds there; `None`
/// if there were not as many operations.
fn is_woken_before_a_writer(operation: usize) -> Option<Option<bool>> {
    let lock = Lock::default();
    let held = lock.try_write_arc().expect("free");
    let mut writer = Box::pin(write(lock.clone()));
    assert!(block_on(poll_once(&mut writer)).is_none());

    let begun = Rc::new(Cell::new(None));
    let (beginning, for_beginning) = (Rc::clone(&begun), lock.clone());
    let come = move || {
        beginning.set(Some(for_beginning.try_upgradable_read_arc().map(|guard| {
            let reader = for_beginning.try_read_recursive_arc().expect("not written");
            let mut upgrade = Box::pin(RwLockUpgradableReadGuardArc::upgrade(guard));
            assert!(block_on(poll_once(&mut upgrade)).is_none());
            drop(reader);
            upgrade
        })));
    };
    interrupted(operation, come, || drop(held));

    let begun = begun.take()?;
    Some(begun.map(|mut upgrade| {
        let reader = lock.try_read_recursive_arc().expect("not written");
        let woken = Arc::<Woken>::default();
        let waker = Waker::from(Arc::clone(&woken));
        assert!(upgrade.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        drop(reader);
        assert!(block_on(poll_once(&mut writer)).is_none());
        woken.count.load(Ordering::Relaxed) > 0
    }))
}

#[test]
fn an_upgrade_is_woken_once_more_though_a_writer_was_woken_after_it() {
    let woken: Vec<_> = (1..).map_while(is_woken_before_a_writer).flatten().collect();
    assert!(!woken.is_empty() && woken.iter().all(|&woken| woken), "{woken:?}");
}

/// A reader leaves and wakes an upgrade. Before this operation of its the upgrade is forgotten, and its guard leaves and
/// wakes a writer. Whether the writer is woken once more by a reader that it finds there; `None` if there were not as
/// many operations.
fn is_woken_in_place_of_a_forgotten_upgrade(operation: usize) -> Option<bool> {
    let lock = Lock::default();
    let held = block_on(lock.read_arc());
    let mut guard = block_on(lock.upgradable_read_arc());
    let mut writer = Box::pin(write(lock.clone()));
    assert!(block_on(poll_once(&mut writer)).is_none());
    let mut upgrade =
        ManuallyDrop::new(Box::pin(RwLockUpgradableReadGuardArc::upgrade_ref(&mut guard)));
    assert!(block_on(poll_once(&mut *upgrade)).is_none());

    let guard = Rc::new(Cell::new(Some(guard)));
    let leaving = Rc::clone(&guard);
    let come = move || {
        drop(leaving.take());
    };
    interrupted(operation, come, || drop(held));

    if guard.take().is_some() {
        return None;
    }
    let reader = lock.try_read_recursive_arc().expect("not written");
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(Arc::clone(&woken));
    assert!(writer.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(reader);
    Some(woken.count.load(Ordering::Relaxed) > 0)
}

#[test]
fn a_writer_is_woken_in_place_of_an_upgrade_that_was_forgotten_while_it_was_woken() {
    let woken: Vec<_> = (1..).map_while(is_woken_in_place_of_a_forgotten_upgrade).collect();
    assert!(!woken.is_empty() && woken.iter().all(|&woken| woken), "{woken:?}");
}
