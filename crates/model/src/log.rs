//! A line of a log.

use crate::Operation;
use crate::builder::operation_builder;

/// A line of a log. It never has a parent in jKool's own clients.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a log does nothing until it is sent"]
pub struct Log {
    /// The kind of log (`log-type`).
    pub log_type: Option<String>,
    /// All the rest; `name` is the logger's.
    pub operation: Operation,
}

impl Log {
    /// A line of this logger, reported now, with a new identity.
    pub fn new(logger: impl Into<String>) -> Self {
        Log {
            log_type: None,
            operation: Operation::reported_now(logger.into()),
        }
    }

    /// Sets the kind of log.
    pub fn log_type(mut self, name: impl Into<String>) -> Self {
        self.log_type = Some(name.into());
        self
    }
}

operation_builder!(Log);
