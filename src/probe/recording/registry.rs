//! The locks in use: those that someone holds or waits for.
//!
//! An idle lock stays listed until the list has grown: to take it off each time, and put it on again, would cost
//! every access a second mutex. So the list is at most twice as long as it was when it was last looked through, and
//! that is bounded by what is held and waited for.

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ledger::{Entries, Ledger};

struct Registry {
    ledgers: Vec<Arc<Ledger>>,
    /// So long the list may become before it is looked through.
    limit: usize,
}

/// So many may be listed in any case.
const MIN_LIMIT: usize = 64;

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { ledgers: Vec::new(), limit: MIN_LIMIT });

/// Who has several ledgers locked: one at a time.
static READER: Mutex<()> = Mutex::new(());

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lists a lock that has come into use. The caller has no ledger locked.
#[cold]
pub(super) fn add(ledger: &Arc<Ledger>) {
    let mut registry = registry();
    if registry.ledgers.len() >= registry.limit {
        registry.ledgers.retain(|ledger| {
            let mut entries = ledger.entries();
            let is_idle = entries.is_idle();
            if is_idle {
                entries.unregister();
            }
            !is_idle
        });
        registry.limit = MIN_LIMIT.max(2 * registry.ledgers.len());
        let limit = registry.limit;
        registry.ledgers.shrink_to(limit);
    }
    registry.ledgers.push(Arc::clone(ledger));
}

/// Looks at all locks in use at one moment. `look` runs with all of them locked: it calls no code of others.
pub(crate) fn look_at_all<R>(
    look: impl FnOnce(&mut [(&Ledger, MutexGuard<'_, Entries>)]) -> R,
) -> R {
    let _reader = READER.lock().unwrap_or_else(PoisonError::into_inner);
    let ledgers = registry().ledgers.clone();
    let mut locked: Vec<_> = ledgers.iter().map(|ledger| (&**ledger, ledger.entries())).collect();
    locked.retain(|(_, entries)| !entries.is_idle());
    locked.sort_by_key(|(ledger, _)| ledger.id);
    look(&mut locked)
}

#[cfg(test)]
mod tests;
