//! How long a call takes, without the time in which its thread was ready and had no processor.
//!
//! Linux tells the latter (`/proc/thread-self/schedstat`, the second number, in nanoseconds); elsewhere it is
//! counted as if the call had taken it. Asking costs more than a call, so it is asked once in a while, and after
//! what looks like a long one; of that, too much rather than too little is then taken off. Waiting for a lock whose
//! holder has no processor counts.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Calls between two looks at the time without a processor.
const CALLS: u32 = 64;
/// What takes longer is looked at closely.
const LONG: Duration = Duration::from_millis(10);

thread_local! {
    /// Calls until the next look, and what the last one saw.
    static SEEN: Cell<(u32, Duration)> = const { Cell::new((0, Duration::ZERO)) };
}

/// Does it, and says how long it took.
pub(super) fn time<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let (calls, mut seen) = SEEN.get();
    if calls == 0 {
        seen = without_processor();
    }
    let before = Instant::now();
    let outcome = what();
    let mut took = before.elapsed();
    let mut left = calls.checked_sub(1).unwrap_or(CALLS);
    if took > LONG {
        let now = without_processor();
        took = took.saturating_sub(now - seen);
        (left, seen) = (CALLS, now);
    }
    SEEN.set((left, seen));
    (outcome, took)
}

/// How long this thread has been ready and had no processor.
fn without_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').nth(1).and_then(|number| number.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_is_not_for_a_processor_counts() {
        let ((), took) = time(|| std::thread::sleep(2 * LONG));
        assert!(took >= LONG, "{took:?}");
    }
}
