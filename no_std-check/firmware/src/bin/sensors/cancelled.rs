//! Waits that do not come to their end.

use core::future::Future;
use core::pin::{pin, Pin};
use core::task::Poll;

use embassy_executor::Spawner;
use embassy_time::{with_timeout, Duration, Timer};
use firmware::report::check;

use crate::table::TABLE;

/// A time at which only [`another_task`] says that it has measured.
const MARK: u64 = u64::MAX;

/// One poll; whether it finished the future.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> bool {
    core::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
}

pub async fn by_timeout() {
    let reader = TABLE.read().await;
    let writer = with_timeout(Duration::from_millis(3), TABLE.write()).await;
    check("a writer gives up after a timeout", writer.is_err());
    check("then nobody waits for it", TABLE.try_read().is_some());
    drop(reader);
    let writer = with_timeout(Duration::from_millis(3), TABLE.write()).await;
    check("and the next writer gets in", writer.is_ok());
}

/// A writer is woken and never polled again, as in a `select` whose other branch goes on. Whoever
/// asks after it must get in all the same, in this task and in another.
pub async fn left_unpolled(spawner: Spawner) {
    let reader = TABLE.read().await;
    let mut unpolled = pin!(TABLE.write());
    check("a writer waits for a reader", !poll_once(unpolled.as_mut()).await);
    drop(reader);
    let patience = Duration::from_millis(100);
    let reader = with_timeout(patience, TABLE.read()).await;
    check("a reader passes a writer that nobody polls", reader.is_ok());
    drop(reader);
    let writer = with_timeout(patience, TABLE.write()).await;
    check("a writer passes a writer that nobody polls", writer.is_ok());
    spawner.spawn(another_task().unwrap());
    Timer::after_millis(5).await;
    drop(writer);
    Timer::after_millis(5).await;
    check(
        "and so does another task",
        TABLE.try_read().is_some_and(|table| table.measured_at == MARK),
    );
}

#[embassy_executor::task]
async fn another_task() {
    TABLE.write().await.update(MARK);
}
