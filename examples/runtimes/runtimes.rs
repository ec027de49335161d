//! What differs between the runtimes: timers, and how tasks are started.

use std::future::Future;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use any_rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
use futures::executor::LocalPool;
use futures::task::LocalSpawnExt;

use crate::cache::Cache;
use crate::workload::{work, Group, Role, Runtime, ROLES};

/// Runs the tasks of a group, and returns when they have finished.
pub(crate) type Start = fn(&Arc<Group>);

pub(crate) const RUNTIMES: [(&str, Start); 8] = [
    ("tokio, 2 workers", start_tokio_workers),
    ("tokio, current thread", start_tokio_current_thread),
    ("smol", start_smol),
    ("async-std", start_async_std),
    ("futures' LocalPool", start_local_pool),
    ("pollster, a thread a task", start_pollster),
    ("embassy", start_embassy),
    ("threads that block", start_threads),
];

struct Tokio;

impl Runtime for Tokio {
    async fn sleep(time: Duration) {
        tokio::time::sleep(time).await;
    }

    async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
        tokio::time::timeout(limit, future).await.ok()
    }

    async fn yield_now() {
        tokio::task::yield_now().await;
    }
}

fn start_tokio_workers(group: &Arc<Group>) {
    start_tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(2), group);
}

fn start_tokio_current_thread(group: &Arc<Group>) {
    start_tokio(&mut tokio::runtime::Builder::new_current_thread(), group);
}

fn start_tokio(builder: &mut tokio::runtime::Builder, group: &Arc<Group>) {
    let runtime = builder.enable_time().build().expect("tokio starts");
    let tasks = ROLES.map(|role| runtime.spawn(work::<Tokio>(Arc::clone(group), role)));
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("a panic ends the program");
        }
    });
}

/// Also for executors without timers: smol's timer is that of the crate `async-io`, which a thread
/// of its own drives, whoever polls it.
struct Smol;

impl Runtime for Smol {
    async fn sleep(time: Duration) {
        smol::Timer::after(time).await;
    }

    async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
        let in_time = async { Some(future.await) };
        let too_late = async {
            smol::Timer::after(limit).await;
            None
        };
        smol::future::or(in_time, too_late).await
    }

    async fn yield_now() {
        smol::future::yield_now().await;
    }
}

fn start_smol(group: &Arc<Group>) {
    let tasks = ROLES.map(|role| smol::spawn(work::<Smol>(Arc::clone(group), role)));
    smol::block_on(async {
        for task in tasks {
            task.await;
        }
    });
}

fn start_local_pool(group: &Arc<Group>) {
    let mut pool = LocalPool::new();
    for role in ROLES {
        let task = work::<Smol>(Arc::clone(group), role);
        pool.spawner().spawn_local(task).expect("the pool is there");
    }
    pool.run();
}

fn start_pollster(group: &Arc<Group>) {
    start_threads_for(|role| pollster::block_on(work::<Smol>(Arc::clone(group), role)));
}

fn start_threads_for(run: impl Fn(Role) + Sync) {
    thread::scope(|scope| {
        for role in ROLES {
            let run = &run;
            scope.spawn(move || run(role));
        }
    });
}

struct AsyncStd;

impl Runtime for AsyncStd {
    async fn sleep(time: Duration) {
        async_std::task::sleep(time).await;
    }

    async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
        async_std::future::timeout(limit, future).await.ok()
    }

    async fn yield_now() {
        async_std::task::yield_now().await;
    }
}

fn start_async_std(group: &Arc<Group>) {
    let tasks = ROLES.map(|role| async_std::task::spawn(work::<AsyncStd>(Arc::clone(group), role)));
    async_std::task::block_on(async {
        for task in tasks {
            task.await;
        }
    });
}

struct Embassy;

impl Runtime for Embassy {
    async fn sleep(time: Duration) {
        embassy_time::Timer::after(embassy_duration(time)).await;
    }

    async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
        embassy_time::with_timeout(embassy_duration(limit), future).await.ok()
    }

    async fn yield_now() {
        smol::future::yield_now().await;
    }
}

fn embassy_duration(time: Duration) -> embassy_time::Duration {
    time.try_into().expect("a few milliseconds")
}

#[embassy_executor::task(pool_size = ROLES.len())]
async fn work_on_embassy(group: Arc<Group>, role: Role) {
    work::<Embassy>(group, role).await;
}

fn start_embassy(group: &Arc<Group>) {
    let executor = Box::leak(Box::new(embassy_executor::Executor::new()));
    let spawn_tasks = |spawner: embassy_executor::Spawner| {
        for role in ROLES {
            let task = work_on_embassy(Arc::clone(group), role);
            spawner.spawn(task.expect("the pool has room for all"));
        }
    };
    executor.run_until(spawn_tasks, || group.is_finished());
}

/// Blocks wherever the others wait, so its futures are never pending.
struct Threads;

impl Runtime for Threads {
    const GIVES_UP: bool = false;

    async fn sleep(time: Duration) {
        thread::sleep(time);
    }

    async fn timeout<F: Future>(_limit: Duration, future: F) -> Option<F::Output> {
        Some(future.await)
    }

    async fn yield_now() {
        thread::yield_now();
    }

    async fn read(lock: &RwLock<Cache>) -> RwLockReadGuard<'_, Cache> {
        lock.read_blocking()
    }

    async fn upgradable_read(lock: &RwLock<Cache>) -> RwLockUpgradableReadGuard<'_, Cache> {
        lock.upgradable_read_blocking()
    }

    async fn write(lock: &RwLock<Cache>) -> RwLockWriteGuard<'_, Cache> {
        lock.write_blocking()
    }

    async fn upgrade<'a>(
        _limit: Duration,
        guard: RwLockUpgradableReadGuard<'a, Cache>,
    ) -> Result<RwLockWriteGuard<'a, Cache>, RwLockUpgradableReadGuard<'a, Cache>> {
        Ok(RwLockUpgradableReadGuard::upgrade_blocking(guard))
    }
}

fn start_threads(group: &Arc<Group>) {
    start_threads_for(|role| pollster::block_on(work::<Threads>(Arc::clone(group), role)));
}
