//! Who holds a lock, who waits, and why: what reports, the watchdog and the search for deadlocks say, and where they
//! are silent.
//!
//! Tests share one process, and with it the list of locks in use: each looks for its own locks by name.
#![cfg(feature = "diagnostics")]

mod blocking;
mod deadlocks;
mod ends;
mod hostile;
mod reports;
mod silent;
mod support;
mod waits;
mod watch;
