//! What the tasks share: a table whose two halves agree, except in the middle of an update.

use any_rwlock::{RwLock, RwLockWriteGuard};
use embassy_time::Timer;
use firmware::report::check;

pub const SENSORS: usize = 4;

pub struct Table {
    pub version: u32,
    pub measured_at: u64,
    values: [u32; SENSORS],
    /// The sum of the values and the version: written last.
    sum: u32,
}

pub static TABLE: RwLock<Table> =
    RwLock::new(Table { version: 0, measured_at: 0, values: [0; SENSORS], sum: 0 });

impl Table {
    pub fn is_whole(&self) -> bool {
        self.sum == self.values.iter().fold(self.version, |sum, value| sum.wrapping_add(*value))
    }

    fn begin(&mut self, now: u64) {
        self.version += 1;
        self.measured_at = now;
        for (index, value) in self.values.iter_mut().enumerate() {
            *value = (now as u32).wrapping_mul(index as u32 + 1);
        }
    }

    fn end(&mut self) {
        self.sum = self.version;
        for value in self.values {
            self.sum = self.sum.wrapping_add(value);
        }
    }

    /// An update in one go, as an interrupt makes it.
    pub fn update(&mut self, now: u64) {
        self.begin(now);
        self.end();
    }
}

/// An update that takes a while, so that everybody else comes along in the middle of it.
pub async fn update_slowly(mut table: RwLockWriteGuard<'_, Table>, now: u64) {
    check_quietly("a writer finds the table whole", table.is_whole());
    table.begin(now);
    if cfg!(feature = "broken") {
        drop(table);
        Timer::after_millis(1).await;
        table = TABLE.write().await;
    } else {
        Timer::after_millis(1).await;
    }
    table.end();
}

/// A check that is made too often to be printed each time.
pub fn check_quietly(name: &str, holds: bool) {
    if !holds {
        check(name, false);
    }
}
