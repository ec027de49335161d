//! Which lock keeps which promise: asks each what any-rwlock promises, and prints a table. What was
//! broken, and how, goes to the standard error.

#[macro_use]
#[path = "../../../../tests/conformance/promises/mod.rs"]
mod promises;

mod asked;
mod locks;
mod not_promised_here;
mod table;

use std::process::ExitCode;

use any_rwlock_benches::peers::{
    AsyncLock, Asyncband, Embassy, FuturesLocks, Intrusive, Maitake, Ours, Saa, Tokio,
};

use asked::{ask, Answer};

fn main() -> ExitCode {
    // Broken promises panic; the table says which.
    std::panic::set_hook(Box::new(|_| {}));
    let columns = [
        ask::<Ours>(),
        ask::<Intrusive>(),
        ask::<AsyncLock>(),
        ask::<Tokio>(),
        ask::<Asyncband>(),
        ask::<Maitake>(),
        ask::<Embassy>(),
        ask::<FuturesLocks>(),
        ask::<Saa>(),
    ];
    print!("{}", table::page(&columns));
    let [ours, intrusive, ..] = &columns;
    let mut answers = ours.answers.iter().chain(&intrusive.answers);
    match answers.all(|(_, answer)| matches!(answer, Answer::Kept | Answer::Otherwise(_))) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
