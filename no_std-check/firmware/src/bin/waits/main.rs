//! What a lock costs in RAM: sizes, heap per wait, and heap after 100 000 waits.
#![no_std]
#![no_main]

mod many;
mod sizes;

use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::Poll;

use any_rwlock::RwLock;
use embassy_executor::Spawner;
use firmware::report::{check, figure};
use firmware::{board, heap, report};

static LOCK: RwLock<u32> = RwLock::new(0);

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    board::start();
    sizes::print();
    of_single_waits().await;
    many::run(spawner).await;
    report::finish()
}

/// Polls once; whether the future has to wait.
async fn waits<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

async fn of_single_waits() {
    *LOCK.write().await += 1;
    let read = *LOCK.read().await;
    check("what was written is read", read == *LOCK.upgradable_read().await);
    check("no heap before the first wait", heap::usage().allocations == 0);
    {
        let _reader = LOCK.read().await;
        check("a writer waits", waits(pin!(LOCK.write())).await);
    }
    let after_first = heap::usage();
    figure("heap: bytes that a lock keeps after a first wait to write", after_first.live);
    let _writer = LOCK.write().await;
    let (mut reader, mut other) = (pin!(LOCK.read()), pin!(LOCK.read()));
    let queued = waits(reader.as_mut()).await;
    let one = heap::usage();
    check("readers wait", queued && waits(other.as_mut()).await);
    let two = heap::usage();
    check("a wait allocates once", two.allocations == one.allocations + 1);
    figure("heap: bytes per wait", two.live - one.live);
}
