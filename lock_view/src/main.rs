//! A service that shows one of its locks at work: who reads, who writes, who waits, phase by phase.
//!
//! `cargo run --manifest-path lock_view/Cargo.toml`, and open the address that it prints. It ends
//! after a number of seconds, if one is given.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use any_rwlock::diagnostics::{Access, LockReport};
use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{json, Value};
use tokio::net::TcpListener;
use tokio::time::sleep;

type Stock = Arc<RwLock<u32>>;

fn word(access: Access) -> &'static str {
    match access {
        Access::Read | Access::RecursiveRead => "read",
        Access::UpgradableRead => "upgradable",
        Access::Write => "write",
        _ => "upgrade",
    }
}

/// What the page draws: a bar for each holder and each waiter.
fn to_json(report: &LockReport) -> Value {
    let holders = report.holders.iter().map(|holder| {
        json!({
            "serial": holder.serial,
            "access": word(holder.access),
            "line": holder.location.line(),
            "ms": holder.held_for.as_millis() as u64,
        })
    });
    let waiters = report.waiters.iter().map(|waiter| {
        json!({
            "serial": waiter.serial,
            "access": word(waiter.access),
            "line": waiter.location.line(),
            "ms": waiter.waiting_for.as_millis() as u64,
            "woken": waiter.woken,
        })
    });
    json!({ "holders": holders.collect::<Vec<_>>(), "waiters": waiters.collect::<Vec<_>>() })
}

async fn pause(most_ms: u64) {
    sleep(Duration::from_millis(fastrand::u64(most_ms / 4..=most_ms))).await;
}

async fn customer(stock: Stock) {
    loop {
        pause(1500).await;
        let seen = stock.read().await;
        pause(500).await;
        drop(seen);
    }
}

async fn supplier(stock: Stock) {
    loop {
        pause(4000).await;
        let mut stock = stock.write().await;
        pause(400).await;
        *stock += 10;
    }
}

/// Looks first, and changes what it saw.
async fn buyer(stock: Stock) {
    loop {
        pause(3000).await;
        let seen = stock.upgradable_read().await;
        pause(400).await;
        if *seen > 0 {
            *RwLockUpgradableReadGuard::upgrade(seen).await -= 1;
        }
    }
}

async fn report(State(stock): State<Stock>) -> Json<Value> {
    Json(to_json(&stock.report()))
}

async fn page() -> Html<&'static str> {
    Html(include_str!("page.html"))
}

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).map(|text| text.parse().expect("a number of seconds"));
    let stock: Stock = Arc::new(RwLock::named("stock", 5));
    for _ in 0..6 {
        tokio::spawn(customer(Arc::clone(&stock)));
    }
    for _ in 0..2 {
        tokio::spawn(supplier(Arc::clone(&stock)));
        tokio::spawn(buyer(Arc::clone(&stock)));
    }
    let service =
        Router::new().route("/", get(page)).route("/report", get(report)).with_state(stock);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("http://{}/", listener.local_addr().expect("it is bound"));
    let end = async move {
        match seconds {
            Some(seconds) => sleep(Duration::from_secs(seconds)).await,
            None => pending().await,
        }
    };
    axum::serve(listener, service)
        .with_graceful_shutdown(end)
        .await
        .expect("the service ends well");
}
