//! How reports are shown.
#![forbid(unsafe_code)]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter, Write};
use core::time::Duration;

use super::deadlock::{Deadlock, Obstacle, Step};
use super::report::{Access, Actor, Holder, LockName, LockReport, TaskNumber, Waiter};

/// So many holders, and so many waiters, are shown of one lock.
const SHOWN: usize = 32;

impl Display for Access {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Access::Read => "read",
            Access::RecursiveRead => "recursive read",
            Access::UpgradableRead => "upgradable read",
            Access::Write => "write",
            Access::Upgrade => "upgrade",
        })
    }
}

impl Display for TaskNumber {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.0)
    }
}

impl Display for Actor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(task) = self.task {
            write!(f, "{task} on ")?;
        }
        match (&self.thread_name, self.thread) {
            (Some(name), _) => write!(f, "thread {name:?}"),
            (None, Some(id)) => write!(f, "{id:?}"),
            (None, None) => f.write_str("a thread that has ended"),
        }
    }
}

impl Display for LockName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.name, self.first_use) {
            (Some(name), _) => write!(f, "lock {name:?}"),
            (None, Some(place)) => write!(f, "RwLock<{}> first used at {place}", self.type_name),
            (None, None) => write!(f, "RwLock<{}>", self.type_name),
        }
    }
}

impl Display for LockReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.lock)?;
        let held = self.holders.iter().take(SHOWN).map(Row::held);
        let rows: Vec<_> = held.chain(self.waiters.iter().take(SHOWN).map(Row::waits)).collect();
        let width = |cell: fn(&Row) -> &String| {
            rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0)
        };
        let (access, place, by) = (width(|r| &r.access), width(|r| &r.place), width(|r| &r.by));
        for row in &rows {
            writeln!(
                f,
                "  {:5}  {:access$}  {:place$}  {:by$}  {}",
                row.is, row.access, row.place, row.by, row.for_how_long
            )?;
            for remark in &row.remarks {
                writeln!(f, "         {remark}")?;
            }
        }
        more(f, self.holders.len(), "hold it")?;
        more(f, self.waiters.len(), "wait")?;
        let counts = &self.counts;
        write!(
            f,
            "  so far: reads {}, upgradable reads {}, writes {}, upgrades {}; ended: waits {}, the longest {:.1?}; \
             longest hold {:.1?}",
            counts.reads,
            counts.upgradable_reads,
            counts.writes,
            counts.upgrades,
            counts.waits,
            counts.longest_wait,
            counts.longest_hold,
        )
    }
}

fn more(f: &mut Formatter<'_>, count: usize, what: &str) -> fmt::Result {
    if count > SHOWN {
        writeln!(f, "  and {} more {what}", count - SHOWN)?;
    }
    Ok(())
}

/// A line of the table.
struct Row {
    is: &'static str,
    access: String,
    place: String,
    by: String,
    for_how_long: Ago,
    remarks: Vec<String>,
}

/// A duration as it is shown.
struct Ago(Duration);

impl Display for Ago {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1?}", self.0)
    }
}

impl Row {
    fn held(holder: &Holder) -> Row {
        Row {
            is: "held",
            access: holder.access.to_string(),
            place: holder.location.to_string(),
            by: holder.by.to_string(),
            for_how_long: Ago(holder.held_for),
            remarks: Vec::new(),
        }
    }

    fn waits(waiter: &Waiter) -> Row {
        Row {
            is: "waits",
            access: waiter.access.to_string(),
            place: waiter.location.to_string(),
            by: waiter.by.to_string(),
            for_how_long: Ago(waiter.waiting_for),
            remarks: waiter.remarks(),
        }
    }
}

impl Waiter {
    fn own_guards(&self) -> impl Iterator<Item = String> + '_ {
        let who = if self.by.task.is_some() { "task" } else { "thread" };
        let goes_on = if self.has_branches() { " (the task goes on elsewhere)" } else { "" };
        let remark =
            move |place| format!("held by the {who} that waits, taken at {place}{goes_on}");
        self.held_by_itself.iter().map(remark)
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<_> = self.own_guards().collect();
        if let Some(ago) = self.woken_ago {
            remarks.push(format!("woken {} ago, and not polled since", Ago(ago)));
        }
        let mut counts = String::new();
        for (count, what) in [
            (self.woken, "woken"),
            (self.stepped_aside, "stepped aside"),
            (self.overtaken, "overtaken"),
        ] {
            if count > 0 {
                let comma = if counts.is_empty() { "" } else { ", " };
                let _ = write!(counts, "{comma}{what} {count} times");
            }
        }
        if !counts.is_empty() {
            remarks.push(counts);
        }
        remarks
    }
}

impl Display for Deadlock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("deadlock:")?;
        self.steps.iter().try_for_each(|step| write!(f, "\n  {step}"))
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Waiter { access, location, by, .. } = &self.waiter;
        writeln!(f, "{by} waits at {location}, to {}, for {}", Verb(*access), self.lock)?;
        match &self.obstacle {
            Obstacle::Guard(guard) => write!(
                f,
                "    held by {} ({}, taken at {})",
                Keeper(self, guard),
                guard.access,
                guard.location
            ),
            Obstacle::WaitingWriter(writer) => {
                let Waiter { access, location, by, .. } = writer;
                write!(f, "    behind {by}, which waits at {location}, to {}", Verb(*access))?;
                self.waiter.own_guards().try_for_each(|own| write!(f, "\n    {own}"))
            }
        }
    }
}

struct Verb(Access);

impl Display for Verb {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Access::Read | Access::RecursiveRead => "read",
            Access::UpgradableRead => "read upgradably",
            Access::Write => "write",
            Access::Upgrade => "upgrade",
        })
    }
}

/// Who took a guard, as seen by who waits for it.
struct Keeper<'a>(&'a Step, &'a Holder);

impl Display for Keeper<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (waiter, holder) = (&self.0.waiter.by, &self.1.by);
        let is_same_thread = waiter.thread_number.is_same(holder.thread_number);
        match (waiter.task, holder.task) {
            (Some(task), Some(held)) if task == held => f.write_str("the task that waits"),
            (None, None) if is_same_thread => f.write_str("the thread that waits"),
            (None, Some(task)) if is_same_thread => {
                write!(f, "{task}, which the thread that waits polls")
            }
            _ => write!(f, "{holder}"),
        }
    }
}
