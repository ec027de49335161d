//! Asks a lock for every promise.

use std::any::Any;
use std::sync::mpsc::{channel, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::locks::Peer;
use crate::not_promised_here;
use crate::promises::lock::Offer;
use crate::promises::{cancellation, conversions, cost, exclusion, fairness, futurelock, wake_ups};

/// How long a promise may take: far longer than any does, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) enum Answer {
    Kept,
    Broken,
    NotOffered,
    /// Broken, and the documentation says this instead.
    Otherwise(&'static str),
}

/// A row of the table, as one lock sees it.
pub(crate) struct Promise {
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    offer: Offer,
    run: fn(),
}

/// A lock, and its answers in the order of the rows.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) answers: Vec<(Promise, Answer)>,
}

/// A vector of promises: module by module, with what a lock has to offer for each.
macro_rules! promises {
    ($($module:ident { $($(#[$attribute:meta])* $promise:ident: $offer:ident,)* })*) => {
        vec![$($(Promise {
            module: stringify!($module),
            name: stringify!($promise),
            offer: Offer::$offer,
            run: $module::$promise::<L>,
        },)*)*]
    };
}

pub(crate) fn ask<L: Peer>() -> Column {
    let mut promises = each_promise!(promises);
    promises.extend(promises! {
        not_promised_here {
            a_waker_may_use_the_lock_that_wakes_it: Access,
            a_future_whose_waker_has_panicked_gets_in_when_it_is_polled: Access,
        }
    });
    let answer = |promise| {
        let answer = answer::<L>(&promise);
        (promise, answer)
    };
    Column { name: L::NAME, answers: promises.into_iter().map(answer).collect() }
}

fn answer<L: Peer>(promise: &Promise) -> Answer {
    if !L::OFFERS.contains(&promise.offer) {
        return Answer::NotOffered;
    }
    let Err(how) = outcome(promise.run) else { return Answer::Kept };
    eprintln!("{}: {}: {how}", L::NAME, promise.name);
    let instead = L::OTHERWISE.iter().find(|(_, promises)| promises.contains(&promise.name));
    match instead {
        Some((instead, _)) => Answer::Otherwise(instead),
        None => Answer::Broken,
    }
}

/// Runs this on a thread of its own, which is left behind if it hangs.
fn outcome(run: fn()) -> Result<(), String> {
    let (ended, has_ended) = channel::<()>();
    let thread = thread::spawn(move || {
        let _ended_also_by_a_panic = ended;
        run();
    });
    match has_ended.recv_timeout(PATIENCE) {
        Err(RecvTimeoutError::Timeout) => Err("it hangs".to_string()),
        _ => thread.join().map_err(message),
    }
}

fn message(panic: Box<dyn Any + Send>) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(message), _) => message.clone(),
        (_, Some(message)) => message.to_string(),
        _ => "a panic".to_string(),
    }
}
