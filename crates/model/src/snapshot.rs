//! Measurements at one time.

use crate::Measures;
use crate::builder::measures_builder;

/// Measurements at one time: alone, or taken with an event or activity.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a snapshot does nothing until it is sent"]
pub struct Snapshot {
    /// What was measured, when and where.
    pub measures: Measures,
}

measures_builder!(Snapshot);
