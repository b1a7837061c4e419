//! Time, as the stream sees it: what it is, and that a thread is about to wait for it.
//!
//! Every timed wait of the stream asks its clock first. That is the whole trick by which tests drive a
//! three-day outage in milliseconds: their clock (see [`testing`](crate::testing)) tells them who waits for
//! what, and moves when they say so. Sockets keep their own, real timeouts.

use std::sync::Weak;
use std::time::{Duration, Instant};

/// Where a stream takes its time from.
pub trait Clock: Send + Sync {
    /// The time since some fixed moment; never goes back.
    fn now(&self) -> Duration;

    /// A thread is about to wait `left` for the reason given. Returns how long it may really sleep before it
    /// looks at the clock again. Called with the stream's lock held: it must not call the stream.
    fn wait_begins(&self, wait: Wait, left: Duration) -> Duration {
        let _ = wait;
        left
    }

    /// From now on, `alarm` is to be rung whenever the clock moves by other means than time going by.
    fn attach(&self, alarm: Weak<dyn Alarm>) {
        let _ = alarm;
    }
}

/// What a clock rings when it has been moved.
pub trait Alarm: Send + Sync {
    /// Wakes every thread that waits, so that it looks at the clock again.
    fn ring(&self);
}

/// What a thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Wait {
    /// The worker: for a batch to fill.
    Linger,
    /// The worker: for records, or for the time to keep a connection alive.
    Idle,
    /// The worker: before it tries again.
    BackOff,
    /// A caller of `flush`: for verdicts.
    Flush,
    /// A caller of `close`: for the worker to end.
    Close,
    /// A caller of `send_waiting`: for room.
    Room,
}

/// The system's monotonic clock.
#[derive(Debug)]
pub(crate) struct SystemClock(Instant);

impl SystemClock {
    pub(crate) fn new() -> Self {
        SystemClock(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
