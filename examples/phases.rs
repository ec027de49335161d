//! Draws who waits and who has access, as time goes by: a picture of the documentation.
//!
//! `cargo run --example phases >src/guide/phases.svg`
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::task::{Poll, Waker};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use smol::{future::poll_fn, LocalExecutor};

const READER: &str = "#3b82c4";
const UPGRADABLE: &str = "#8a5cc2";
const WRITER: &str = "#d9572b";

/// When a task comes, and how long it has access.
type Task = (&'static str, u32, u32);

const READERS: [Task; 5] = [
    ("reader 1", 0, 5),
    ("reader 2", 1, 3),
    ("reader 3", 4, 4),
    ("reader 4", 7, 5),
    ("reader 5", 13, 4),
];
const WRITERS: [Task; 3] = [("writer 1", 2, 4), ("writer 2", 3, 3), ("writer 3", 18, 4)];
/// Upgrades as soon as it has had access for so long, and then writes as long.
const UPGRADER: Task = ("upgrader", 15, 3);

/// From when to when a task waited, or had access.
struct Span {
    task: &'static str,
    /// A colour if it had access.
    access: Option<&'static str>,
    from: u32,
    to: u32,
}

#[derive(Default)]
struct World {
    lock: RwLock<()>,
    now: Cell<u32>,
    sleepers: RefCell<Vec<Waker>>,
    spans: RefCell<Vec<Span>>,
}

impl World {
    async fn sleep_until(&self, time: u32) {
        poll_fn(|cx| {
            if self.now.get() >= time {
                return Poll::Ready(());
            }
            self.sleepers.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Sleeps, then notes that something has lasted since then.
    fn note(&self, task: &'static str, access: Option<&'static str>, from: u32) {
        self.spans.borrow_mut().push(Span { task, access, from, to: self.now.get() });
    }

    async fn read(&self, (task, comes, lasts): Task) {
        self.sleep_until(comes).await;
        let guard = self.lock.read().await;
        self.note(task, None, comes);
        let from = self.now.get();
        self.sleep_until(from + lasts).await;
        drop(guard);
        self.note(task, Some(READER), from);
    }

    async fn write(&self, (task, comes, lasts): Task) {
        self.sleep_until(comes).await;
        let guard = self.lock.write().await;
        self.note(task, None, comes);
        let from = self.now.get();
        self.sleep_until(from + lasts).await;
        drop(guard);
        self.note(task, Some(WRITER), from);
    }

    async fn upgrade(&self, (task, comes, lasts): Task) {
        self.sleep_until(comes).await;
        let guard = self.lock.upgradable_read().await;
        self.note(task, None, comes);
        let from = self.now.get();
        self.sleep_until(from + lasts).await;
        self.note(task, Some(UPGRADABLE), from);
        let asks = self.now.get();
        let guard = RwLockUpgradableReadGuard::upgrade(guard).await;
        self.note(task, None, asks);
        let from = self.now.get();
        self.sleep_until(from + lasts).await;
        drop(guard);
        self.note(task, Some(WRITER), from);
    }
}

fn run(world: &World) {
    let executor = LocalExecutor::new();
    for task in READERS {
        executor.spawn(world.read(task)).detach();
    }
    for task in WRITERS {
        executor.spawn(world.write(task)).detach();
    }
    executor.spawn(world.upgrade(UPGRADER)).detach();
    while !executor.is_empty() {
        while executor.try_tick() {}
        world.now.set(world.now.get() + 1);
        world.sleepers.take().into_iter().for_each(Waker::wake);
    }
}

fn draw(spans: &[Span]) {
    const UNIT: u32 = 22;
    const LINE: u32 = 24;
    const LEFT: u32 = 84;
    let mut tasks: Vec<Task> = READERS.into_iter().chain(WRITERS).chain([UPGRADER]).collect();
    tasks.sort_by_key(|&(_, comes, _)| comes);
    let end = spans.iter().map(|span| span.to).max().unwrap_or(0);
    let (width, height) = (LEFT + end * UNIT + 8, tasks.len() as u32 * LINE + 32);
    println!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="Tasks that wait for a lock, and have access in phases" font-family="sans-serif" font-size="13" fill="currentColor" style="max-width:{width}px">"#
    );
    for (line, (task, _, _)) in tasks.iter().enumerate() {
        let y = line as u32 * LINE + 8;
        println!(r#"<text x="0" y="{}">{task}</text>"#, y + 12);
        for Span { access, from, to, .. } in spans.iter().filter(|span| span.task == *task) {
            let (x, width) = (LEFT + from * UNIT, (to - from) * UNIT);
            match access {
                _ if width == 0 => (),
                Some(colour) => {
                    println!(
                        r#"<rect x="{x}" y="{y}" width="{width}" height="16" fill="{colour}"/>"#
                    );
                }
                None => {
                    println!(
                        r#"<rect x="{x}" y="{}" width="{width}" height="2" opacity="0.6"/>"#,
                        y + 7
                    );
                }
            }
        }
    }
    let y = height - 8;
    for (at, (colour, access)) in
        [(READER, "reads"), (UPGRADABLE, "reads upgradably"), (WRITER, "writes")]
            .into_iter()
            .enumerate()
    {
        let x = LEFT + at as u32 * 150;
        println!(r#"<rect x="{x}" y="{}" width="12" height="12" fill="{colour}"/>"#, y - 11);
        println!(r#"<text x="{}" y="{y}">{access}</text>"#, x + 18);
    }
    println!("</svg>");
}

fn main() {
    let world = World::default();
    run(&world);
    draw(&world.spans.borrow());
}
