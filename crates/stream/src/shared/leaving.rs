//! A stream that takes leave: it accepts nothing more, and has time for what it has accepted, and for what others left.

use super::{Shared, State, Worker};

impl State {
    /// Whether nothing is accepted any more.
    pub(crate) fn is_refusing(&self) -> bool {
        self.refusing
    }

    /// Whether the worker is at work, and nothing stands in its way.
    pub(crate) fn goes_well(&self) -> bool {
        self.setback.is_none() && self.worker != Worker::Absent && !self.is_closing() && !self.is_abandoned()
    }

    /// Whether others have left something, or may have.
    pub(crate) fn has_inheritance(&self) -> bool {
        self.ledger.inherited.pending > 0 || self.may_inherit_more()
    }

    pub(super) fn may_inherit_more(&self) -> bool {
        self.looking || self.inheriting || !self.inbox.is_empty()
    }
}

impl Shared {
    /// No record is accepted any more. Returns the sequence number that ends those that were.
    pub(crate) fn refuse(&self, state: &mut State) -> u64 {
        state.refusing = true;
        let before = self.hurry(state);
        self.room.notify_all();
        before
    }

    /// Something has changed for whoever waits, on leaving, for what others have left.
    pub(crate) fn ring_leaver(&self, state: &State) {
        if state.refusing {
            self.settled.notify_all();
        }
    }

    /// The keeper has looked for folders of the dead; whether there may be more.
    pub(crate) fn looked(&self, more: bool) {
        let mut state = self.lock();
        state.looking = more;
        self.ring_leaver(&state);
    }
}
