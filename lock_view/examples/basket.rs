//! A service on axum that stops to answer, because a read hides within a read, and what its author did about it, as the
//! page *My program hangs* says: name the lock, start a watchdog, read what it prints.
//!
//! `cargo run --manifest-path lock_view/Cargo.toml --example basket`
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use any_rwlock::diagnostics::{self, Alert, Limits};
use any_rwlock::RwLock;
use axum::extract::State;
use axum::routing::{get, post};
use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{sleep, timeout};

type Prices = Arc<RwLock<BTreeMap<&'static str, u32>>>;

async fn price(prices: &Prices, item: &str) -> u32 {
    prices.read().await[item] // The inner read.
}

async fn basket(State(prices): State<Prices>) -> String {
    let known = prices.read().await; // The outer read.
    let mut sum = 0;
    for item in known.keys() {
        sleep(Duration::from_millis(5)).await; // Asks whether it is in stock.
        sum += price(&prices, item).await;
    }
    sum.to_string()
}

async fn raise(State(prices): State<Prices>) {
    for price in prices.write().await.values_mut() {
        *price += 1;
    }
}

/// A customer, or a shopkeeper, who asks again and again until there is no answer.
async fn ask(address: std::net::SocketAddr, request: &'static str) -> std::io::Result<()> {
    loop {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

/// The place in this file, as an alert tells it.
fn place(text: &str) -> String {
    let line = include_str!("basket.rs").lines().position(|line| line.contains(text));
    format!("basket.rs:{}:", line.expect("it is there") + 1)
}

#[tokio::main]
async fn main() {
    let (tell, mut told) = unbounded_channel();
    let limits = Limits { wait: Duration::from_millis(500), hold: Duration::MAX };
    let _watch = diagnostics::watch(limits, move |alert: &Alert| {
        diagnostics::print(alert);
        if let Alert::Deadlock(_) = alert {
            let _ = tell.send(alert.to_string());
        }
    });

    let prices = BTreeMap::from([("milk", 1), ("tea", 3)]);
    let prices: Prices = Arc::new(RwLock::named("prices", prices));
    let service =
        Router::new().route("/basket", get(basket)).route("/raise", post(raise)).with_state(prices);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async { axum::serve(listener, service).await });
    tokio::spawn(ask(address, "GET /basket HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n"));
    tokio::spawn(ask(address, "POST /raise HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n"));

    let told = timeout(Duration::from_secs(60), told.recv());
    let deadlock = told.await.expect("it is found").expect("the watchdog is there");
    for line in ["// The inner read.", "// The outer read.", "in prices.write().await"] {
        assert!(deadlock.contains(&place(line)), "{line}");
    }
    println!("found");
}
