//! Does one operation of one lock so many times, for a tool that counts instructions.

use std::future::poll_fn;
use std::hint::black_box;
use std::process::ExitCode;
use std::task::Poll;

use any_rwlock_benches::counted::{held, readers_out, to_and_fro};
use any_rwlock_benches::lock::{at_once, Upgradable};
use any_rwlock_benches::peers::*;
use any_rwlock_benches::rows::{reader_for_writer, writer_for_reader, writer_for_writer};
use any_rwlock_benches::Lock;

const USAGE: &str = "usage: counts LOCK OPERATION TIMES

LOCK       any-rwlock, 'any-rwlock, intrusive', tokio, async-lock, asyncband or maitake-sync
OPERATION  nothing, read, write, upgradable-read, try-read, try-write,
           reader-for-writer, writer-for-writer, writer-for-reader,
           to-and-fro, readers-out, held-99, held-90 or held-50";

type Operation<L> = fn(&L);

/// What an uncontended operation consists of beside the lock.
#[inline(never)]
fn nothing<L: Lock>(_: &L) {
    let ready = poll_fn(|context| {
        black_box(context);
        Poll::Ready(1_u64)
    });
    black_box(at_once(ready));
}

#[inline(never)]
fn read<L: Lock>(lock: &L) {
    black_box(*at_once(lock.read()));
}

#[inline(never)]
fn write<L: Lock>(lock: &L) {
    *at_once(lock.write()) += 1;
}

#[inline(never)]
fn upgradable_read<L: Upgradable>(lock: &L) {
    black_box(*at_once(lock.upgradable_read()));
}

#[inline(never)]
fn try_read<L: Lock>(lock: &L) {
    black_box(*lock.try_read().expect("free"));
}

#[inline(never)]
fn try_write<L: Lock>(lock: &L) {
    *lock.try_write().expect("free") += 1;
}

fn operation<L: Lock>(name: &str) -> Option<Operation<L>> {
    Some(match name {
        "nothing" => nothing::<L>,
        "read" => read::<L>,
        "write" => write::<L>,
        "try-read" => try_read::<L>,
        "try-write" => try_write::<L>,
        "reader-for-writer" => reader_for_writer::<L>,
        "writer-for-writer" => writer_for_writer::<L>,
        "writer-for-reader" => writer_for_reader::<L>,
        _ => return None,
    })
}

fn upgradable<L: Upgradable>(name: &str) -> Option<Operation<L>> {
    if name == "upgradable-read" {
        return Some(upgradable_read::<L>);
    }
    operation(name)
}

/// What many tasks do; prints the polls for each time.
fn tasks<L: Lock>(name: &str, times: u64) -> Option<()> {
    let lock = L::new(0);
    let polls = match name {
        "to-and-fro" => to_and_fro(&lock, times),
        "readers-out" => readers_out(&lock, times),
        "held-99" => held(&lock, 1, times),
        "held-90" => held(&lock, 10, times),
        "held-50" => held(&lock, 50, times),
        _ => return None,
    };
    println!("{:.2}", polls as f64 / times as f64);
    Some(())
}

fn repeat<L: Lock>(operation: Option<Operation<L>>, name: &str, times: u64) -> Option<()> {
    let Some(operation) = operation else { return tasks::<L>(name, times) };
    let lock = L::new(0);
    for _ in 0..times {
        operation(black_box(&lock));
    }
    Some(())
}

fn run(arguments: &[String]) -> Option<()> {
    let [lock, name, times] = arguments else { return None };
    let times = times.parse().ok()?;
    match lock.as_str() {
        Ours::NAME => repeat(upgradable::<Ours>(name), name, times),
        Intrusive::NAME => repeat(upgradable::<Intrusive>(name), name, times),
        Sharded::NAME => repeat(operation::<Sharded>(name), name, times),
        "tokio" => repeat(operation::<Tokio>(name), name, times),
        "async-lock" => repeat(upgradable::<AsyncLock>(name), name, times),
        "asyncband" => repeat(operation::<Asyncband>(name), name, times),
        "maitake-sync" => repeat(operation::<Maitake>(name), name, times),
        _ => None,
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if run(&arguments).is_none() {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
