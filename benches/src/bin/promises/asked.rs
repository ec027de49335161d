//! Asks a lock for every promise.

use std::any::Any;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::locks::Peer;
use crate::promises;
use crate::promises::lock::Offer;

/// How long a promise may take: far longer than any does, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) enum Answer {
    Kept,
    Broken,
    NotOffered,
    /// Broken, and the documentation promises this instead.
    Otherwise(&'static str),
}

pub(crate) struct Promise {
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    offer: Offer,
}

/// A lock, and its answers in the order of [`PROMISES`].
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) answers: Vec<Answer>,
}

macro_rules! promises {
    ($($module:ident { $($(#[$attribute:meta])* $promise:ident: $offer:ident,)* })*) => {
        pub(crate) const PROMISES: &[Promise] = &[$($(Promise {
            module: stringify!($module),
            name: stringify!($promise),
            offer: Offer::$offer,
        },)*)*];

        fn functions<L: Peer>() -> Vec<fn()> {
            vec![$($(promises::$module::$promise::<L>,)*)*]
        }
    };
}
each_promise!(promises);

pub(crate) fn ask<L: Peer>() -> Column {
    let answer = |(promise, run)| answer::<L>(promise, run);
    Column { name: L::NAME, answers: PROMISES.iter().zip(functions::<L>()).map(answer).collect() }
}

fn answer<L: Peer>(promise: &Promise, run: fn()) -> Answer {
    if !L::OFFERS.contains(&promise.offer) {
        return Answer::NotOffered;
    }
    let Err(how) = outcome(run) else { return Answer::Kept };
    let otherwise = L::OTHERWISE.iter().find(|(_, promises)| promises.contains(&promise.name));
    eprintln!("{}: {}: {how}", L::NAME, promise.name);
    match otherwise {
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
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => Err("it hangs".to_string()),
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
