//! The load: connections that ask one request after the other, and check the answers.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::routes::{path, PATHS};
use crate::Failure;

pub(crate) struct Measured {
    pub(crate) requests_per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// The last generation that was served.
    pub(crate) reloads: u64,
}

pub(crate) async fn run(
    address: SocketAddr,
    connections: usize,
    duration: Duration,
) -> Result<Measured, Failure> {
    let start = Instant::now();
    let clients: Vec<_> = (0..connections)
        .map(|client| tokio::spawn(ask(address, client, start + duration)))
        .collect();
    let (mut took, mut reloads) = (Vec::new(), 0);
    for client in clients {
        let (times, generation) = client.await??;
        took.extend(times);
        reloads = reloads.max(generation);
    }
    let elapsed = start.elapsed();
    took.sort_unstable();
    let quantile = |percent| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    Ok(Measured {
        requests_per_second: took.len() as f64 / elapsed.as_secs_f64(),
        p50: quantile(50),
        p99: quantile(99),
        reloads,
    })
}

/// How long each request took, and the last generation seen. Generations never go back.
async fn ask(
    address: SocketAddr,
    client: usize,
    end: Instant,
) -> Result<(Vec<Duration>, u64), Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (mut took, mut last) = (Vec::new(), 0);
    let mut number = client;
    while Instant::now() < end {
        number = (number * 31 + 7) % PATHS;
        let start = Instant::now();
        let generation = request(&mut sender, number).await?;
        took.push(start.elapsed());
        assert!(generation >= last, "the table went back from {last} to {generation}");
        last = generation;
    }
    Ok((took, last))
}

/// Asks for a path; returns the generation of the answer, which names the same one twice.
async fn request(sender: &mut SendRequest<Empty<Bytes>>, number: usize) -> Result<u64, Failure> {
    sender.ready().await?;
    let request = Request::get(path(number)).header("host", "localhost").body(Empty::new())?;
    let body = sender.send_request(request).await?.into_body().collect().await?.to_bytes();
    let body = std::str::from_utf8(&body)?;
    let (generation, target) = body.split_once(' ').ok_or("no such path")?;
    assert_eq!(target, format!("backend-{number}.v{generation}"), "a torn answer");
    Ok(generation.parse()?)
}
