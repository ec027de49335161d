//! The report says of each task what the account says.

use any_rwlock::diagnostics::{self, Access, LockReport};

use super::world::{Doing, Guard, Wait, World};

/// Who holds and who waits, in any order.
fn accesses(world: &World<'_>) -> (Vec<Access>, Vec<Access>) {
    let (mut held, mut awaited) = (Vec::new(), Vec::new());
    for task in &world.tasks {
        match &task.doing {
            Doing::Nothing => {}
            Doing::Holding(guard, _) => held.push(match guard {
                Guard::Read(_) => Access::Read,
                Guard::Upgradable(_) => Access::UpgradableRead,
                Guard::Write(_) => Access::Write,
            }),
            Doing::Waiting(wait) | Doing::Abandoned(wait) => awaited.push(match wait {
                Wait::Read(_) => Access::Read,
                Wait::Upgradable(_) => Access::UpgradableRead,
                Wait::Write(_) => Access::Write,
                Wait::Upgrade(_) => {
                    held.push(Access::UpgradableRead);
                    Access::Upgrade
                }
            }),
        }
    }
    (held, awaited)
}

fn sorted(mut accesses: Vec<Access>) -> Vec<Access> {
    accesses.sort_unstable_by_key(|access| *access as usize);
    accesses
}

pub(crate) fn check(world: &World<'_>) {
    let (held, awaited) = accesses(world);
    let LockReport { holders, waiters, counts, .. } = world.lock.report();
    assert_eq!(sorted(holders.iter().map(|it| it.access).collect()), sorted(held));
    assert_eq!(sorted(waiters.iter().map(|it| it.access).collect()), sorted(awaited));
    // No task of these waits beside a guard of its own.
    assert!(waiters.iter().all(|it| it.held_by_itself.is_empty()), "{waiters:?}");
    // Now and then: it looks at all locks.
    if (counts.reads + counts.writes + counts.waits) % 16 == 0 {
        let found = diagnostics::deadlocks();
        assert!(found.is_empty(), "{found:?}");
    }
}
