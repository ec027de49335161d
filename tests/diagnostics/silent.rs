//! Where nothing is named, because something goes on.

use std::future::Future;
use std::sync::mpsc::channel;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use any_rwlock::diagnostics::{self, Alert, Limits};
use any_rwlock::{RwLock, RwLockReadGuard};
use futures::future::join;
use futures::stream::{FuturesUnordered, StreamExt};
use futures_lite::future::{or, yield_now, zip};

use crate::support::*;

/// One of two branches: it holds the lock while it goes on, and finds nothing named once the task has gone on.
async fn hold_and_look(lock: &RwLock<u32>, name: &str) {
    let guard = lock.write().await;
    for _ in 0..2 {
        yield_now().await;
    }
    assert_eq!(lock.report().waiters.len(), 1, "the other branch waits");
    assert!(deadlocks_of(name).is_empty());
    drop(guard);
}

/// Of waits and holds of an hour, and of deadlocks that last as long, nothing is told while this runs.
fn in_silence(run: impl FnOnce()) {
    let hour = Duration::from_secs(3600);
    let (alerts, told) = channel();
    let limits = Limits { wait: hour, hold: hour };
    let watch = diagnostics::watch(limits, move |alert: &Alert| {
        alerts.send(alert.clone()).unwrap();
    });
    run();
    drop(watch);
    assert!(told.recv().is_err());
}

/// Polls a task until it is done.
fn goes_on(name: &'static str, future: impl Future) {
    in_silence(|| {
        let mut task = Task::new(future);
        assert!((0..100).any(|_| task.poll().is_some()), "it is done");
    });
    assert!(in_use(name).is_none());
}

#[test]
fn branches_of_a_join() {
    let name = "branches of join";
    let lock = RwLock::named(name, 0);
    goes_on(name, join(hold_and_look(&lock, name), async { *lock.read().await }));
}

#[test]
fn branches_of_a_zip() {
    let name = "branches of zip";
    let lock = RwLock::named(name, 0);
    goes_on(name, zip(hold_and_look(&lock, name), async { *lock.write().await }));
}

#[test]
fn branches_of_a_select() {
    let name = "branches of select";
    let lock = RwLock::named(name, 0);
    goes_on(name, async {
        let guard = lock.read().await;
        // As a time limit.
        let limit = async {
            yield_now().await;
            yield_now().await;
            assert_eq!(waiter(&lock).held_by_itself.len(), 1, "the fact stays");
            assert!(lock.report().to_string().contains("(the task goes on elsewhere)"));
            assert!(deadlocks_of(name).is_empty());
        };
        or(async { drop(lock.write().await) }, limit).await;
        drop(guard);
    });
}

#[test]
fn branches_that_both_wait() {
    let name = "branches that both wait";
    let lock = RwLock::named(name, 0);
    let other = RwLock::named("branches that both wait: other", 0);
    let (first, last) = (other.report().lock.id, lock.report().lock.id);
    assert!(first < last, "the wait for it is the last of the task");
    let held = lock.try_read().unwrap();
    let held_by_others = other.try_write().unwrap();
    let one = async {
        let guard = lock.read().await;
        drop(other.read().await);
        drop(guard);
    };
    let task = Task::waiting(join(one, lock.write()));
    assert_eq!(lock.report().waiters[0].held_by_itself.len(), 1);
    assert!(deadlocks_of(name).is_empty(), "the first branch goes on when the other lock is free");
    drop((task, held, held_by_others));
}

#[test]
fn wakers_of_combinators() {
    let name = "wakers of combinators";
    let lock = RwLock::named(name, 0);
    goes_on(name, async {
        let mut branches = FuturesUnordered::new();
        for at in 0..3 {
            let lock = &lock;
            branches.push(async move {
                let guard = lock.write().await;
                yield_now().await;
                for waiter in lock.report().waiters {
                    assert!(waiter.held_by_itself.is_empty());
                }
                assert!(deadlocks_of(name).is_empty(), "{at}");
                drop(guard);
            });
        }
        while branches.next().await.is_some() {}
    });
}

#[test]
fn a_guard_that_is_used_on_another_thread() {
    let name = "sent to another thread";
    let lock = Arc::new(RwLock::named(name, 0));
    let guard = lock.write_arc_blocking();
    // Here, and before it is sent: taken by the thread that waits.
    assert!(lock.try_read_for(Duration::ZERO).is_none());
    let other = Arc::clone(&lock);
    let holder = thread::spawn(move || {
        assert_eq!(*guard, 0);
        while other.report().waiters.is_empty() {
            thread::yield_now();
        }
        assert!(waiter(&other).held_by_itself.is_empty());
        assert!(deadlocks_of(name).is_empty());
        drop(guard);
    });
    assert_eq!(*lock.read_blocking(), 0);
    holder.join().unwrap();
}

#[test]
fn a_guard_that_was_sent_to_a_task_which_drops_it() {
    let name = "sent to another task";
    let lock = Arc::new(RwLock::named(name, 0));
    let mut sent = None;
    let mut sender = Task::new(async {
        sent = Some(lock.write_arc().await);
        yield_now().await;
        drop(lock.read().await);
    });
    sender.waits();
    in_silence(|| sender.waits());
    // It says who took the guard, which is true.
    assert_eq!(waiter(&lock).held_by_itself.len(), 1);
    drop(sender);
    drop(sent);
    assert!(in_use(name).is_none());
}

#[test]
fn a_recursive_read_behind_a_waiting_writer() {
    let name = "recursive read";
    let lock = RwLock::named(name, 0);
    let mut task = Task::new(async {
        let outer = lock.read().await;
        yield_now().await;
        drop((lock.read_recursive().await, outer));
    });
    task.waits();
    let writer = Task::waiting(lock.write());
    task.finishes();
    assert!(deadlocks_of(name).is_empty());
    drop(writer);
}

#[test]
fn a_clone_which_may_be_another_tasks() {
    let name = "clone";
    let lock = RwLock::named(name, 0);
    let mut sent = None;
    let mut task = Task::new(async {
        let guard = lock.read().await;
        sent = Some(RwLockReadGuard::clone(&guard));
        drop(guard);
        drop(lock.write().await);
    });
    task.waits();
    assert!(waiter(&lock).held_by_itself.is_empty());
    assert!(deadlocks_of(name).is_empty());
    drop(task);
    drop(sent);
}

#[test]
fn a_waiter_that_was_woken_waits_for_its_executor() {
    let name = "woken";
    let lock = RwLock::named(name, 0);
    let mut task = Task::new(async {
        let guard = lock.upgradable_read().await;
        drop((lock.upgradable_read().await, guard));
    });
    task.waits();
    assert_eq!(deadlocks_of(name).len(), 1);
    drop(task);

    let other = RwLock::named("woken: other", 0);
    let held = lock.try_write().unwrap();
    let mut woken = Task::waiting(async { (other.read().await, lock.write().await) });
    drop(held);
    // Past the waiter that was woken.
    let circle = Task::waiting(async { (lock.read_recursive().await, other.write().await) });
    assert!(waiter(&lock).woken_ago.is_some());
    assert!(deadlocks_of(name).is_empty());
    woken.waits();
    assert_eq!(deadlocks_of(name).len(), 1);
    drop((circle, woken));
}

#[test]
fn a_wait_that_goes_on_in_time() {
    let name = "in time";
    let lock = RwLock::named(name, 0);
    goes_on(name, async {
        let guard = lock.write().await;
        let mut reader = Task::waiting(lock.read());
        drop(guard);
        drop(reader.finishes());
    });
}
