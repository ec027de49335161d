//! What the lock promises, and defects that locks like it have shipped. A test's name is the
//! sentence it checks.
//!
//! Futures are polled by hand and their wake-ups counted, so every order of events is chosen, not
//! hoped for; no test sleeps or looks at a clock.
#![cfg(not(loom))]

mod cancellation;
mod conversions;
mod exclusion;
mod fairness;
mod futurelock;
#[cfg(feature = "std")]
mod platforms;
mod random;
mod shown;
mod stepping_aside;
mod support;
mod types;
mod wake_ups;
