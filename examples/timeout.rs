//! Waiting for a lock, but not for ever: a time limit, a wait beside other work that keeps its place in the queue, and a
//! task that is aborted while it waits.
//!
//! `cargo run --example timeout`
#![forbid(unsafe_code)]
#![allow(clippy::incompatible_msrv)] // What `select!` expands to: examples are built with a new Rust.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use any_rwlock::RwLock;
use tokio::time::{interval, sleep, timeout};

type Orders = RwLock<Vec<&'static str>>;

/// Gives up after the limit. Nothing is left behind: the future is dropped with the branch that lost.
async fn place(orders: &Orders, order: &'static str, limit: Duration) -> bool {
    tokio::select! {
        mut orders = orders.write() => {
            orders.push(order);
            true
        }
        () = sleep(limit) => false,
    }
}

/// Goes on with other work while it waits. The future lives outside of the loop, so it queues up once; with
/// `orders.write()` in the branch, each tick would send it to the end of the queue.
async fn place_with_heartbeat(orders: &Orders, order: &'static str) -> u32 {
    let mut write = pin!(orders.write());
    let mut tick = interval(Duration::from_millis(2));
    let mut ticks = 0;
    loop {
        tokio::select! {
            mut orders = &mut write => {
                orders.push(order);
                return ticks;
            }
            _ = tick.tick() => ticks += 1,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = Arc::new(Orders::default());
    let limit = Duration::from_millis(10);
    let reader = orders.read_arc().await;
    assert!(!place(&orders, "too late", limit).await);
    assert_eq!(*orders.read().await, [""; 0], "no writer is left that would keep this reader out");

    let waiting = tokio::spawn({
        let orders = Arc::clone(&orders);
        async move { place_with_heartbeat(&orders, "first").await }
    });
    let aborted = tokio::spawn(Arc::clone(&orders).write_owned());
    while !orders.has_waiting_writer() {
        tokio::task::yield_now().await;
    }
    aborted.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert!(timeout(limit, orders.write()).await.is_err()); // Behind it.
    let second = tokio::spawn({
        let orders = Arc::clone(&orders);
        async move { place(&orders, "second", Duration::from_secs(60)).await }
    });
    sleep(limit).await; // Meanwhile the heart of the first one beats.
    drop(reader);
    assert!(waiting.await.unwrap() > 0 && second.await.unwrap());
    assert_eq!(*orders.read().await, ["first", "second"]);
    println!("done");
}
