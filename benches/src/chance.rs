//! Chance from a seed.

/// Xorshift: next to nothing beside what is measured.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Whether the next one is among the first `part` of `whole`.
    #[inline]
    pub fn is_within(&mut self, part: u64, whole: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % whole < part
    }
}
