//! The promises that can be asked of any async read-write lock: a promise is a function of the lock's
//! type, and its name is the sentence. They are tests of this crate, and the rows of a table of other
//! locks (in `benches`), which is why this module stands on its own.

#[macro_use]
pub(crate) mod lock;

pub(crate) mod cancellation;
pub(crate) mod conversions;
pub(crate) mod cost;
pub(crate) mod counting;
pub(crate) mod exclusion;
pub(crate) mod fairness;
pub(crate) mod futurelock;
// The promises do not need all of it.
#[allow(dead_code)]
pub(crate) mod support;
pub(crate) mod wake_ups;

/// Hands all promises to a macro: module by module, with what a lock has to offer for each.
macro_rules! each_promise {
    ($then:ident) => {
        $then! {
            exclusion {
                never_a_writer_beside_anybody_and_at_most_one_upgradable_reader_beside_readers: Access,
                waiting_futures_exclude_one_another_as_attempts_do: Access,
                a_woken_waiter_that_is_not_polled_shares_with_no_one_it_must_not_share_with: Access,
                downgrade_releases_exactly_once: Downgrades,
                a_failed_attempt_leaves_the_lock_as_it_was: Access,
                #[cfg_attr(panic = "abort", ignore = "a panic ends the process")]
                a_panic_in_a_guards_scope_releases_the_lock: Access,
            }
            fairness {
                when_a_reader_leaves_the_writer_goes_and_then_the_reader_behind_it: Access,
                when_a_writer_leaves_all_readers_go_together_and_then_the_writer_between_them: Access,
                a_reader_that_comes_while_a_writer_waits_waits_behind_it: Access,
                waiters_of_one_kind_go_in_the_order_in_which_they_were_first_polled: Access,
                an_upgrade_goes_before_every_writer_that_waits: Upgrades,
                writers_that_lock_again_in_the_same_poll_do_not_starve_a_reader: Access,
                readers_that_overlap_for_ever_do_not_starve_a_writer: Access,
                a_reader_waits_for_at_most_one_of_the_writers_that_lock_again_in_the_same_poll: Access,
                a_writer_waits_for_at_most_one_phase_of_readers_that_overlap_for_ever: Access,
                readers_that_hold_the_lock_when_a_writer_comes_are_the_only_ones_it_waits_for: Access,
                a_writer_waits_for_at_most_the_upgradable_reader_that_is_in: Upgrades,
                each_of_the_writers_that_lock_again_in_the_same_poll_gets_its_turn: Access,
                in_a_mixed_crowd_every_wait_is_bounded: Access,
                an_executor_with_nothing_to_do_comes_to_rest: Access,
            }
            futurelock {
                a_future_that_was_polled_before_the_release_finishes_beside_one_that_is_never_polled_again: Access,
                a_future_that_comes_after_the_release_finishes_beside_one_that_is_never_polled_again: Access,
                a_reader_finishes_beside_an_upgrade_that_is_never_polled_again: Upgrades,
                an_upgrade_finishes_beside_a_future_that_is_never_polled_again: Upgrades,
                an_upgrade_and_a_read_of_one_task_finish_in_either_order_of_polls: Upgrades,
                a_task_that_keeps_a_future_and_asks_again_does_not_wait_for_itself: Access,
                the_loser_of_a_race_that_is_kept_does_not_keep_the_winners_task_out: Access,
                other_tasks_finish_once_a_woken_and_abandoned_future_is_dropped: Access,
                whichever_futures_of_a_task_are_never_polled_again_the_others_finish: Access,
            }
            cancellation {
                dropping_an_unpolled_future_has_no_effect_at_all: Access,
                dropping_an_unpolled_upgrade_only_drops_its_guard: Upgrades,
                dropping_a_finished_future_has_no_effect: Access,
                dropping_a_queued_writer_lets_in_the_readers_behind_it_at_once: Access,
                dropping_one_of_two_queued_writers_does_not_let_readers_in: Access,
                a_waiter_that_is_dropped_before_its_poll_passes_its_wake_up_on_whatever_the_kinds: Access,
                a_woken_upgrade_that_is_dropped_passes_its_wake_up_on: Upgrades,
                a_dropped_middle_waiter_keeps_the_order_of_the_rest_and_wakes_nobody_early: Access,
                a_sleeping_waiter_that_is_dropped_wakes_nobody_while_a_woken_writer_is_on_its_way: Access,
                a_task_that_is_dropped_after_any_number_of_turns_leaves_the_others_able_to_finish: Access,
            }
            wake_ups {
                only_the_waker_of_the_last_poll_is_woken_and_the_one_before_is_dropped: Access,
                behind_an_idle_holder_nobody_is_woken_however_often_they_are_polled: Access,
                when_a_writer_leaves_each_reader_that_waits_gets_in_though_the_others_are_never_polled: Access,
                a_leaving_writer_wakes_one_writer_when_no_reader_waits: Access,
                a_leaving_reader_wakes_nobody_while_others_stay: Access,
                the_last_of_a_reader_and_an_upgradable_reader_that_leave_wakes_the_writer: Upgrades,
                the_last_reader_that_leaves_wakes_the_upgrader_and_nobody_else: Upgrades,
                a_release_without_waiters_wakes_nobody_later: Access,
                a_sleeping_waiter_that_is_polled_unasked_takes_what_is_free: Access,
                dropping_a_woken_writer_that_was_never_polled_wakes_the_next: Access,
            }
            conversions {
                waiting_for_or_holding_an_upgradable_read_does_not_keep_a_plain_reader_out: Upgrades,
                an_upgrade_keeps_readers_out_from_its_first_poll_on_and_not_before: Upgrades,
                an_upgrade_is_atomic_against_a_queued_writer: Upgrades,
                an_attempt_to_upgrade_beside_readers_returns_the_guard_and_changes_nothing: Upgrades,
                an_attempt_to_upgrade_goes_before_a_queued_writer: Upgrades,
                upgrade_and_downgrade_repeated_any_number_of_times_leave_the_lock_as_it_was: Upgrades,
                no_writer_gets_in_between_repeated_conversions: Upgrades,
                downgrading_a_writer_admits_the_readers_that_wait_and_the_writer_goes_after_them: Downgrades,
                downgrading_an_upgradable_reader_admits_the_next_one: Upgrades,
            }
            cost {
                #[cfg_attr(feature = "diagnostics", ignore = "a record is on the heap")]
                futures_that_need_not_wait_do_not_allocate: Access,
                #[cfg_attr(feature = "diagnostics", ignore = "a record is on the heap")]
                a_wait_allocates_at_most_once_per_suspension_after_the_first_wait_of_its_kind: Access,
                #[cfg_attr(feature = "diagnostics", ignore = "a record is on the heap")]
                a_lock_that_somebody_has_waited_for_does_not_allocate_when_it_is_free: Access,
                #[cfg_attr(feature = "diagnostics", ignore = "a record is on the heap")]
                an_upgrade_that_need_not_wait_does_not_allocate: Upgrades,
            }
        }
    };
}
