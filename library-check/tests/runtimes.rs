//! The stream and the service as tasks of several runtimes.
#![cfg(feature = "std")]

use std::collections::BTreeSet;
use std::future::Future;

use futures_lite::future::{block_on, poll_fn, poll_once, yield_now, zip};
use futures_lite::StreamExt;
use library::{Append, Journal};
use tower_service::Service;

const TASKS: usize = 8;
const ENTRIES: usize = 50;

async fn append<T>(service: &mut Append<T>, entry: T) -> usize {
    poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    service.call(entry).await.unwrap()
}

/// Each task appends its entries, and streams what is there in between.
async fn writes(mut service: Append<usize>, journal: Journal<usize>, task: usize) -> usize {
    for entry in 0..ENTRIES {
        let count = append(&mut service, task * ENTRIES + entry).await;
        assert!(journal.entries().count().await >= count);
        yield_now().await;
    }
    ENTRIES
}

/// Runs tasks beside one another; `spawn` is the runtime's.
async fn tasks<J: Future<Output = usize>>(spawn: impl Fn(BoxedTask) -> J) {
    let journal = Journal::new();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| spawn(Box::pin(writes(journal.append(), journal.clone(), task))))
        .collect();
    let mut appended = 0;
    for task in tasks {
        appended += task.await;
    }
    let entries: BTreeSet<_> = journal.entries().collect().await;
    assert_eq!(appended, TASKS * ENTRIES);
    assert_eq!(entries, (0..TASKS * ENTRIES).collect());
    assert_eq!(journal.count_blocking(), appended);
}

type BoxedTask = std::pin::Pin<Box<dyn Future<Output = usize> + Send>>;

#[test]
fn on_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(tasks(|task| async { tokio::spawn(task).await.unwrap() }));
}

#[test]
fn on_smol() {
    smol::block_on(tasks(smol::spawn));
}

#[test]
fn on_async_std() {
    async_std::task::block_on(tasks(async_std::task::spawn));
}

#[test]
fn a_service_that_is_ready_keeps_a_stream_waiting_until_it_is_called() {
    block_on(async {
        let journal = Journal::new();
        let mut service = journal.append();
        poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
        let mut entries = Box::pin(journal.entries());
        assert!(poll_once(entries.next()).await.is_none());
        let (entry, count) = zip(entries.next(), service.call("one")).await;
        assert_eq!((entry, count), (Some("one"), Ok(1)));
        assert_eq!(entries.next().await, None);
    });
}

#[test]
fn a_service_or_a_stream_that_is_dropped_while_it_waits_leaves_nothing_behind() {
    block_on(async {
        let journal = Journal::new();
        let mut first = journal.append();
        poll_fn(|cx| first.poll_ready(cx)).await.unwrap();
        let mut second = journal.append();
        let mut entries = Box::pin(journal.entries());
        assert!(poll_once(poll_fn(|cx| second.poll_ready(cx))).await.is_none());
        assert!(poll_once(entries.next()).await.is_none());
        drop((first, second, entries));
        journal.push(0).await;
        assert_eq!(append(&mut journal.append(), 1).await, 2);
    });
}
