//! A configuration that is reloaded while tasks use it: readers go on with what they have read, and none sees half
//! of a change.
//!
//! `cargo run --example config_reload`
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use any_rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::sleep;

/// Both parts belong together.
#[derive(Clone, Debug, PartialEq)]
struct Config {
    version: u32,
    servers: Vec<String>,
}

impl Config {
    fn load(version: u32) -> Config {
        Config { version, servers: (0..version).map(|number| format!("server-{number}")).collect() }
    }
}

/// Keeps its view for a whole request, over an `.await`.
async fn handle_request(config: &RwLock<Config>) -> u32 {
    let config = config.read().await;
    sleep(Duration::from_micros(100)).await; // Asks the servers.
    assert_eq!(config.servers.len() as u32, config.version);
    config.version
}

/// Waits for the requests inside; later ones wait for this, and for no more than this.
async fn reload(config: &RwLock<Config>, version: u32) {
    let fresh = Config::load(version); // What takes long is done before.
    let mut config = config.write().await;
    *config = fresh;
    // Others may read from here on, and no one writes before the announcement is out.
    let config = RwLockWriteGuard::downgrade(config);
    announce(config).await;
}

async fn announce(config: RwLockReadGuard<'_, Config>) {
    sleep(Duration::from_micros(100)).await;
    println!("version {} with {} servers", config.version, config.servers.len());
}

#[tokio::main]
async fn main() {
    let config = Arc::new(RwLock::new(Config::load(1)));
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let config = Arc::clone(&config);
            tokio::spawn(async move {
                let mut last = 0;
                while last < 5 {
                    let version = handle_request(&config).await;
                    assert!(version >= last, "never an older one");
                    last = version;
                }
            })
        })
        .collect();
    for version in 2..=5 {
        sleep(Duration::from_millis(1)).await;
        reload(&config, version).await;
    }
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(*config.read().await, Config::load(5));
}
