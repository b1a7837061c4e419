//! What the worker tells people: one line when something changes, not one for each attempt.

use crate::diagnostics::Diagnostics;
use crate::transport::Setback;
use crate::{Dropped, Stats};

/// What has been told so far.
pub(crate) struct Report {
    diagnostics: Diagnostics,
    destination: String,
    health: Health,
    rejection_told: bool,
    /// While the queue overflows: how many records had been refused before.
    overflow_since: Option<u64>,
    refused_for_room: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Well,
    Unreachable,
    Refused,
}

impl Report {
    pub(crate) fn new(diagnostics: Diagnostics, destination: String) -> Self {
        Report {
            diagnostics,
            destination,
            health: Health::Well,
            rejection_told: false,
            overflow_since: None,
            refused_for_room: 0,
        }
    }

    /// An attempt failed.
    pub(crate) fn setback(&mut self, setback: &Setback) {
        let (health, what) = match setback {
            Setback::Retry { .. } => (Health::Unreachable, "cannot deliver for now, trying again"),
            Setback::Refused { .. } => (
                Health::Refused,
                "not let in; keeping the records and asking again",
            ),
        };
        if self.health != health {
            self.health = health;
            self.say(&format!("{what}: {}", setback.why()));
        }
    }

    /// The server has answered for all that was sent.
    pub(crate) fn success(&mut self) {
        if self.health != Health::Well {
            self.health = Health::Well;
            self.say("delivering again");
        }
    }

    /// The server rejected a record. Only the first is told; the others are counted.
    pub(crate) fn rejection(&mut self, reason: &str) {
        if !self.rejection_told {
            self.rejection_told = true;
            self.say(&format!(
                "a record was rejected (others will only be counted): {reason}"
            ));
        }
    }

    /// Looks whether the queue has begun, or ceased, to overflow.
    pub(crate) fn look_at(&mut self, stats: &Stats) {
        let refused = stats.dropped.by(Dropped::QueueFull);
        match self.overflow_since {
            None if refused > self.refused_for_room => {
                self.overflow_since = Some(self.refused_for_room);
                self.say("the queue is full: dropping new records, those below ERROR first");
            }
            Some(before) if stats.pending == 0 => {
                self.overflow_since = None;
                self.say(&format!(
                    "the queue has room again; {} records were dropped",
                    refused - before
                ));
            }
            _ => {}
        }
        self.refused_for_room = refused;
    }

    fn say(&self, text: &str) {
        self.diagnostics.say(&format!("{}: {text}", self.destination));
    }
}
