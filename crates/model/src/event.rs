//! Something that happened.

use crate::builder::operation_builder;
use crate::{EventType, Operation};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an event does nothing until it is sent"]
pub struct Event {
    /// What kind of step it was (`type`).
    pub event_type: EventType,
    /// The sender's word for it, where it is none of [`EventType`]'s; then the type is
    /// [`EventType::Other`].
    pub type_word: Option<String>,
    /// All the rest.
    pub operation: Operation,
}

impl Event {
    /// An event of this operation, reported now, with a new identity.
    pub fn new(operation: impl Into<String>) -> Self {
        Event {
            event_type: EventType::Event,
            type_word: None,
            operation: Operation::reported_now(operation.into()),
        }
    }

    /// Sets what kind of step it was; [`EventType::Event`] by default.
    ///
    /// `ACTIVITY`, `SNAPSHOT`, `LOG` and `DATASET` on the wire make another item of it: use their types.
    pub fn event_type(mut self, event_type: EventType) -> Self {
        self.event_type = event_type;
        self
    }
}

operation_builder!(Event);
