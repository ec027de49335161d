//! The queues beside a plain model of them.
#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::vec::Vec;

use super::{Access, Queues, Waiter, ACCESSES};
use crate::wait::fairness::MAX_LOSSES;

/// What is queued, for each access but the upgrade: those that have lost, and those that have not.
struct Model<'a> {
    queues: &'a Queues,
    waiters: Vec<Waiter<'a>>,
    lists: [[VecDeque<usize>; 2]; 3],
}

impl Model<'_> {
    fn enqueue(&mut self, access: usize, losses: u8) {
        let is_fresh = losses == 0 || ACCESSES[access] == Access::Read;
        self.lists[access][usize::from(is_fresh)].push_back(self.waiters.len());
        self.waiters.push(Waiter::new(self.queues, ACCESSES[access], losses));
    }

    fn leave(&mut self, who: usize) {
        let waiter = &mut self.waiters[who];
        let was_woken = waiter.wakes() == 1 && waiter.entry.is_queued();
        assert_eq!(waiter.leave(), was_woken);
        self.lists.iter_mut().flatten().for_each(|list| list.retain(|&queued| queued != who));
    }

    fn wake(&mut self, access: usize) {
        let count = if ACCESSES[access] == Access::Read { usize::MAX } else { 1 };
        let woken = self.queues.wake(ACCESSES[access], count, 1);
        let [overtaken, fresh] = &mut self.lists[access];
        let next = |_| overtaken.pop_front().or_else(|| fresh.pop_front());
        let expected: Vec<_> = (0..count).map_while(next).collect();
        assert_eq!(woken, expected.len());
        assert!(expected.iter().all(|&who| self.waiters[who].wakes() == 1));
    }

    fn check(&self) {
        let is_asleep = |waiter: &&Waiter<'_>| waiter.entry.is_queued() && waiter.wakes() == 0;
        let queued: usize = self.lists.iter().flatten().map(VecDeque::len).sum();
        assert_eq!(self.waiters.iter().filter(is_asleep).count(), queued);
        let readers = self.lists[0][1].len();
        assert_eq!(self.queues.record.at_most(Access::Read), readers);
        for access in [1, 2] {
            let has_lost = self.queues.losses(ACCESSES[access]) > 0;
            assert_eq!(has_lost, !self.lists[access][0].is_empty());
        }
    }
}

#[test]
fn the_queues_do_what_a_plain_model_does() {
    for seed in 0..if cfg!(miri) { 5 } else { 500 } {
        let mut random = fastrand::Rng::with_seed(seed);
        let queues = Queues::new();
        let mut model = Model { queues: &queues, waiters: Vec::new(), lists: Default::default() };
        for _ in 0..100 {
            let access = random.usize(0..3);
            match random.u8(0..4) {
                0 | 1 => model.enqueue(access, random.u8(0..=MAX_LOSSES)),
                2 if !model.waiters.is_empty() => {
                    model.leave(random.usize(0..model.waiters.len()));
                }
                _ => model.wake(access),
            }
            model.check();
        }
    }
}
