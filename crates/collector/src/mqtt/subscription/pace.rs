//! How long to wait before the next attempt: little at first, at most [`LONGEST`], and less by chance, so that many
//! collectors do not come back at the same moment.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);

/// The first one, which doubles.
const FIRST: Duration = Duration::from_millis(200);

/// A connection that lasted so long was a good one.
const GOOD: Duration = Duration::from_secs(10);

/// The pauses between attempts.
#[derive(Default)]
pub(super) struct Pace {
    attempts: u32,
}

impl Pace {
    /// The pause after a connection that was there for so long.
    pub(super) fn pause(&mut self, lasted: Duration) -> Duration {
        if lasted >= GOOD {
            self.attempts = 0;
        }
        let whole = FIRST.saturating_mul(1 << self.attempts.min(10)).min(LONGEST);
        self.attempts = self.attempts.saturating_add(1);
        // Between half of it and all.
        let by_chance = RandomState::new().build_hasher().finish() % 1_000;
        whole.mul_f64(0.5 + by_chance as f64 / 2_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds_and_begin_anew_after_a_good_connection() {
        let mut pace = Pace::default();
        let short = Duration::ZERO;
        let pauses: Vec<Duration> = (0..40).map(|_| pace.pause(short)).collect();
        assert!(pauses[0] <= FIRST);
        assert!(
            pauses
                .iter()
                .all(|pause| *pause <= LONGEST && *pause >= FIRST / 2)
        );
        assert!(pauses[39] >= LONGEST / 2);
        assert!(pace.pause(GOOD) <= FIRST);
    }
}
