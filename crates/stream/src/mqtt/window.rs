//! How many messages may be on their way.
//!
//! As many as the broker allows, and at most 1,000. A connection that ends, or falls silent, with messages unanswered
//! leaves 1 for the next, so that it shows which message it was; each acknowledgement adds one again.

/// The most that are on their way, whatever the broker allows.
const MOST: usize = 1000;

/// How many messages may be on their way.
#[derive(Debug)]
pub(super) struct Window {
    allowed: usize,
    now: usize,
}

impl Window {
    pub(super) fn new() -> Self {
        Window {
            allowed: MOST,
            now: MOST,
        }
    }

    /// A broker has let us in, and allows so many.
    pub(super) fn allow(&mut self, receive_maximum: Option<u16>) {
        self.allowed = receive_maximum.map_or(MOST, |maximum| usize::from(maximum).clamp(1, MOST));
    }

    pub(super) fn admits(&self, on_the_way: usize) -> bool {
        on_the_way < self.now.min(self.allowed)
    }

    /// A message was acknowledged.
    pub(super) fn answered(&mut self) {
        self.now = (self.now + 1).min(MOST);
    }

    /// A connection has ended, or fallen silent, with messages unanswered.
    pub(super) fn fall(&mut self) {
        self.now = 1;
    }
}
