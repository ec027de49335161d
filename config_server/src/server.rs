//! The server: the target of a path, and the generation of the table in which it stood.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::routes::Table;
use crate::Failure;

type Answer = Response<Full<Bytes>>;

/// Listens at a port of the loopback, and serves in tasks of its own.
pub(crate) async fn start<T: Table>(table: Arc<T>) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let table = Arc::clone(&table);
            let service = service_fn(move |request| answer(Arc::clone(&table), request));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    Ok(address)
}

async fn answer<T: Table>(table: Arc<T>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let mut response = Answer::default();
    match table.find(request.uri().path()).await {
        Some(found) => {
            let body = format!("{} {}", found.generation, found.target);
            *response.body_mut() = Full::from(body);
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    Ok(response)
}
