//! The executors of the rows with tasks on several threads.

use std::future::{pending, Future};
use std::sync::OnceLock;
use std::thread;

use async_executor::Executor;
use futures_lite::future::block_on;

/// How many threads each executor has, if it is set before the first task; else two.
pub static THREADS: OnceLock<usize> = OnceLock::new();

fn threads() -> usize {
    *THREADS.get_or_init(|| 2)
}

pub trait Runtime {
    const NAME: &'static str;

    type Task;

    fn spawn<F: Future<Output = u64> + Send + 'static>(future: F) -> Self::Task;
    fn join(task: Self::Task) -> u64;
}

/// tokio's multi-thread runtime.
pub struct OnTokio;

fn tokio() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(threads()).build().expect("a runtime with its workers")
    })
}

impl Runtime for OnTokio {
    const NAME: &'static str = "tokio";

    type Task = tokio::task::JoinHandle<u64>;

    fn spawn<F: Future<Output = u64> + Send + 'static>(future: F) -> Self::Task {
        tokio().spawn(future)
    }

    fn join(task: Self::Task) -> u64 {
        tokio().block_on(task).expect("the task runs to its end")
    }
}

/// smol's executor.
pub struct OnSmol;

fn smol() -> &'static Executor<'static> {
    static EXECUTOR: OnceLock<Executor<'static>> = OnceLock::new();
    EXECUTOR.get_or_init(|| {
        for _ in 0..threads() {
            thread::spawn(|| block_on(smol().run(pending::<()>())));
        }
        Executor::new()
    })
}

impl Runtime for OnSmol {
    const NAME: &'static str = "smol";

    type Task = async_executor::Task<u64>;

    fn spawn<F: Future<Output = u64> + Send + 'static>(future: F) -> Self::Task {
        smol().spawn(future)
    }

    fn join(task: Self::Task) -> u64 {
        block_on(task)
    }
}
