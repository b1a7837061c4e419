//! How many lines there may be: so many at once, and one more every so often.
//!
//! One number says when all that was admitted would have come at an even pace. No lock: it may be asked in a child that
//! was forked while another thread held one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// So many lines at once.
const AT_ONCE: u64 = 20;
/// After so many milliseconds there may be one more.
const EVERY: u64 = 3000;

/// How many lines there may be.
#[derive(Debug)]
pub(super) struct Pace {
    begun: Instant,
    /// When the next would come at an even pace, in milliseconds.
    next: AtomicU64,
    left_out: AtomicU64,
}

impl Pace {
    pub(super) fn new() -> Self {
        Pace {
            begun: Instant::now(),
            next: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
        }
    }

    /// Whether there may be a line now, and how many were left out since the last one.
    pub(super) fn admits(&self) -> Option<u64> {
        self.admits_at(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn admits_at(&self, now: u64) -> Option<u64> {
        let admitted = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                let begin = next.max(now);
                (begin - now <= (AT_ONCE - 1) * EVERY).then_some(begin.saturating_add(EVERY))
            });
        if admitted.is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.left_out.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_then_one_at_a_time_and_none_uncounted() {
        let pace = Pace::new();
        let admitted = |now| pace.admits_at(now);
        assert!((0..AT_ONCE).all(|_| admitted(0) == Some(0)));
        assert_eq!([admitted(0), admitted(0), admitted(EVERY - 1)], [None; 3]);
        assert_eq!(
            [admitted(EVERY), admitted(EVERY), admitted(2 * EVERY)],
            [Some(3), None, Some(1)]
        );
        // Who was silent for long may speak as at first.
        let later = 1000 * EVERY;
        assert!((0..AT_ONCE).all(|_| admitted(later) == Some(0)));
        assert_eq!(admitted(later), None);
    }
}
