//! What was read together: its records for one commit, and its answers for after that.

use tnt4_mqtt::{Packet, Version};

use crate::store::{Arrival, Committer, Receipt};

/// How many records a draft may hold, and how many bytes of answers.
const RECORDS: usize = 4_096;
const ANSWERS: usize = 64 * 1024;

/// What was read together.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) arrivals: Vec<Arrival>,
    answers: Vec<u8>,
    /// How many messages the answers are the last word on.
    pub(super) settled: usize,
}

/// The same on its way to the writer.
pub(super) struct Group {
    /// Resolves with its commit; none where it brought no record.
    pub(super) receipt: Option<Receipt>,
    /// What is written once that has succeeded.
    pub(super) answers: Vec<u8>,
    pub(super) settled: usize,
}

impl Draft {
    pub(super) fn is_full(&self) -> bool {
        self.arrivals.len() >= RECORDS || self.answers.len() >= ANSWERS
    }

    /// Adds an answer.
    pub(super) fn answer(&mut self, version: Version, packet: &Packet<'_>) {
        // What is too long for the protocol is not written at all, and none of our answers is.
        let _ = packet.write(version, &mut self.answers);
    }

    /// Hands the records in; `None` where there is nothing to do for anybody.
    pub(super) async fn hand_in(self, committer: &Committer) -> Option<Group> {
        if self.arrivals.is_empty() && self.answers.is_empty() {
            return None;
        }
        let receipt = if self.arrivals.is_empty() {
            None
        } else {
            Some(committer.hand_in(self.arrivals).await)
        };
        Some(Group {
            receipt,
            answers: self.answers,
            settled: self.settled,
        })
    }
}
