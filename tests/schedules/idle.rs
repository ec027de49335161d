//! Nobody is woken while nothing has changed.

use any_rwlock::RwLock;

use super::chance::for_seeds;
use super::world::{Guard, Wait, World};

const WAITERS: usize = 9;

#[test]
fn waiters_behind_an_idle_holder_are_not_woken() {
    for_seeds(300, |rng| {
        let lock = RwLock::new(0);
        let mut world = World::new(&lock, WAITERS);
        let holder = match rng.below(3) {
            0 => Guard::Read(lock.try_read().unwrap()),
            1 => Guard::Upgradable(lock.try_upgradable_read().unwrap()),
            _ => Guard::Write(lock.try_write().unwrap()),
        };
        // Behind a writer everybody waits, whoever holds the lock.
        assert!(!world.poll(0, Wait::Write(Box::pin(lock.write()))));
        for who in 1..WAITERS {
            let wait = match rng.below(3) {
                0 => Wait::Read(Box::pin(lock.read())),
                1 => Wait::Upgradable(Box::pin(lock.upgradable_read())),
                _ => Wait::Write(Box::pin(lock.write())),
            };
            assert!(!world.poll(who, wait), "nobody gets in past the writer that waits");
        }
        for _ in 0..50 {
            let who = rng.below(WAITERS);
            assert!(world.poll_again(who));
            assert!(lock.try_read().is_none() && lock.try_write().is_none());
        }
        assert_eq!(world.wakes(), 0);
        drop(world);
        drop(holder);
    });
}

#[test]
fn a_release_wakes_who_can_go_and_nobody_else() {
    let lock = RwLock::new(0);
    let mut world = World::new(&lock, 6);
    let writer = lock.try_write().unwrap();
    for who in 0..6 {
        let waits = match who {
            0 | 1 => world.poll(who, Wait::Write(Box::pin(lock.write()))),
            2 | 3 => world.poll(who, Wait::Read(Box::pin(lock.read()))),
            _ => world.poll(who, Wait::Upgradable(Box::pin(lock.upgradable_read()))),
        };
        assert!(!waits);
    }
    drop(writer);
    let mut woken: Vec<usize> = std::iter::from_fn(|| world.agenda.take()).collect();
    woken.sort_unstable();
    assert_eq!(woken, [2, 3, 4]);
}
