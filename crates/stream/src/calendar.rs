//! How old what is on disk is: by the calendar, for it may have been written by another process, but not by leaps of it.
//!
//! A machine that learns the time after its start finds itself years ahead all at once, and all that waits seems to have
//! waited for as long. So the calendar of a process goes on from its start as real time does. Where the clock falls
//! behind that, it counts.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Before this, in milliseconds since 1970, no record of ours was written: it is what clocks say that were never set.
const FIRST: u64 = 1_735_689_600_000;

/// The calendar of a process.
#[derive(Debug)]
pub(crate) struct Calendar {
    begun: Instant,
    then: u64,
}

impl Calendar {
    pub(crate) fn new() -> Self {
        Calendar {
            begun: Instant::now(),
            then: now(),
        }
    }

    /// Whether more than `age` has gone by since then, in milliseconds since 1970.
    pub(crate) fn is_over(&self, since: u64, age: Duration) -> bool {
        self.is_over_at(now(), self.begun.elapsed(), since, age)
    }

    fn is_over_at(&self, now: u64, elapsed: Duration, since: u64, age: Duration) -> bool {
        let now = now.min(self.then.saturating_add(millis(elapsed)));
        since >= FIRST && since.saturating_add(millis(age)) < now
    }
}

/// The time in milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, millis)
}

/// In milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const START: u64 = FIRST + 1_000_000_000;

    fn calendar() -> Calendar {
        Calendar {
            begun: Instant::now(),
            then: START,
        }
    }

    #[test]
    fn a_leap_ahead_makes_nothing_old() {
        let year = 365 * 24 * millis(HOUR);
        assert!(!calendar().is_over_at(START + year, HOUR, START, HOUR));
        assert!(calendar().is_over_at(START + year, 2 * HOUR, START, HOUR));
    }

    #[test]
    fn what_another_process_left_has_its_age() {
        assert!(calendar().is_over_at(START, Duration::ZERO, START - 2 * millis(HOUR), HOUR));
        assert!(!calendar().is_over_at(START, Duration::ZERO, START - millis(HOUR), HOUR));
    }

    #[test]
    fn a_leap_back_and_a_clock_that_was_never_set_keep_everything() {
        assert!(!calendar().is_over_at(START - 9 * millis(HOUR), 9 * HOUR, START, HOUR));
        assert!(!calendar().is_over_at(START, HOUR, 5_000, HOUR));
    }
}
