//! A first-in-first-out executor for one thread, as cheap as it can be made without `unsafe`.
//!
//! Its wakers are atomic only because the type asks for it: they load and store, and must be used
//! on the thread of the loop. (Elsewhere a wake-up could be lost, nothing worse.)

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

struct Queue {
    ring: Box<[AtomicUsize]>,
    head: AtomicUsize,
    tail: AtomicUsize,
}

impl Queue {
    /// For so many tasks; each is in it at most once.
    fn new(tasks: usize) -> Queue {
        let ring = (0..tasks.next_power_of_two()).map(|_| AtomicUsize::new(0)).collect();
        Queue { ring, head: AtomicUsize::new(0), tail: AtomicUsize::new(0) }
    }

    #[inline]
    fn push(&self, task: usize) {
        let tail = self.tail.load(Relaxed);
        self.ring[tail & (self.ring.len() - 1)].store(task, Relaxed);
        self.tail.store(tail.wrapping_add(1), Relaxed);
    }

    #[inline]
    fn pop(&self) -> Option<usize> {
        let head = self.head.load(Relaxed);
        if head == self.tail.load(Relaxed) {
            return None;
        }
        self.head.store(head.wrapping_add(1), Relaxed);
        Some(self.ring[head & (self.ring.len() - 1)].load(Relaxed))
    }
}

struct Ticket {
    task: usize,
    queued: AtomicBool,
    queue: Arc<Queue>,
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.load(Relaxed) {
            self.queued.store(true, Relaxed);
            self.queue.push(self.task);
        }
    }
}

struct Task<F> {
    future: Pin<Box<Option<F>>>,
    ticket: Arc<Ticket>,
    waker: Waker,
}

pub struct Fifo<F> {
    tasks: Vec<Task<F>>,
    queue: Arc<Queue>,
}

impl<F: Future<Output = ()>> Fifo<F> {
    /// A loop with places for so many tasks, all empty.
    pub fn new(tasks: usize) -> Fifo<F> {
        let queue = Arc::new(Queue::new(tasks));
        let task = |task| {
            let ticket =
                Arc::new(Ticket { task, queued: AtomicBool::new(false), queue: queue.clone() });
            Task { future: Box::pin(None), waker: ticket.clone().into(), ticket }
        };
        Fifo { tasks: (0..tasks).map(task).collect(), queue }
    }

    /// Puts a future into a place, and into the queue. Does not allocate.
    pub fn start(&mut self, task: usize, future: F) {
        let task = &mut self.tasks[task];
        task.future.set(Some(future));
        task.waker.wake_by_ref();
    }

    /// Polls the next one in the queue; `false` if the queue is empty.
    #[inline]
    pub fn step(&mut self) -> bool {
        let Some(next) = self.queue.pop() else { return false };
        let task = &mut self.tasks[next];
        task.ticket.queued.store(false, Relaxed);
        if let Some(future) = task.future.as_mut().as_pin_mut() {
            if future.poll(&mut Context::from_waker(&task.waker)).is_ready() {
                task.future.set(None);
            }
        }
        true
    }

    /// Polls until the queue is empty; how often.
    pub fn run(&mut self) -> u64 {
        let mut polls = 0;
        while self.step() {
            polls += 1;
        }
        polls
    }
}
