//! Whatever anybody does, whoever is polled when woken finishes.

use any_rwlock::RwLock;

use super::chance::for_seeds;
use super::life::{live, live_to_the_end, release_all, Habits};
use super::world::{Doing, Wait};

/// More polls than anybody has to defer to futures that are never polled again.
const MANY_POLLS: usize = 8 * 4200;

#[test]
fn everybody_who_is_polled_on_wake_finishes() {
    let habits = Habits { steps: 150, abandons: 0, gives_up: 6 };
    for_seeds(1500, |rng| live_to_the_end(rng, &habits));
}

#[test]
fn everybody_who_is_polled_on_wake_finishes_without_cancellation() {
    let habits = Habits { steps: 150, abandons: 0, gives_up: usize::MAX };
    for_seeds(1000, |rng| live_to_the_end(rng, &habits));
}

#[test]
fn futures_that_nobody_polls_hold_up_nobody_once_dropped() {
    let habits = Habits { steps: 150, abandons: 8, gives_up: 12 };
    for_seeds(1500, |rng| live_to_the_end(rng, &habits));
}

#[test]
fn futures_that_nobody_polls_hold_up_nobody_who_is_polled() {
    for_seeds(1500, |rng| {
        let lock = RwLock::new(0);
        let mut world = live(&lock, rng, &Habits { steps: 150, abandons: 8, gives_up: 12 });
        release_all(&mut world);
        for who in 0..world.tasks.len() {
            // The upgrader has access: it is in everybody's way but the readers'.
            if let Doing::Abandoned(Wait::Upgrade(_)) = world.tasks[who].doing {
                world.take(who);
            }
        }
        let upgrader = (0..world.tasks.len())
            .find(|&who| matches!(world.tasks[who].doing, Doing::Waiting(Wait::Upgrade(_))));
        for who in upgrader.into_iter().chain(0..world.tasks.len()) {
            let polls = (0..MANY_POLLS).take_while(|_| world.poll_again(who)).count();
            assert!(polls < MANY_POLLS, "the lock is free, and is not had by who is polled");
            world.check();
            release_all(&mut world);
        }
    });
}
