//! How long the other side may take: pure arithmetic.
//!
//! A long body takes its time over a slow link, so the timeout is for progress, and not for the whole:
//!
//! * Each piece of 64 KiB has the whole timeout, and so has the answer after the last byte.
//! * What is being written has, all in all, as long as it takes at 4 KiB/s, and no less than the timeout: a server
//!   that takes a byte now and then holds nobody up for hours. A body of 512 KiB has two minutes.

use std::time::{Duration, Instant};

use super::socket::Socket;

/// So many bytes are progress.
const PIECE: u64 = 64 * 1024;
/// Nobody need be slower, in bytes per second.
const SLOWEST: u64 = 4 * 1024;

/// How long the other side may take, from the last time that it said something.
pub(super) struct Pace {
    timeout: Duration,
    begun: Instant,
    written: u64,
    /// How many of the bytes had been written when there was progress.
    noted: u64,
}

impl Pace {
    pub(super) fn new(timeout: Duration) -> Self {
        Pace {
            timeout,
            begun: Instant::now(),
            written: 0,
            noted: 0,
        }
    }

    /// Something begins: a request, or the wait for another answer.
    pub(super) fn begin(&mut self, socket: &mut Socket) {
        *self = Pace::new(self.timeout);
        socket.allow(self.timeout);
    }

    /// So many more bytes are written, and so many are left.
    pub(super) fn wrote(&mut self, count: usize, left: usize, socket: &mut Socket) {
        if let Some(time) = self.after(count as u64, left as u64, self.begun.elapsed()) {
            socket.allow(time);
        }
    }

    /// How long it may take from now on, where that is news.
    fn after(&mut self, count: u64, left: u64, elapsed: Duration) -> Option<Duration> {
        self.written += count;
        if left == 0 {
            return Some(self.timeout);
        }
        if self.written - self.noted < PIECE {
            return None;
        }
        self.noted = self.written;
        let whole = Duration::from_secs((self.written + left) / SLOWEST).max(self.timeout);
        Some(self.timeout.min(whole.saturating_sub(elapsed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    /// When a body of this length is given up, or done, at so many bytes per second.
    fn take(length: u64, bytes_per_second: u64, timeout: Duration) -> (Duration, bool) {
        let mut pace = Pace::new(timeout);
        let (mut now, mut until, mut left) = (Duration::ZERO, timeout, length);
        while left > 0 {
            let count = left.min(1024);
            let then = now + Duration::from_secs_f64(count as f64 / bytes_per_second as f64);
            if then > until {
                return (until, false);
            }
            (now, left) = (then, left - count);
            until = pace.after(count, left, now).map_or(until, |time| now + time);
        }
        assert_eq!(until, now + timeout, "the answer has the whole timeout");
        (now, true)
    }

    #[test]
    fn a_slow_link_gets_a_long_body_through() {
        let (took, done) = take(512 * 1024, 32 * 1024, TEN);
        assert!(done && took > TEN, "{took:?}");
        let (took, done) = take(1024 * 1024, 7 * 1024, TEN);
        assert!(done && took > TEN * 10, "{took:?}");
    }

    #[test]
    fn who_takes_nothing_has_the_timeout() {
        assert_eq!(take(1 << 20, 1, TEN), (TEN, false));
        // It takes the first piece at once, and nothing then.
        let mut pace = Pace::new(TEN);
        assert_eq!(pace.after(PIECE, 1 << 20, Duration::ZERO), Some(TEN));
        assert_eq!(pace.after(PIECE - 1, 1 << 20, TEN / 2), None);
    }

    #[test]
    fn who_takes_little_is_not_waited_for_for_ever() {
        let patient = Duration::from_secs(100);
        let (until, done) = take(1 << 20, 700, patient);
        assert!(
            !done && until <= Duration::from_secs((1 << 20) / SLOWEST),
            "{until:?}"
        );
    }

    #[test]
    fn no_timeout_is_too_long() {
        assert!(take(1 << 20, 1 << 20, Duration::MAX / 2).1);
    }
}
