//! Who waits for itself, alone or in a circle.
//!
//! A wait needs *every* guard to go that excludes it, and a reader that waits behind a waiting writer needs that
//! writer to have gone. So each of these is enough to keep it waiting, and one circle of such needs is a deadlock:
//! unless someone in it is not where it seems to be. What shows that is looked at:
//!
//! - A waiter that has been woken waits for its executor, and for no guard.
//! - A task that was polled without having been woken by the lock goes on with something else, and so does one that
//!   waits in two places: it has branches, one of which may drop the guard. Of these nothing is said here.
#![forbid(unsafe_code)]

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::panic::Location;
use std::collections::HashMap;

use super::report::{Access, Actor, Holder, LockName, LockReport, Waiter};

/// Waits that wait for one another, each for the next, and the last for the first.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deadlock {
    /// In the order in which one waits for the next, from the wait that began last. A single wait waits for itself.
    pub steps: Vec<Step>,
}

/// One wait of a [`Deadlock`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The lock that it waits for.
    pub lock: LockName,
    /// Who waits.
    pub waiter: Waiter,
    /// What it waits for.
    pub obstacle: Obstacle,
}

/// What keeps a waiter waiting.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Obstacle {
    /// A guard. It was taken by the task, or on the thread, that waits in the next [`Step`].
    Guard(Holder),
    /// A writer or an upgrade that waits, and goes first. It is the waiter of the next [`Step`].
    WaitingWriter(Waiter),
}

/// A wait of one of several locks.
#[derive(Clone, Copy)]
struct Node<'a> {
    report: &'a LockReport,
    waiter: &'a Waiter,
}

/// Whether a waiter for the one waits for a guard of the other to go.
fn excludes(waited_for: Access, held: Access) -> bool {
    match waited_for {
        Access::Read | Access::RecursiveRead => held == Access::Write,
        Access::UpgradableRead => matches!(held, Access::Write | Access::UpgradableRead),
        Access::Write => true,
        // The upgradable read is its own; no writer is beside that.
        Access::Upgrade => held == Access::Read,
    }
}

fn is_writer(waiter: &Waiter) -> bool {
    matches!(waiter.access, Access::Write | Access::Upgrade)
}

impl<'a> Node<'a> {
    fn guards(self) -> impl Iterator<Item = &'a Holder> {
        let waited_for = self.waiter.access;
        self.report.holders.iter().filter(move |holder| excludes(waited_for, holder.access))
    }

    /// The writers that wait, and go before this waiter. (Each waits for the same guards.)
    fn writers(self) -> impl Iterator<Item = Node<'a>> {
        let report = self.report;
        let is_behind = matches!(self.waiter.access, Access::Read | Access::UpgradableRead);
        let writers = report.waiters.iter().filter(move |writer| is_behind && is_writer(writer));
        writers.map(move |waiter| Node { report, waiter })
    }
}

/// Whether the guard stays as long as this waiter waits: its task took it, or its thread blocks and polls the task
/// that did.
fn is_kept_by(holder: &Actor, waiter: &Actor) -> bool {
    match waiter.task {
        Some(_) => waiter.task == holder.task,
        None => waiter.thread_number.is_same(holder.thread_number),
    }
}

/// Fills in what of this lock its waiters hold themselves.
pub(super) fn find_own_guards(report: &mut LockReport) {
    let own: Vec<Vec<_>> = report.waiters.iter().map(|waiter| own_guards(report, waiter)).collect();
    for (waiter, own) in report.waiters.iter_mut().zip(own) {
        waiter.held_by_itself = own;
    }
}

fn own_guards(report: &LockReport, waiter: &Waiter) -> Vec<&'static Location<'static>> {
    let node = Node { report, waiter };
    let behind = node.writers().take(1).flat_map(Node::guards);
    let mut own: Vec<_> = node
        .guards()
        .chain(behind)
        .filter(|holder| is_kept_by(&holder.by, &waiter.by))
        .map(|holder| (holder.serial, holder.location))
        .collect();
    own.sort_by_key(|(serial, _)| *serial);
    own.dedup_by_key(|(serial, _)| *serial);
    own.into_iter().map(|(_, location)| location).collect()
}

/// Every wait that is sure to wait for itself, with its circle. One circle for a set of waits.
pub(super) fn find<R: Borrow<LockReport>>(reports: &[R]) -> Vec<Deadlock> {
    let graph = Graph::new(reports.iter().map(Borrow::borrow));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in 0..graph.waits.len() {
        if let Some(circle) = graph.circle(start) {
            if seen.insert(circle.iter().map(|&(at, _)| at).collect::<BTreeSet<_>>()) {
                found.push(Deadlock { steps: graph.steps(circle) });
            }
        }
    }
    found
}

/// Why one wait waits for another.
#[derive(Clone, Copy)]
enum Need<'a> {
    Guard(&'a Holder),
    WaitingWriter(&'a Waiter),
}

struct Graph<'a> {
    waits: Vec<Node<'a>>,
    /// For each wait, those that it waits for.
    needs: Vec<Vec<(usize, Need<'a>)>>,
}

impl<'a> Graph<'a> {
    fn new(reports: impl Iterator<Item = &'a LockReport> + Clone) -> Graph<'a> {
        let waits = sure_waits(reports);
        let needs = Graph::needs(&waits);
        Graph { waits, needs }
    }

    fn needs(waits: &[Node<'a>]) -> Vec<Vec<(usize, Need<'a>)>> {
        let numbered = || waits.iter().map(|node| node.waiter).enumerate();
        let of_task: HashMap<_, _> =
            numbered().filter_map(|(at, waiter)| Some((waiter.by.task?, at))).collect();
        let blocked = numbered().filter(|(_, waiter)| waiter.by.task.is_none());
        let of_thread: HashMap<_, _> =
            blocked.map(|(at, waiter)| (waiter.by.thread_number, at)).collect();
        let serial = |node: &Node<'_>| (node.report.lock.id, node.waiter.serial);
        let at: HashMap<_, _> =
            waits.iter().enumerate().map(|(at, node)| (serial(node), at)).collect();
        let needs_of = |node: &Node<'a>| {
            let guards = node.guards().flat_map(|guard| {
                let task = guard.by.task.and_then(|task| of_task.get(&task));
                let thread = of_thread.get(&guard.by.thread_number);
                task.into_iter().chain(thread).map(move |next| (*next, Need::Guard(guard)))
            });
            let mut writers = node.writers().filter_map(|writer| {
                Some((*at.get(&serial(&writer))?, Need::WaitingWriter(writer.waiter)))
            });
            guards.chain(writers.next()).collect()
        };
        waits.iter().map(needs_of).collect()
    }

    /// The shortest way from a wait back to it: each wait on it, with why it waits for the next.
    fn circle(&self, start: usize) -> Option<Vec<(usize, Need<'a>)>> {
        // How each wait was first reached.
        let mut from: HashMap<usize, (usize, Need<'a>)> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for &(next, need) in &self.needs[at] {
                if next == start {
                    let mut way = vec![(at, need)];
                    while let Some(&step) = from.get(&way[way.len() - 1].0) {
                        way.push(step);
                    }
                    way.reverse();
                    return Some(way);
                }
                from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    (at, need)
                });
            }
        }
        None
    }

    /// The wait that has closed the circle comes first.
    fn steps(&self, mut circle: Vec<(usize, Need<'a>)>) -> Vec<Step> {
        let age = |&(_, &(at, _)): &(usize, &(usize, Need<'a>))| self.waits[at].waiter.waiting_for;
        let last = circle.iter().enumerate().min_by_key(age).map_or(0, |(at, _)| at);
        circle.rotate_left(last);
        let step = |(at, need): (usize, Need<'a>)| {
            let Node { report, waiter } = self.waits[at];
            let obstacle = match need {
                Need::Guard(holder) => Obstacle::Guard(holder.clone()),
                Need::WaitingWriter(writer) => Obstacle::WaitingWriter(writer.clone()),
            };
            Step { lock: report.lock.clone(), waiter: waiter.clone(), obstacle }
        };
        circle.into_iter().map(step).collect()
    }
}

/// Those that sleep, of tasks that do nothing else.
fn sure_waits<'a>(reports: impl Iterator<Item = &'a LockReport> + Clone) -> Vec<Node<'a>> {
    let all = || {
        let of = |report: &'a LockReport| {
            report.waiters.iter().map(move |waiter| Node { report, waiter })
        };
        reports.clone().flat_map(of)
    };
    let mut waits_of: HashMap<_, usize> = HashMap::new();
    for node in all() {
        if let Some(task) = node.waiter.by.task {
            *waits_of.entry(task).or_default() += 1;
        }
    }
    let is_alone = |task| waits_of.get(&task) == Some(&1);
    all()
        .filter(|Node { waiter, .. }| waiter.woken_ago.is_none() && !waiter.has_branches())
        .filter(|Node { waiter, .. }| waiter.by.task.map_or(true, is_alone))
        .collect()
}
