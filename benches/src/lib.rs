//! Measurements of `any-rwlock` beside its peers.
//!
//! Everything is generic over [`Lock`], so each peer gets code of its own, as a user would write it.

pub mod bars;
pub mod chance;
pub mod counted;
pub mod fifo;
pub mod lock;
pub mod measure;
pub mod peers;
pub mod report;
pub mod rows;
pub mod runtimes;
pub mod table;

pub use lock::{Blocking, Lock};
