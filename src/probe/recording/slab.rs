//! Records by a number that stays the same until they are taken out.

use alloc::vec::Vec;

/// Beyond so many places, one that is empty gives its memory back.
const KEPT: usize = 64;

#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
    /// The first free place, if any; each leads to the next.
    free: Option<u32>,
    len: usize,
}

#[derive(Debug)]
enum Place<T> {
    Taken(T),
    Free(Option<u32>),
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Slab<T> {
        Slab { places: Vec::new(), free: None, len: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        match self.free {
            Some(key) => {
                let place = &mut self.places[key as usize];
                if let Place::Free(next) = place {
                    self.free = *next;
                }
                *place = Place::Taken(value);
                key
            }
            None => {
                let key = u32::try_from(self.places.len()).expect("as many as a lock can count");
                self.places.push(Place::Taken(value));
                key
            }
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: u32) -> Option<&mut T> {
        match self.places.get_mut(key as usize) {
            Some(Place::Taken(value)) => Some(value),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn remove(&mut self, key: u32) -> Option<T> {
        let place = self.places.get_mut(key as usize)?;
        if let Place::Free(_) = place {
            return None;
        }
        let before = core::mem::replace(place, Place::Free(self.free));
        self.free = Some(key);
        self.len -= 1;
        if self.len == 0 && self.places.len() > KEPT {
            *self = Slab::new();
        }
        match before {
            Place::Taken(value) => Some(value),
            Place::Free(_) => None,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.places.iter().enumerate().filter_map(|(key, place)| match place {
            Place::Taken(value) => Some((key as u32, value)),
            Place::Free(_) => None,
        })
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().filter_map(|place| match place {
            Place::Taken(value) => Some(value),
            Place::Free(_) => None,
        })
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = T> {
        self.places.into_iter().filter_map(|place| match place {
            Place::Taken(value) => Some(value),
            Place::Free(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
