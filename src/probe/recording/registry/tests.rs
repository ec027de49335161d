//! What is listed stays bounded by what is in use.
#![forbid(unsafe_code)]

use std::vec::Vec;

use super::*;
use crate::RwLock;

#[test]
fn locks_that_are_idle_do_not_pile_up() {
    let used = || {
        let lock = RwLock::new(0);
        drop(lock.try_read());
        lock
    };
    let idle: Vec<_> = (0..5000).map(|_| used()).collect();
    assert!(registry().ledgers.len() < 1000, "{}", registry().ledgers.len());
    let held: Vec<_> = idle.iter().map(|lock| lock.try_read().unwrap()).collect();
    let listed = registry().ledgers.len();
    assert!((5000..12_000).contains(&listed), "{listed}");
    drop(held);
    // The next that come into use take the place of those that are idle.
    let more: Vec<_> = (0..12_000).map(|_| used()).collect();
    assert!(registry().ledgers.len() < 1000, "{}", registry().ledgers.len());
    // One that was taken off the list is put on it again.
    let guard = idle[0].try_read();
    let id = idle[0].report().lock.id;
    assert!(look_at_all(|locked| locked.iter().any(|(ledger, _)| ledger.id as u64 == id)));
    drop((guard, more));
}
