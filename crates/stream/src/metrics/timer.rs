//! How long something takes.

use std::sync::Arc;
use std::time::Duration;

use tnt4_model::Property;

use super::instrument::{Instrument, instrument_builder};
use super::window::{Reading, Window};

/// The hint of a time in microseconds.
const HINT: &str = "age.usec";

/// How long something takes.
///
/// Its snapshots have the properties `value`, the mean of the times since the snapshot before, their `min`, `max`, `last` and
/// `total`, all in whole microseconds with the hint `age.usec`, and their `count`. Handles are cloned at little cost, and
/// share what they observe.
#[derive(Debug, Clone)]
#[must_use = "a timer measures nothing until it is started"]
pub struct Timer(pub(super) Arc<Instrument<Times>>);

impl Timer {
    /// Measures how long a function takes, also where it panics.
    pub fn time<T>(&self, function: impl FnOnce() -> T) -> T {
        let _timing = self.start();
        function()
    }

    /// Begins to measure; the end is the drop of what it returns, on any thread.
    pub fn start(&self) -> Timing {
        Timing {
            begun: self.0.now(),
            timer: Some(self.clone()),
        }
    }

    /// Says how long something took. Never blocks.
    pub fn record(&self, time: Duration) {
        self.0.observe(time);
    }
}

instrument_builder!(Timer);

/// A measurement that ends when it is dropped.
#[derive(Debug)]
#[must_use = "what is dropped at once took no time"]
pub struct Timing {
    begun: Duration,
    timer: Option<Timer>,
}

impl Timing {
    /// Ends the measurement, and says how long it took.
    pub fn stop(mut self) -> Duration {
        self.end()
    }

    /// Ends it without recording anything.
    pub fn discard(mut self) {
        self.timer = None;
    }

    fn end(&mut self) -> Duration {
        let Some(timer) = self.timer.take() else {
            return Duration::ZERO;
        };
        let time = timer.0.now().saturating_sub(self.begun);
        timer.record(time);
        time
    }
}

impl Drop for Timing {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// The times since the last report.
#[derive(Default, Clone, Copy)]
pub(crate) struct Times {
    count: u32,
    total: Duration,
    min: Duration,
    max: Duration,
    last: Duration,
}

impl Window for Times {
    type Observation = Duration;
    type Reading = Times;

    fn add(&mut self, time: Duration) {
        self.min = if self.count == 0 { time } else { self.min.min(time) };
        self.max = self.max.max(time);
        self.last = time;
        self.total = self.total.saturating_add(time);
        self.count = self.count.saturating_add(1);
    }

    fn take(&mut self) -> Option<Times> {
        let times = std::mem::take(self);
        (times.count > 0).then_some(times)
    }
}

impl Reading for Times {
    fn properties(self, _unit: Option<&str>) -> Vec<Property> {
        let mean = self.total / self.count.max(1);
        let times = [
            ("value", mean),
            ("min", self.min),
            ("max", self.max),
            ("last", self.last),
            ("total", self.total),
        ];
        let mut properties: Vec<Property> = times
            .map(|(name, time)| Property::new(name, time.as_micros()).with_hint(HINT))
            .into();
        properties.insert(1, Property::new("count", self.count).with_hint("count"));
        properties
    }
}
