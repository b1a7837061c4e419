//! A number that only grows.

use std::sync::Arc;

use tnt4_model::Property;

use super::Number;
use super::instrument::{Instrument, instrument_builder};
use super::window::{Reading, Window};

/// A number that only grows, for instance how many orders there were, or what they were worth.
///
/// Its snapshots have the properties `value`, the sum since the counter was made (or the process was forked), and
/// `increment`, what was added since the snapshot before, both with the unit as hint (`count` where none is given).
/// Handles are cloned at little cost, and share what they count.
#[derive(Debug, Clone)]
#[must_use = "a counter counts nothing until something is added"]
pub struct Counter(pub(super) Arc<Instrument<Sums>>);

impl Counter {
    /// Adds one. Never blocks.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Adds so much. What is negative or not finite is left out. Never blocks.
    pub fn add(&self, increment: impl Into<Number>) {
        let increment = increment.into();
        if increment.counts() {
            self.0.observe(increment);
        }
    }

    /// Sets the unit, which the properties have as hint.
    pub fn unit(self, unit: impl Into<String>) -> Self {
        self.changed(|about| about.unit = Some(unit.into()))
    }
}

instrument_builder!(Counter);

/// What was added until the last report, and since then.
pub(crate) struct Sums {
    reported: Number,
    since: Option<Number>,
}

/// What is reported of them.
pub(crate) struct Growth {
    sum: Number,
    increment: Number,
}

impl Default for Sums {
    fn default() -> Self {
        Sums {
            reported: Number::Integer(0),
            since: None,
        }
    }
}

impl Window for Sums {
    type Observation = Number;
    type Reading = Growth;

    fn add(&mut self, increment: Number) {
        let before = self.since.unwrap_or(Number::Integer(0));
        self.since = Some(before.plus(increment));
    }

    fn take(&mut self) -> Option<Growth> {
        let increment = self.since.take()?;
        self.reported = self.reported.plus(increment);
        Some(Growth {
            sum: self.reported,
            increment,
        })
    }
}

impl Reading for Growth {
    fn properties(self, unit: Option<&str>) -> Vec<Property> {
        let unit = unit.unwrap_or("count");
        [("value", self.sum), ("increment", self.increment)]
            .map(|(name, value)| Property::new(name, value).with_hint(unit))
            .into()
    }
}
