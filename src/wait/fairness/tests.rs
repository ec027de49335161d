#![forbid(unsafe_code)]

use std::format;

use super::*;

#[test]
fn the_documentation_of_the_lock_states_the_bounds() {
    let text = include_str!("../../rwlock.rs").replace("\n///", "");
    let (count, growth) = (task_weight(PROMPT_DEFERRALS), 1 << GROWTH_LOG2);
    for bound in [
        format!("{MIN_DEFERRALS} times, and {growth} times as often with each time"),
        format!("refused because of a later arrival), up to {MAX_DEFERRALS} times"),
        format!("From the {}th time on a task lets", PROMPT_DEFERRALS + 1),
        format!("each time, and counts for {count}."),
        format!("{MIN_DEFERRALS} times of stepping aside in all, at most {MAX_DEFERRALS} if"),
    ] {
        assert!(text.contains(&bound), "{bound}");
    }
}

#[test]
fn deferrals_owed_grow_up_to_their_bound() {
    let deferrals_owed: std::vec::Vec<_> = (0..=MAX_LOSSES.into()).map(deferrals_owed).collect();
    assert_eq!(deferrals_owed, [4, 64, 1024, 16_384, 65_536]);
}

#[test]
fn an_epoch_that_begins_meanwhile_is_not_shortened() {
    let epoch = WakeEpoch::new();
    let first = epoch.begin(4, InFlight::NOBODY);
    assert_eq!(epoch.defer(1), first);
    let second = epoch.begin(64, InFlight::NOBODY);
    assert_ne!(first, second);
    assert_eq!((epoch.defer(63), epoch.snapshot().is_spent()), (second, false));
    assert_eq!((epoch.defer(1024), epoch.snapshot().is_spent()), (second, true));
}

#[test]
fn what_is_owed_to_readers_in_flight_stays_owed() {
    let epoch = WakeEpoch::new();
    epoch.begin(64, InFlight::NOBODY);
    epoch.defer(4);
    epoch.begin(4, InFlight::READERS);
    epoch.defer(59);
    assert!(!epoch.snapshot().is_spent());
    epoch.begin(4, InFlight::NOBODY);
    epoch.defer(1);
    // The greater of both, and nobody has been overtaken.
    epoch.begin(4, InFlight::READERS);
    assert!(epoch.snapshot().allows_barging());
    epoch.defer(4);
    assert!(epoch.snapshot().is_spent());
}

#[test]
fn what_is_owed_to_readers_grows_by_the_waking_of_readers_only() {
    let waiting = Waiting::new();
    let epoch = &waiting.fairness.epoch;
    epoch.owe_to_readers(64);
    epoch.begin(1024, InFlight::READERS);
    epoch.defer(4);
    assert_eq!(epoch.owed_to_readers(), 60);
    // More are woken beside them, to whom less is owed.
    waiting.wake(Access::Read, InFlight::READERS);
    assert_eq!(epoch.owed_to_readers(), 60);
    epoch.defer(61);
    assert!(epoch.owed_to_readers() == 0 && !epoch.snapshot().is_spent());
    waiting.wake(Access::Write, InFlight::READERS);
    assert_eq!(epoch.owed_to_readers(), 0);

    epoch.owe_to_readers(64);
    // These have come, and others are woken.
    waiting.wake(Access::Read, InFlight::NOBODY);
    assert_eq!(epoch.owed_to_readers(), MIN_DEFERRALS);
}
