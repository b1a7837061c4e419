//! What the worker tells people: one line when something changes, not one for each attempt.

use crate::diagnostics::Diagnostics;
use crate::drops;
use crate::shared::Shared;
use crate::transport::Setback;

/// What has been told so far.
pub(crate) struct Report {
    diagnostics: Diagnostics,
    destination: String,
    health: Health,
    rejection_told: bool,
    /// How many drops of the present overflow have been seen.
    dropped: u64,
    /// Whether an event is to tell of them in the end.
    tells_drops: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Well,
    Unreachable,
    Refused,
}

impl Report {
    pub(crate) fn new(diagnostics: Diagnostics, destination: String, tells_drops: bool) -> Self {
        Report {
            diagnostics,
            destination,
            health: Health::Well,
            rejection_told: false,
            dropped: 0,
            tells_drops,
        }
    }

    /// An attempt failed.
    pub(crate) fn setback(&mut self, setback: &Setback) {
        let (health, what) = match setback {
            Setback::Retry { .. } => (Health::Unreachable, "cannot deliver for now, trying again"),
            Setback::Refused { .. } | Setback::Blocked { .. } => (
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

    /// Looks whether records are being dropped for want of room, or cease to be. In the end an event tells how many, from
    /// when to when, and why: whoever looks at the records that arrived is to know what is missing among them.
    pub(crate) fn look_at(&mut self, shared: &Shared) {
        let mut guard = shared.lock();
        let state = &mut *guard;
        let total = state.ledger.overflow.drops.total();
        let seen = std::mem::replace(&mut self.dropped, total);
        // Whoever closes tells of it, too.
        let goes_on = total > seen || state.is_refusing();
        if total == 0 {
            return;
        }
        if seen == 0 {
            drop(guard);
            self.say("there is no room: dropping records, those below ERROR first");
            return;
        }
        if goes_on || self.health != Health::Well {
            return;
        }
        let Some(told) = drops::tell(shared, state, self.tells_drops) else {
            return;
        };
        self.dropped = 0;
        drop(guard);
        self.say(&format!("there is room again; {told}"));
    }

    fn say(&self, text: &str) {
        self.diagnostics.say(&format!("{}: {text}", self.destination));
    }
}
