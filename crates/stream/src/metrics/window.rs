//! What is kept of observations until they are reported.

use tnt4_model::Property;

/// What is kept of observations until they are reported.
pub(crate) trait Window: Default {
    /// What is observed.
    type Observation;
    /// What is reported.
    type Reading: Reading;

    /// Adds an observation.
    fn add(&mut self, observation: Self::Observation);

    /// What to report of those since the last time; `None` where there are none.
    fn take(&mut self) -> Option<Self::Reading>;
}

/// What a window says in a snapshot.
pub(crate) trait Reading {
    /// The properties, the one of the name `value` first. The unit is the user's.
    fn properties(self, unit: Option<&str>) -> Vec<Property>;
}
