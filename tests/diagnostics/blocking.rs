//! Threads that wait for themselves, or for a task that they poll.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use any_rwlock::diagnostics::{self, Alert, Deadlock, Limits, Obstacle};
use any_rwlock::{RwLock, RwLockWriteGuardArc};

type Lock = Arc<RwLock<u32>>;

/// Where a program leaves the guard that it waits for.
type Guard = Arc<Mutex<Option<RwLockWriteGuardArc<u32>>>>;

/// Runs a program that blocks on a thread of its own until it is named, and then lets it end.
fn named(program: fn(Lock, Guard)) -> Deadlock {
    let (lock, guard) = (Lock::default(), Guard::default());
    let id = lock.report().lock.id;
    let limits = Limits { wait: Duration::from_millis(1), hold: Duration::MAX };
    let (told, deadlocks) = channel();
    let watch = diagnostics::watch(limits, move |alert: &Alert| {
        if let Alert::Deadlock(deadlock) = alert {
            if deadlock.steps.iter().any(|step| step.lock.id == id) {
                told.send(deadlock.clone()).unwrap();
            }
        }
    });
    let left = Arc::clone(&guard);
    let thread = thread::spawn(move || program(lock, left));
    let deadlock = deadlocks.recv().unwrap();
    drop(guard.lock().unwrap().take());
    thread.join().unwrap();
    drop(watch);
    deadlock
}

#[test]
fn a_thread_that_blocks_beside_its_own_guard() {
    let found = named(|lock, guard| {
        *guard.lock().unwrap() = Some(lock.write_arc_blocking());
        drop(lock.read_blocking());
    });
    assert!(found.to_string().contains("held by the thread that waits"), "{found}");
}

/// What the report says of a thread that blocks, and polls a task that holds the lock.
fn names_the_task(found: &Deadlock) {
    assert_eq!(found.steps.len(), 1);
    let step = &found.steps[0];
    assert_eq!(step.waiter.by.task, None);
    match &step.obstacle {
        Obstacle::Guard(guard) => assert!(guard.by.task.is_some()),
        other => panic!("{other:?}"),
    }
    assert!(found.to_string().contains(", which the thread that waits polls"), "{found}");
}

#[test]
#[cfg_attr(miri, ignore = "a runtime with a driver")]
fn a_thread_of_tokio_that_blocks_and_polls_the_task_that_holds_the_lock() {
    names_the_task(&named(|lock, guard| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let other = Arc::clone(&lock);
            let holder = tokio::spawn(async move {
                *guard.lock().unwrap() = Some(other.write_arc().await);
            });
            holder.await.unwrap();
            drop(lock.read_blocking());
        });
    }));
}

#[test]
#[cfg_attr(miri, ignore = "a runtime with a driver")]
fn a_thread_of_smol_that_blocks_within_the_task_that_holds_the_lock() {
    names_the_task(&named(|lock, guard| {
        smol::block_on(async {
            *guard.lock().unwrap() = Some(lock.write_arc().await);
            drop(lock.read_blocking());
        });
    }));
}

#[test]
fn a_thread_that_waits_for_the_task_of_another_thread_is_no_deadlock() {
    let lock = RwLock::named("another thread's task", 0);
    thread::scope(|scope| {
        let (took, taken) = channel();
        let (go_on, goes_on) = channel();
        let lock = &lock;
        scope.spawn(move || {
            pollster::block_on(async {
                let guard = lock.write().await;
                took.send(()).unwrap();
                goes_on.recv().unwrap();
                drop(guard);
            });
        });
        taken.recv().unwrap();
        let reader = scope.spawn(move || *lock.read_blocking());
        while lock.report().waiters.is_empty() {
            thread::yield_now();
        }
        assert!(crate::support::deadlocks_of("another thread's task").is_empty());
        assert!(crate::support::waiter(lock).held_by_itself.is_empty());
        go_on.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), 0);
    });
}
