use alloc::sync::Arc;
use alloc::vec::Vec;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use any_rwlock::futures::ReadOwned;
use any_rwlock::RwLock;
use futures_core::Stream;

pin_project_lite::pin_project! {
    /// A stream of copies of entries. Locks for one entry at a time, so that a slow reader keeps no writer out.
    #[derive(Debug)]
    pub struct Entries<T> {
        entries: Arc<RwLock<Vec<T>>>,
        next: usize,
        // In place: the stream is pinned when it is polled, so this needs no box.
        #[pin]
        reading: Option<ReadOwned<Vec<T>>>,
    }
}

impl<T> Entries<T> {
    pub(crate) fn new(entries: Arc<RwLock<Vec<T>>>) -> Entries<T> {
        Entries { entries, next: 0, reading: None }
    }
}

impl<T: Clone> Stream for Entries<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut this = self.project();
        if this.reading.is_none() {
            this.reading.set(Some(Arc::clone(this.entries).read_owned()));
        }
        let reading = this.reading.as_mut().as_pin_mut().expect("set above");
        let entries = match reading.poll(cx) {
            Poll::Ready(entries) => entries,
            Poll::Pending => return Poll::Pending,
        };
        this.reading.set(None);
        let entry = entries.get(*this.next).cloned();
        if entry.is_some() {
            *this.next += 1;
        }
        Poll::Ready(entry)
    }
}
