//! Numbers are used again, and memory is given back.
#![forbid(unsafe_code)]

use std::vec::Vec;

use super::*;

#[test]
fn a_place_is_used_again_once_it_is_free() {
    let mut slab = Slab::new();
    let keys: Vec<_> = (0..3).map(|value| slab.insert(value)).collect();
    assert_eq!(keys, [0, 1, 2]);
    assert_eq!((slab.remove(1), slab.remove(1), slab.remove(7)), (Some(1), None, None));
    assert!(slab.get_mut(1).is_none() && slab.get_mut(7).is_none());
    assert_eq!(slab.remove(0), Some(0));
    assert_eq!((slab.insert(3), slab.insert(4), slab.insert(5)), (0, 1, 3));
    *slab.get_mut(3).unwrap() += 1;
    let all: Vec<_> = slab.iter().map(|(key, value)| (key, *value)).collect();
    assert_eq!(all, [(0, 3), (1, 4), (2, 2), (3, 6)]);
    slab.iter_mut().for_each(|value| *value = 0);
    assert_eq!(slab.into_values().sum::<u32>(), 0);
}

#[test]
fn an_empty_slab_gives_its_memory_back() {
    let mut slab = Slab::new();
    let keys: Vec<_> = (0..1000).map(|value| slab.insert(value)).collect();
    for key in keys {
        assert!(!slab.is_empty());
        assert!(slab.remove(key).is_some());
    }
    assert!(slab.is_empty());
    assert_eq!(slab.places.capacity(), 0);
}
