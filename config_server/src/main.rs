//! A service with a routing table that is read by each request, and reloaded while requests come.
//!
//! ```sh
//! cargo run --release --manifest-path config_server/Cargo.toml            # 3 seconds a lock
//! cargo run --release --manifest-path config_server/Cargo.toml -- 10 32   # 10 seconds, 32 connections
//! ```
//!
//! The server is hyper's, on tokio, behind a socket of the loopback; so is the client, in the same program. Each
//! request looks a path up in the table under shared access; a task rewrites the whole table under exclusive access a
//! hundred times a second. A request that sees a table half rewritten ends the program.

mod load;
mod routes;
mod server;

use std::sync::Arc;
use std::time::Duration;

use any_rwlock::{RwLock, ShardedRwLock};

use routes::{Routes, Table};

/// How often the table is rewritten.
const RELOAD_EVERY: Duration = Duration::from_millis(10);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves and asks for so long; prints what came of it.
async fn measure<T: Table>(seconds: u64, connections: usize) -> Result<(), Failure> {
    let table = Arc::new(T::new(Routes::new()));
    let address = server::start(Arc::clone(&table)).await?;
    let reload = {
        let table = Arc::clone(&table);
        async move {
            loop {
                tokio::time::sleep(RELOAD_EVERY).await;
                table.reload().await;
            }
        }
    };
    let reload = tokio::spawn(reload);
    let found = load::run(address, connections, Duration::from_secs(seconds)).await?;
    reload.abort();
    println!(
        "| {} | {:.0} | {} | {} | {} |",
        T::NAME,
        found.requests_per_second,
        found.p50.as_micros(),
        found.p99.as_micros(),
        found.reloads
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>());
    let seconds = numbers.next().transpose()?.unwrap_or(3);
    let connections = numbers.next().transpose()?.unwrap_or(16) as usize;
    println!("| lock | requests a second | p50, us | p99, us | reloads seen |");
    println!("|---|---|---|---|---|");
    measure::<ShardedRwLock<Routes>>(seconds, connections).await?;
    measure::<RwLock<Routes>>(seconds, connections).await?;
    measure::<tokio::sync::RwLock<Routes>>(seconds, connections).await
}
