//! Something that takes time and contains events.

use crate::builder::operation_builder;
use crate::{ActivityStatus, Operation};

/// Something that takes time and contains events, other activities and snapshots. Reported again under
/// its tracking id, it is the same activity, further on.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an activity does nothing until it is sent"]
pub struct Activity {
    /// Where it stands (`status`).
    pub status: ActivityStatus,
    /// Tracking ids and correlators of what it contains, mixed (`id-set`).
    pub id_set: Vec<String>,
    /// How many those are (`id-count`), where the sender counted them.
    pub id_count: Option<i64>,
    /// All the rest.
    pub operation: Operation,
}

impl Activity {
    /// An activity of this name that has begun, reported now, with a new identity.
    pub fn new(name: impl Into<String>) -> Self {
        Activity {
            status: ActivityStatus::Begin,
            id_set: Vec::new(),
            id_count: None,
            operation: Operation::reported_now(name.into()),
        }
    }

    /// Sets where it stands; [`ActivityStatus::Begin`] by default.
    pub fn status(mut self, status: ActivityStatus) -> Self {
        self.status = status;
        self
    }

    /// Adds the tracking id or a correlator of something that it contains.
    pub fn contains(mut self, id: impl Into<String>) -> Self {
        self.id_set.push(id.into());
        self
    }
}

operation_builder!(Activity);
