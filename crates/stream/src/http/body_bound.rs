//! How long a body of many records may be: pure arithmetic.
//!
//! No bound is known at first: the stream's batch decides. A server that says that a body is too large (413)
//! is sent at most half as many bytes, until it takes them or one record is left, which then goes alone. What
//! it has taught holds for the stream's life, with a cautious try of twice as much now and then: the record that
//! was too large may have been the only one.
//!
//! A body that a slow server, or a slow link, did not get through in time teaches the same: what no time is enough for
//! would be sent for ever.
//!
//! A server to which even a few kilobytes are too much means something else by it: it gets single records.

use std::iter;

/// What a server that takes bodies of many can be expected to take, in bytes.
const LEAST: usize = 4 * 1024;
/// After how many bodies that the bound has cut a longer one is tried.
const PATIENCE: u32 = 16;
const MOST_PATIENCE: u32 = 1024;

/// How long a body of many records may be.
#[derive(Debug)]
pub(super) struct BodyBound {
    bytes: Option<usize>,
    /// Bodies that the bound has cut and the server has taken, since the bound has changed.
    taken: u32,
    patience: u32,
    /// Whether the last change was a try of more.
    trying: bool,
}

impl BodyBound {
    pub(super) fn new() -> Self {
        BodyBound {
            bytes: None,
            taken: 0,
            patience: PATIENCE,
            trying: false,
        }
    }

    /// How many of the records of these lengths go into the next body; at least one.
    pub(super) fn fitting(&self, lengths: impl Iterator<Item = usize>) -> usize {
        let mut lengths = lengths.peekable();
        let mut room = self.bytes.unwrap_or(usize::MAX);
        let fitting = iter::from_fn(|| {
            room = room.checked_sub(*lengths.peek()?)?;
            lengths.next()
        });
        fitting.count().max(1)
    }

    /// A body of many with so many bytes was too large. False where a shorter one makes no sense.
    pub(super) fn refused(&mut self, bytes: usize) -> bool {
        if self.trying {
            self.patience = (self.patience * 2).min(MOST_PATIENCE);
        }
        if bytes / 2 < LEAST {
            return false;
        }
        (self.bytes, self.taken, self.trying) = (Some(bytes / 2), 0, false);
        true
    }

    /// A body of many with so many bytes was not read or not answered in time.
    pub(super) fn late(&mut self, bytes: usize) {
        // Where a shorter one makes no sense, it is not for the length.
        let _ = self.refused(bytes);
    }

    /// A body was taken; `cut` says that more records were waiting.
    pub(super) fn taken(&mut self, cut: bool) {
        let Some(bytes) = self.bytes.filter(|_| cut) else {
            return;
        };
        self.taken += 1;
        if self.taken >= self.patience {
            (self.bytes, self.taken, self.trying) = (Some(bytes.saturating_mul(2)), 0, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting(bound: &BodyBound, lengths: &[usize]) -> usize {
        bound.fitting(lengths.iter().copied())
    }

    #[test]
    fn what_was_too_large_is_halved() {
        let mut bound = BodyBound::new();
        let lengths = [10_000; 8];
        assert_eq!(fitting(&bound, &lengths), 8);
        for (refused, fits) in [(80_000, 4), (40_000, 2), (20_000, 1)] {
            assert!(bound.refused(refused));
            assert_eq!(fitting(&bound, &lengths), fits);
        }
    }

    #[test]
    fn one_fits_always_and_no_hole_is_left() {
        let mut bound = BodyBound::new();
        bound.refused(40_000);
        assert_eq!(fitting(&bound, &[50_000, 10]), 1);
        assert_eq!(fitting(&bound, &[10, 50_000, 10]), 1);
        assert_eq!(fitting(&bound, &[10, 10]), 2);
    }

    #[test]
    fn a_few_kilobytes_are_never_too_much() {
        let mut bound = BodyBound::new();
        assert!(!bound.refused(2 * LEAST - 1));
        assert_eq!(fitting(&bound, &[10; 9]), 9);
    }

    #[test]
    fn what_takes_too_long_is_halved_as_well() {
        let mut bound = BodyBound::new();
        bound.late(40_000);
        assert_eq!(fitting(&bound, &[10_000; 4]), 2);
        bound.late(LEAST);
        assert_eq!(fitting(&bound, &[10_000; 4]), 2);
    }

    #[test]
    fn more_is_tried_ever_more_rarely() {
        let mut bound = BodyBound::new();
        bound.refused(40_000);
        for patience in [16, 32, 64] {
            for _ in 0..patience {
                assert_eq!(fitting(&bound, &[10_000; 9]), 2);
                bound.taken(true);
            }
            assert_eq!(fitting(&bound, &[10_000; 9]), 4);
            bound.refused(40_000);
        }
        bound.taken(false);
        assert_eq!(bound.taken, 0);
    }
}
