//! Who goes next: phases, and the bound on overtaking under a first-in-first-out executor.

use any_rwlock::RwLock;

use crate::support::*;

#[test]
fn a_woken_writer_that_was_overtaken_goes_before_those_that_have_not_been_woken() {
    let lock = RwLock::new(0);
    let held = lock.try_write().unwrap();
    let mut overtaken = Kind::Write.waiter(&lock);
    let mut behind = Kind::Write.waiter(&lock);
    drop(held);
    let thief = lock.try_write().unwrap();
    overtaken.waits();
    behind.waits();
    assert_eq!((overtaken.wakes(), behind.wakes()), (1, 0));
    drop(thief);
    assert_eq!((overtaken.wakes(), behind.wakes()), (2, 0));
    drop(overtaken.finishes());
    assert_eq!(behind.wakes(), 1);
    drop(behind.finishes());
    assert_free(&lock);
}

#[test]
fn woken_readers_that_ask_to_write_in_the_poll_in_which_they_read_write_after_the_others_have_read()
{
    for writer in 0..4 {
        let (lock, log) = (RwLock::new(0), Log::default());
        let held = lock.try_write().unwrap();
        let mut executor = Fifo::default();
        for index in 0..4 {
            let (lock, log) = (&lock, &log);
            executor.spawn(async move {
                drop(lock.read().await);
                log.note("read");
                if index >= writer {
                    drop(lock.write().await);
                    log.note("write");
                }
            });
        }
        executor.run(100);
        drop(held);
        executor.run(100);
        assert!(executor.all_done());
        let expected = [["read"; 4], ["write"; 4]].concat();
        assert_eq!(log.events(), expected[..8 - writer]);
    }
}

#[test]
fn writers_go_in_the_order_of_their_first_poll_though_they_step_aside_for_readers() {
    let (lock, log) = (RwLock::new(0), Log::default());
    let held = lock.try_write().unwrap();
    let mut executor = Fifo::default();
    for index in 0..4 {
        let (lock, log) = (&lock, &log);
        executor.spawn(async move {
            drop(lock.read().await);
            log.note(format!("read {}", index));
            drop(lock.write().await);
            log.note(format!("write {}", index));
        });
    }
    executor.run(100);
    drop(held);
    executor.run(100);
    assert!(executor.all_done());
    let expected =
        ["read 0", "read 1", "read 2", "read 3", "write 0", "write 1", "write 2", "write 3"];
    assert_eq!(log.events(), expected);
}
