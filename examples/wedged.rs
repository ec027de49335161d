//! Three programs that hang, as they would with any lock, and say by file and line why:
//!
//! ```sh
//! cargo run --example wedged --features diagnostics
//! ```
//!
//! Each runs on a single thread, under a watchdog, and is dropped once that has told what it is waiting for.

use std::future::{pending, Future};
use std::sync::mpsc::{channel, Sender};
use std::time::Duration;

use any_rwlock::diagnostics::{self, Alert, Limits};
use any_rwlock::RwLock;
use smol::future::{block_on, or, yield_now};
use smol::LocalExecutor;

static SESSIONS: RwLock<u32> = RwLock::named("sessions", 0);
static USERS: RwLock<u32> = RwLock::named("users", 0);

/// A read within a read, which waits behind a writer, which waits for the outer read.
async fn nested_read() {
    let outer = async {
        let sessions = SESSIONS.read().await;
        yield_now().await; // Meanwhile, the writer comes.
        *sessions + *SESSIONS.read().await
    };
    let writer = async { *SESSIONS.write().await += 1 };
    two_tasks(outer, writer).await;
}

/// A guard that is kept while its task waits for something else, which never comes.
async fn kept_guard() {
    let holder = async {
        let sessions = SESSIONS.write().await;
        pending::<()>().await; // An answer from the network, say.
        drop(sessions);
    };
    let reader = async { *SESSIONS.read().await };
    two_tasks(holder, reader).await;
}

/// Two locks that two tasks take in opposite order.
async fn opposite_order() {
    let one = async {
        let sessions = SESSIONS.write().await;
        yield_now().await;
        *sessions + *USERS.read().await
    };
    let other = async {
        let users = USERS.write().await;
        *users + *SESSIONS.read().await
    };
    two_tasks(one, other).await;
}

async fn two_tasks<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) {
    let executor = LocalExecutor::new();
    let (one, other) = (executor.spawn(one), executor.spawn(other));
    executor.run(async { drop((one.await, other.await)) }).await;
}

/// Runs a program until it ends, or the watchdog has told of what `is_it`.
fn watched(name: &str, program: impl Future<Output = ()>, is_it: fn(&Alert) -> bool) {
    eprintln!("\n=== {name}");
    let (told, is_told) = channel();
    let limit = Duration::from_millis(200);
    let watch = diagnostics::watch(Limits { wait: limit, hold: limit }, tell(told, is_it));
    let is_told = async move {
        while is_told.try_recv().is_err() {
            smol::Timer::after(Duration::from_millis(10)).await;
        }
    };
    block_on(or(program, is_told));
    drop(watch);
}

fn tell(told: Sender<()>, is_it: fn(&Alert) -> bool) -> impl FnMut(&Alert) + Send {
    move |alert| {
        if is_it(alert) {
            diagnostics::print(alert);
            told.send(()).expect("the program is waiting");
        }
    }
}

fn main() {
    let is_deadlock = |alert: &Alert| matches!(alert, Alert::Deadlock(_));
    watched("a nested read behind a writer", nested_read(), is_deadlock);
    watched("a guard kept over an await that never ends", kept_guard(), |alert| {
        matches!(alert, Alert::WaitExceeded { .. })
    });
    watched("two locks in opposite order", opposite_order(), is_deadlock);
}
