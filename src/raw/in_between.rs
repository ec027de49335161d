//! Who comes to wait between the two looks of somebody that wakes.
#![forbid(unsafe_code)]

use std::boxed::Box;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::vec::Vec;

use futures_lite::future::{block_on, poll_once};

use crate::sync::interrupt;
use crate::RwLock;

type Lock = Arc<RwLock<u8>>;

async fn read(lock: Lock) -> impl Sized {
    lock.read_arc().await
}

async fn read_upgradably(lock: Lock) -> impl Sized {
    lock.upgradable_read_arc().await
}

async fn write(lock: Lock) -> impl Sized {
    lock.write_arc().await
}

/// A writer leaves. Before this operation of its an upgradable reader comes, while one that has given
/// up is still on record. Whether it goes with the reader that waited, before the writer that waits;
/// `None` if there were not as many operations.
fn goes_with_the_readers(operation: usize) -> Option<bool> {
    let lock = Lock::default();
    let held = lock.try_write().expect("free");
    let mut reader = Box::pin(read(lock.clone()));
    let mut writer = Box::pin(write(lock.clone()));
    assert!(block_on(poll_once(&mut reader)).is_none());
    assert!(block_on(poll_once(&mut writer)).is_none());
    assert!(block_on(poll_once(read_upgradably(lock.clone()))).is_none());

    let coming = Rc::new(RefCell::new(None));
    let (comer, for_comer, mut left) = (Rc::clone(&coming), lock.clone(), operation);
    let hook = move || {
        left = left.wrapping_sub(1);
        if left == 0 {
            let mut upgradable = Box::pin(read_upgradably(for_comer.clone()));
            assert!(block_on(poll_once(&mut upgradable)).is_none());
            *comer.borrow_mut() = Some(upgradable);
        }
    };
    interrupt::before_each_operation(hook, usize::MAX);
    drop(held);
    interrupt::stop();

    let mut upgradable = coming.take()?;
    drop(block_on(poll_once(&mut reader)).expect("woken"));
    let writer_goes = block_on(poll_once(&mut writer)).is_some();
    Some(!writer_goes && block_on(poll_once(&mut upgradable)).is_some())
}

#[test]
fn an_upgradable_reader_that_comes_while_another_is_looked_for_goes_with_the_readers() {
    let goes: Vec<_> = (1..).map_while(goes_with_the_readers).collect();
    // Before the last two it has been looked for twice.
    let (in_time, _) = goes.split_at(goes.len() - 2);
    assert!(!in_time.is_empty() && in_time.iter().all(|&goes| goes), "{goes:?}");
}
