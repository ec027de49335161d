//! Breadth-first walks over worlds, up to exchanging tasks that differ in nothing else.

use core::hash::{BuildHasherDefault, Hash, Hasher};
use std::collections::HashSet;
use std::vec::Vec;

use super::queues::QueueEntry;
use super::{Access, At, Deferred, Task, World};

/// What may follow on what, and what has to be true.
pub(super) trait Rules<W: Copy> {
    /// The same for worlds that differ in nothing but which task is which.
    fn key(&self, world: &W) -> u64;

    fn visit_successors(&self, world: &W, visit: &mut dyn FnMut(W));

    fn check(&self, world: &W) -> Result<(), &'static str>;

    fn tell(&self, world: &W);
}

pub(super) const ALL: &[Access] =
    &[Access::Read, Access::Write, Access::UpgradableRead, Access::RecursiveRead];

/// Every choice of as many accesses.
pub(super) fn combinations<const TASKS: usize>(from: &[Access]) -> Vec<[Access; TASKS]> {
    let mut all = Vec::from([([Access::Read; TASKS], 0)]);
    for task in 0..TASKS {
        let more = all.iter().flat_map(|&(chosen, first)| {
            from.iter().enumerate().skip(first).map(move |(at, &access)| {
                let mut more = chosen;
                more[task] = access;
                (more, at)
            })
        });
        all = more.collect();
    }
    all.into_iter().map(|(chosen, _)| chosen).collect()
}

/// How a world was reached: from which node, by which of its successors.
struct Node {
    parent: u32,
    successor: u8,
}

/// Walks every reachable world, and panics with the shortest way to one that breaks a promise.
///
/// Worlds that were seen are known by their key: at ten million keys of 64 bits, the chance that any
/// two worlds are taken for one is 3 in a million.
pub(super) fn explore<W: Copy>(rules: &impl Rules<W>, first: W) -> usize {
    let mut nodes = Vec::from([Node { parent: 0, successor: 0 }]);
    let mut seen = HashSet::<u64, BuildHasherDefault<Mixer>>::default();
    seen.insert(rules.key(&first));
    let mut level = Vec::from([(first, 0)]);
    let mut successors = Vec::new();
    while !level.is_empty() {
        let mut next_level = Vec::new();
        // Keys are looked up many at a time, since the processor waits for memory at each.
        for some in level.chunks(256) {
            for &(world, parent) in some {
                if let Err(broken) = rules.check(&world) {
                    tell_the_way(rules, first, &nodes, parent);
                    panic!("{broken}");
                }
                let mut successor = 0;
                rules.visit_successors(&world, &mut |next| {
                    successors.push((rules.key(&next), Node { parent, successor }, next));
                    successor += 1;
                });
            }
            for (key, node, next) in successors.drain(..) {
                if seen.insert(key) {
                    next_level.push((next, nodes.len() as u32));
                    nodes.push(node);
                }
            }
        }
        level = next_level;
    }
    nodes.len()
}

fn tell_the_way<W: Copy>(rules: &impl Rules<W>, first: W, nodes: &[Node], mut to: u32) {
    let mut way = Vec::new();
    while to != 0 {
        let Node { parent, successor } = nodes[to as usize];
        way.push(successor);
        to = parent;
    }
    let mut world = first;
    rules.tell(&world);
    for successor in way.into_iter().rev() {
        let mut successors = Vec::new();
        rules.visit_successors(&world, &mut |next| successors.push(next));
        world = successors[usize::from(successor)];
        rules.tell(&world);
    }
}

impl<const TASKS: usize> World<TASKS> {
    /// A key, if each task is known by what it is here and by what the caller adds.
    pub(super) fn key<T: Hash>(&self, add: impl Fn(usize) -> T) -> u64 {
        let mut tasks = [0; TASKS];
        for (who, (key, task)) in tasks.iter_mut().zip(self.tasks).enumerate() {
            *key = mix((essence(task), add(who)));
        }
        tasks.sort_unstable();
        let in_flight = if self.counts_readers() { self.readers_in_flight } else { 0 };
        let World { state, shards, left, left_for_readers, forgotten, broken, .. } = self;
        let owed = (left, left_for_readers);
        mix((state, shards, owed, in_flight, forgotten, tasks, broken.is_some()))
    }

    pub(super) fn tell(&self) {
        let World { state, readers_in_flight, left, left_for_readers, forgotten, .. } = self;
        if let Some(shards) = self.shards {
            std::println!("{shards:?}");
        }
        std::println!(
            "{state:?}, {readers_in_flight} readers in flight, {left_for_readers} deferrals left to them, {left} in all, {forgotten:?}"
        );
        for task in self.tasks.iter().filter(|task| task.at != At::Rests) {
            let Task { access, at, entry, losses, .. } = task;
            let marks = [
                (task.deferred != Deferred::Never, "deferred"),
                (task.has_deferred_to_readers, "to the readers"),
                (task.is_woken, "woken"),
                (task.is_forgotten, "forgotten"),
            ];
            std::print!("    {access:?} {at:?} {entry:?}, {losses} losses");
            for (_, mark) in marks.iter().filter(|(is, _)| *is) {
                std::print!(", {mark}");
            }
            std::println!();
        }
    }
}

/// Readers are woken together, and there is one upgrader: their order does not matter.
fn essence(mut task: Task) -> Task {
    if let Access::Read | Access::RecursiveRead | Access::Upgrade = task.access {
        task.was_woken = false;
        if let QueueEntry::Asleep { rank, is_overtaken } = &mut task.entry {
            (*rank, *is_overtaken) = (0, false);
        }
    }
    task
}

fn mix(what: impl Hash) -> u64 {
    let mut mixer = Mixer::default();
    what.hash(&mut mixer);
    mixer.finish()
}

/// A hasher for many small numbers, and for keys that are hashes already.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = u128::from(self.0 ^ number ^ 0x2545_f491_4f6c_dd1d) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (mixed as u64).rotate_left(23) ^ (mixed >> 64) as u64;
    }
}
