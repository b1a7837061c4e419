//! A set of data.

use crate::Measures;
use crate::builder::measures_builder;

/// A set of data: the shape of a [`Snapshot`](crate::Snapshot), kept apart from it.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a dataset does nothing until it is sent"]
pub struct Dataset {
    /// The data.
    pub measures: Measures,
}

measures_builder!(Dataset);
