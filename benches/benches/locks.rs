//! Rows 1 to 3 and 7 to 9 under criterion, which keeps what it measured before and compares.

use std::hint::black_box;

use any_rwlock_benches::counted::{readers_out, to_and_fro};
use any_rwlock_benches::lock::at_once;
use any_rwlock_benches::peers::*;
use any_rwlock_benches::rows::{reader_for_writer, writer_for_reader, writer_for_writer};
use any_rwlock_benches::{Blocking, Lock};
use criterion::{criterion_group, criterion_main, Criterion};

fn one<L: Lock>(criterion: &mut Criterion, group: &str, operation: impl Fn(&L)) {
    let lock = L::new(0);
    let mut group = criterion.benchmark_group(group);
    group.bench_function(L::NAME, |bencher| bencher.iter(|| operation(black_box(&lock))));
    group.finish();
}

fn alone<L: Lock>(criterion: &mut Criterion) {
    one::<L>(criterion, "1 read", |lock| drop(black_box(at_once(lock.read()))));
    one::<L>(criterion, "2 write", |lock| *at_once(lock.write()) += 1);
    one::<L>(criterion, "3 try_read", |lock| drop(black_box(lock.try_read().expect("free"))));
    one::<L>(criterion, "3 try_write", |lock| *lock.try_write().expect("free") += 1);
}

fn waiting<L: Lock>(criterion: &mut Criterion) {
    one::<L>(criterion, "7 100 hand-overs", |lock| {
        to_and_fro(lock, 100);
    });
    one::<L>(criterion, "8 1000 readers", |lock| {
        readers_out(lock, 1000);
    });
    one::<L>(criterion, "9 reader for writer", reader_for_writer);
    one::<L>(criterion, "9 writer for writer", writer_for_writer);
    one::<L>(criterion, "9 writer for reader", writer_for_reader);
}

fn one_blocking<B: Blocking>(criterion: &mut Criterion, group: &str, operation: impl Fn(&B)) {
    let lock = B::new(0);
    let mut group = criterion.benchmark_group(group);
    group.bench_function(B::NAME, |bencher| bencher.iter(|| operation(black_box(&lock))));
    group.finish();
}

fn blocking<B: Blocking>(criterion: &mut Criterion) {
    one_blocking::<B>(criterion, "1 read", |lock| drop(black_box(lock.read())));
    one_blocking::<B>(criterion, "2 write", |lock| *lock.write() += 1);
    one_blocking::<B>(criterion, "3 try_read", |lock| {
        drop(black_box(lock.try_read().expect("free")));
    });
    one_blocking::<B>(criterion, "3 try_write", |lock| *lock.try_write().expect("free") += 1);
}

criterion_group!(
    uncontended,
    alone::<Ours>,
    alone::<Intrusive>,
    alone::<Tokio>,
    alone::<AsyncLock>,
    alone::<Asyncband>,
    alone::<Saa>,
    alone::<Maitake>,
    alone::<Embassy>,
    alone::<FuturesLocks>,
    blocking::<OursBlocking>,
    blocking::<IntrusiveBlocking>,
    blocking::<Std>,
    blocking::<ParkingLot>
);
criterion_group!(
    contended,
    waiting::<Ours>,
    waiting::<Intrusive>,
    waiting::<Tokio>,
    waiting::<AsyncLock>,
    waiting::<Asyncband>,
    waiting::<Maitake>,
    waiting::<FuturesLocks>
);
criterion_main!(uncontended, contended);
