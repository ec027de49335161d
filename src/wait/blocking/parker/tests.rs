#![forbid(unsafe_code)]

use super::*;
use core::time::Duration;

#[test]
fn a_wake_up_is_kept_and_ends_one_sleep() {
    let parker = Parker::new();
    let waker = parker.waker();
    waker.wake_by_ref();
    waker.wake();
    parker.park();
    assert!(!parker.park_until(Instant::now() + Duration::from_millis(1)));
}

#[test]
fn a_wake_up_is_noticed_after_the_deadline_too() {
    let parker = Parker::new();
    let past = Instant::now();
    assert!(!parker.park_until(past));
    parker.waker().wake();
    assert!(parker.park_until(past));
    assert!(!parker.park_until(past));
}

#[test]
fn a_thread_is_woken_by_another() {
    let parker = Parker::new();
    let waker = parker.waker();
    let thread = std::thread::spawn(move || waker.wake());
    parker.park();
    thread.join().unwrap();
}
