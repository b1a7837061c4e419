//! How a handler makes events of records: what is hidden, and what is said of each.

use tnt4::{Operation, SourceFqn};

use crate::redaction::Redaction;

/// How a handler makes events of records.
#[derive(Default)]
pub(crate) struct Manner {
    pub(crate) redaction: Redaction,
    /// Where events come from; the process by default.
    pub(crate) source: Option<SourceFqn>,
    pub(crate) location: Option<String>,
    pub(crate) user: Option<String>,
}

impl Manner {
    /// What is said of every event.
    pub(crate) fn fill(&self, operation: &mut Operation) {
        operation.location.clone_from(&self.location);
        operation.user.clone_from(&self.user);
    }
}
