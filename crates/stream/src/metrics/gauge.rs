//! What a value is now.

use std::sync::Arc;

use tnt4_model::Property;

use super::Number;
use super::instrument::{Instrument, instrument_builder};
use super::window::{Reading, Window};

/// What a value is now, for instance how full a queue is.
///
/// Its snapshots have the property `value`, the latest, and `min` and `max` since the snapshot before, all with the
/// unit as hint (`gauge` where none is given). Handles are cloned at little cost, and share what they observe.
#[derive(Debug, Clone)]
#[must_use = "a gauge shows nothing until it is set"]
pub struct Gauge(pub(super) Arc<Instrument<Values>>);

impl Gauge {
    /// Says what the value is now. Never blocks.
    pub fn set(&self, value: impl Into<Number>) {
        self.0.observe(value.into());
    }

    /// Sets the unit, which the properties have as hint.
    pub fn unit(self, unit: impl Into<String>) -> Self {
        self.changed(|about| about.unit = Some(unit.into()))
    }
}

instrument_builder!(Gauge);

/// The values since the last report.
#[derive(Default)]
pub(crate) struct Values(Option<Extremes>);

/// What is reported of them.
#[derive(Clone, Copy)]
pub(crate) struct Extremes {
    last: Number,
    min: Number,
    max: Number,
}

impl Window for Values {
    type Observation = Number;
    type Reading = Extremes;

    fn add(&mut self, value: Number) {
        let before = self.0.unwrap_or(Extremes {
            last: value,
            min: value,
            max: value,
        });
        self.0 = Some(Extremes {
            last: value,
            min: before.min.lesser(value),
            max: before.max.greater(value),
        });
    }

    fn take(&mut self) -> Option<Extremes> {
        self.0.take()
    }
}

impl Reading for Extremes {
    fn properties(self, unit: Option<&str>) -> Vec<Property> {
        let unit = unit.unwrap_or("gauge");
        [("value", self.last), ("min", self.min), ("max", self.max)]
            .map(|(name, value)| Property::new(name, value).with_hint(unit))
            .into()
    }
}
