//! The value is made once, and dropped with the lock.
#![forbid(unsafe_code)]

use std::sync::Arc;

use super::OnFirstWait;

#[test]
fn the_value_is_made_when_it_is_first_asked_for_and_dropped_with_its_owner() {
    let value = Arc::new(());
    let owner = OnFirstWait::new();
    for _ in 0..2 {
        assert!(Arc::ptr_eq(owner.get(|| Arc::clone(&value)), &value));
        assert_eq!(Arc::strong_count(&value), 2);
    }
    drop(owner);
    assert_eq!(Arc::strong_count(&value), 1);
}
