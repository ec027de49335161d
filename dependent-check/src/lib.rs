//! What a crate has to be able to do that depends on the library, whichever `--cfg` it sets for itself.

mod scrutinee;

/// `RwLock::new` is `const`, unless this library itself was asked to be modelled with loom.
#[cfg(not(any_rwlock_loom))]
pub static NAMES: any_rwlock::RwLock<Vec<&str>> = any_rwlock::RwLock::new(Vec::new());

#[cfg(not(any_rwlock_loom))]
#[test]
fn a_lock_in_a_static_works_outside_a_model() {
    NAMES.try_write().unwrap().push("one");
    assert_eq!(NAMES.try_read().unwrap().len(), 1);
    assert_eq!(*NAMES.read_blocking(), ["one"]);
}
