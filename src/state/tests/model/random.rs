//! More actors than can be walked to the end, as far as chance leads.

use fastrand::Rng;

use super::walk::{Rules, ALL};
use super::worlds::{Grain, Trouble, Worlds};
use super::World;

const STEPS: u32 = 10_000;

/// Goes one way from the beginning. A way that ends with a broken promise is told on its last steps.
fn go<const ACTORS: usize>(seed: u64, trouble: Trouble) {
    let rules = Worlds { accesses: ALL, trouble, grain: Grain::Operations };
    let mut rng = Rng::with_seed(seed);
    let mut world = World::<ACTORS>::new();
    let mut last = std::collections::VecDeque::new();
    for step in 0..STEPS {
        last.push_back(world);
        if last.len() > 40 {
            last.pop_front();
        }
        let mut successors = std::vec::Vec::new();
        rules.visit_successors(&world, &mut |next| successors.push(next));
        world = successors.swap_remove(rng.usize(..successors.len()));
        if let Err(broken) = Rules::check(&rules, &world) {
            last.iter().chain([&world]).for_each(World::tell);
            panic!("{broken}, after {step} steps; to see this way again: SEED={seed}");
        }
    }
}

/// Goes as many ways, or the one with the seed in the environment.
fn wander<const ACTORS: usize>(ways: u64, trouble: Trouble) {
    match std::env::var("SEED") {
        Ok(seed) => go::<ACTORS>(seed.parse().expect("SEED is a number"), trouble),
        Err(_) => (0..ways).for_each(|seed| go::<ACTORS>(seed, trouble)),
    }
    std::println!("{ACTORS} actors, any operation: {ways} random ways of {STEPS} steps");
}

#[test]
fn six_actors_wherever_chance_leads() {
    wander::<6>(5, Trouble::Forgetting);
}

#[test]
#[ignore = "millions of worlds: with optimizations"]
fn six_actors_wherever_chance_leads_for_longer() {
    wander::<6>(300, Trouble::Conversions);
    wander::<6>(300, Trouble::Cancellation);
    wander::<6>(300, Trouble::Forgetting);
}

#[test]
#[ignore = "takes minutes: for the deep lane"]
fn six_actors_wherever_chance_leads_for_minutes() {
    wander::<6>(6000, Trouble::Conversions);
    wander::<6>(6000, Trouble::Cancellation);
    wander::<6>(6000, Trouble::Forgetting);
}
