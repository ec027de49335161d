//! What the main program does, and what an interrupt does to it.
#![forbid(unsafe_code)]

use super::stage::Step::{self, *};
use crate::state::Access::{Read, RecursiveRead, UpgradableRead, Write};

/// Those of the main program.
const A: usize = 0;
const B: usize = 1;
const C: usize = 2;
const D: usize = 3;
/// Those of the interrupt.
const X: usize = 4;
const Y: usize = 5;

/// What it is about, and its steps. Without an interrupt, each can be done.
pub(super) type Program = (&'static str, &'static [Step]);

#[rustfmt::skip] // a step a line would be long
pub(super) const PROGRAMS: &[Program] = &[
    ("a reader", &[LockRequest(A, Read), Poll(A), Drop(A)]),
    ("a recursive reader", &[LockRequest(A, RecursiveRead), Poll(A), Clone(B, A), Drop(A), Drop(B)]),
    ("a writer", &[LockRequest(A, Write), Poll(A), Downgrade(A), Drop(A)]),
    (
        "upgrades of one who is alone",
        &[
            LockRequest(A, UpgradableRead), Poll(A), Upgrade(A), Poll(A), DowngradeToUpgradable(A),
            TryUpgrade(A), DowngradeToUpgradable(A), UpgradeRef(A), Poll(A), Downgrade(A), Drop(A),
        ],
    ),
    (
        "attempts",
        &[
            Try(A, Read), Try(B, UpgradableRead), Try(C, Write), TryUpgrade(B), Drop(A),
            TryUpgrade(B), Try(C, Read), Try(C, UpgradableRead), Drop(B), Try(C, Write), Drop(C),
        ],
    ),
    (
        "a reader waits for a writer",
        &[Try(A, Write), LockRequest(B, Read), Poll(B), Poll(B), Drop(A), RunAll, Drop(B)],
    ),
    (
        "a writer waits for two readers, who come again",
        &[
            Try(A, Read), Clone(B, A), LockRequest(C, Write), Poll(C), Drop(A), LockRequest(A, Read), Poll(A),
            Drop(B), Try(B, Read), RunAll, Drop(C), RunAll,
        ],
    ),
    (
        "phases: a writer, all kinds of readers, a writer",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), LockRequest(C, Read), Poll(C), LockRequest(D, UpgradableRead),
            Poll(D), Drop(A), RunAll, Drop(C), Drop(D), RunAll, Drop(B),
        ],
    ),
    (
        "phases: a reader, a writer, readers",
        &[
            Try(A, Read), LockRequest(B, Write), Poll(B), LockRequest(C, Read), Poll(C), LockRequest(D, Read), Poll(D),
            Drop(A), RunAll, Drop(B), RunAll, Drop(C), Drop(D),
        ],
    ),
    (
        "readers pass a writer that waits",
        &[
            Try(A, Read), LockRequest(B, Write), Poll(B), Clone(C, A), LockRequest(D, RecursiveRead), Poll(D),
            Drop(A), Drop(C), Drop(D), RunAll, Drop(B),
        ],
    ),
    (
        "an upgrade waits for a reader, and another for it",
        &[
            Try(A, UpgradableRead), Try(B, Read), Upgrade(A), Poll(A), LockRequest(C, Read), Poll(C),
            Drop(B), RunAll, DowngradeToUpgradable(A), RunAll, Drop(C), Drop(A),
        ],
    ),
    (
        "an upgrade by reference waits for a reader, before a writer",
        &[
            Try(A, UpgradableRead), Try(B, Read), LockRequest(C, Write), Poll(C), UpgradeRef(A), Poll(A),
            Drop(B), RunAll, Drop(A), RunAll, Drop(C),
        ],
    ),
    (
        "an upgrade takes the wake-up of a writer",
        &[
            Try(A, UpgradableRead), LockRequest(B, Write), Poll(B), Drop(A), Try(A, UpgradableRead),
            Try(C, RecursiveRead), Upgrade(A), Poll(A), Drop(C), RunAll, Drop(A), RunAll, Drop(B),
        ],
    ),
    (
        "an upgrade is cancelled",
        &[
            Try(A, UpgradableRead), Try(B, Read), Upgrade(A), Poll(A), LockRequest(C, Read), Poll(C),
            LockRequest(D, Write), Poll(D), Cancel(A), Drop(B), Upgrade(A), Cancel(A), Drop(A), RunAll,
        ],
    ),
    (
        "an upgrade is dropped, and one by reference that was woken",
        &[
            Try(A, UpgradableRead), Try(B, Read), Upgrade(A), Poll(A), LockRequest(C, UpgradableRead),
            Poll(C), Drop(A), RunAll, UpgradeRef(C), Poll(C), LockRequest(D, Read), Poll(D), Drop(B),
            Drop(C), RunAll, Drop(D),
        ],
    ),
    (
        "upgradable readers, one after the other",
        &[
            Try(A, UpgradableRead), LockRequest(B, UpgradableRead), Poll(B), LockRequest(C, UpgradableRead),
            Poll(C), Drop(A), RunAll, Downgrade(B), RunAll, Drop(B), Drop(C),
        ],
    ),
    (
        "sleepers that have given up are woken",
        &[
            Try(A, Write), LockRequest(B, Read), Poll(B), LockRequest(C, UpgradableRead), Poll(C), Drop(B), Drop(C),
            Drop(A), Try(A, UpgradableRead), LockRequest(B, UpgradableRead), Poll(B), Drop(B), Drop(A),
        ],
    ),
    (
        "an upgradable reader that has given up is woken, and nobody leaves after that",
        &[Try(A, Write), LockRequest(B, UpgradableRead), Poll(B), Drop(B), Drop(A)],
    ),
    (
        "an upgradable reader that was woken gives up",
        &[
            Try(A, UpgradableRead), LockRequest(B, UpgradableRead), Poll(B), LockRequest(C, UpgradableRead),
            Poll(C), Downgrade(A), LockRequest(D, Write), Poll(D), Drop(B), Drop(A), RunAll, Drop(D),
            RunAll, Drop(C),
        ],
    ),
    (
        "a writer that waits gives up",
        &[
            Try(A, Read), LockRequest(B, Write), Poll(B), LockRequest(C, Read), Poll(C), LockRequest(D, UpgradableRead),
            Poll(D), Drop(B), RunAll, Drop(A), Drop(C), Drop(D),
        ],
    ),
    (
        "a writer that was woken gives up",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), LockRequest(C, Write), Poll(C), Drop(A), LockRequest(D, Read),
            Poll(D), Drop(B), RunAll, Drop(C), RunAll, Drop(D),
        ],
    ),
    (
        "readers that were woken give up",
        &[
            Try(A, Write), LockRequest(B, Read), Poll(B), LockRequest(C, Read), Poll(C), LockRequest(D, Write), Poll(D),
            Drop(A), Drop(B), Drop(C), RunAll, Drop(D),
        ],
    ),
    (
        "arrivals defer",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), Drop(A), LockRequest(A, Write), Poll(A), LockRequest(C, Read),
            Poll(C), LockRequest(D, UpgradableRead), Poll(D), Poll(B), RunAll, Drop(B), RunAll,
        ],
    ),
    (
        "one that was woken is not polled",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), Drop(A), LockRequest(C, Write), Run(C), Drop(C),
            LockRequest(D, Read), Run(D), Drop(D), Drop(B),
        ],
    ),
    (
        "a writer that was woken is overtaken",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), LockRequest(C, Write), Poll(C), Drop(A), Try(A, Write),
            Poll(B), Drop(A), RunAll, Drop(B), RunAll, Drop(C),
        ],
    ),
    (
        "readers that were woken are overtaken",
        &[
            Try(A, Write), LockRequest(B, Read), Poll(B), LockRequest(C, UpgradableRead), Poll(C), Drop(A),
            Try(A, Write), Poll(B), Poll(C), Drop(A), RunAll, Drop(B), Drop(C),
        ],
    ),
    (
        "a writer and a reader are woken, on several processors",
        &[
            Try(A, Write), LockRequest(B, Write), Poll(B), LockRequest(C, UpgradableRead), Poll(C), Drop(A),
            Try(D, RecursiveRead), Drop(D), SeenInParallel, Poll(B), Poll(C),
        ],
    ),
    (
        "a writer becomes a reader",
        &[
            Try(A, Write), LockRequest(B, Read), Poll(B), LockRequest(C, UpgradableRead), Poll(C), LockRequest(D, Write),
            Poll(D), Downgrade(A), RunAll, Drop(A), Drop(B), Drop(C), RunAll, Drop(D),
        ],
    ),
    (
        "a writer becomes an upgradable reader",
        &[
            Try(A, Write), LockRequest(B, Read), Poll(B), LockRequest(C, UpgradableRead), Poll(C),
            DowngradeToUpgradable(A), RunAll, Drop(B), TryUpgrade(A), Drop(A), RunAll, Drop(C),
        ],
    ),
];

/// What it does at one moment, and at a later one.
pub(super) type Interrupt = (&'static str, &'static [Step], &'static [Step]);

pub(super) const TAKES: &[Interrupt] = &[
    ("reads", &[Try(X, Read), Drop(X)], &[]),
    ("reads, and stays", &[Try(X, Read)], &[Drop(X)]),
    ("reads recursively, and stays", &[Try(X, RecursiveRead)], &[Drop(X)]),
    ("writes", &[Try(X, Write), Drop(X)], &[]),
    ("writes, and stays", &[Try(X, Write)], &[Drop(X)]),
    ("writes, and becomes a reader", &[Try(X, Write)], &[Downgrade(X)]),
    ("writes, and becomes an upgradable reader", &[Try(X, Write)], &[DowngradeToUpgradable(X)]),
    ("reads upgradably", &[Try(X, UpgradableRead), Drop(X)], &[]),
    ("reads upgradably, and stays", &[Try(X, UpgradableRead)], &[Drop(X)]),
    ("reads upgradably, and becomes a reader", &[Try(X, UpgradableRead)], &[Downgrade(X)]),
    ("reads upgradably, and upgrades", &[Try(X, UpgradableRead)], &[TryUpgrade(X), Drop(X)]),
    ("reads besides, and stays", &[Clone(X, A)], &[Drop(X)]),
    ("drops A, and writes and stays", &[Drop(A)], &[Try(X, Write)]),
    ("drops B, and writes and stays", &[Drop(B)], &[Try(X, Write)]),
];

pub(super) const DROPS: &[Interrupt] = &[
    ("A", &[Drop(A)], &[]),
    ("B", &[Drop(B)], &[]),
    ("C", &[Drop(C)], &[]),
    ("D", &[Drop(D)], &[]),
    ("A, then B", &[Drop(A)], &[Drop(B)]),
    ("B, then A", &[Drop(B)], &[Drop(A)]),
    ("C, then B", &[Drop(C)], &[Drop(B)]),
    ("its future, never polled", &[LockRequest(X, Write)], &[Drop(X)]),
    ("its reader", &[LockRequest(X, Read), Poll(X)], &[Drop(X)]),
    ("its upgradable reader", &[LockRequest(X, UpgradableRead), Poll(X)], &[Drop(X)]),
    ("its writer", &[LockRequest(X, Write), Poll(X)], &[Drop(X)]),
    (
        "its upgrade",
        &[Try(X, UpgradableRead), Try(Y, Read), Upgrade(X), Poll(X), Drop(Y)],
        &[Drop(X)],
    ),
];

pub(super) const POLLS: &[Interrupt] = &[
    ("its reader", &[LockRequest(X, Read), Run(X)], &[Poll(X), Drop(X)]),
    ("its upgradable reader", &[LockRequest(X, UpgradableRead), Run(X)], &[Poll(X), Drop(X)]),
    ("its writer", &[LockRequest(X, Write), Run(X)], &[Poll(X), Drop(X)]),
    (
        "its upgradable readers",
        &[Try(X, UpgradableRead), LockRequest(Y, UpgradableRead), Poll(Y)],
        &[Drop(X), Run(Y)],
    ),
    (
        "its upgradable readers, woken",
        &[LockRequest(X, UpgradableRead), Poll(X), LockRequest(Y, UpgradableRead), Poll(Y)],
        &[Run(X), Drop(X)],
    ),
    ("its writer, woken", &[LockRequest(X, Write), Poll(X)], &[Run(X)]),
    ("its reader, woken", &[LockRequest(X, Read), Poll(X)], &[Run(X)]),
    (
        "its writers",
        &[LockRequest(X, Write), Run(X), LockRequest(Y, Write), Run(Y)],
        &[Run(X), Run(Y), Drop(X)],
    ),
    ("its upgrade", &[Try(X, UpgradableRead), Upgrade(X), Run(X)], &[Run(X), Drop(X)]),
    ("its upgrade by reference", &[Try(X, UpgradableRead), UpgradeRef(X)], &[Run(X), Run(X)]),
    ("its upgrade, and cancels", &[Try(X, UpgradableRead), Upgrade(X), Run(X)], &[Cancel(X)]),
    ("everybody", &[RunAll], &[RunAll]),
    ("B", &[Poll(B)], &[Poll(B)]),
    ("C and D", &[Poll(C)], &[Poll(D)]),
];
