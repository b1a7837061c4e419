//! Chance that can be repeated: SplitMix64, seeded from `TNT4_SEED` or from the hasher of this process.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

/// A source of numbers that a seed determines.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// The seed for a story: `TNT4_SEED` where it is set, or one that nobody chose. Whoever fails prints it.
    #[must_use]
    pub fn seed() -> u64 {
        match std::env::var("TNT4_SEED") {
            Ok(text) => text.parse().expect("TNT4_SEED is a whole number"),
            Err(_) => RandomState::new().hash_one(0_u8),
        }
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number of the range, which must not be empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.roll() % (range.end - range.start)
    }

    /// True one time in so many.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.within(0..times) == 0
    }

    /// One of several, which must not be none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.within(0..of.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_determines_all() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(move |_| dice.within(3..9)).collect::<Vec<_>>()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
        assert!(rolls(7).iter().all(|roll| (3..9).contains(roll)));
    }
}
