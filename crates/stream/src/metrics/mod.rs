//! Gauges, counters and timers that become snapshots.
//!
//! ```
//! use std::time::Duration;
//! use tnt4::Stream;
//! use tnt4::metrics::Metrics;
//! # let server = tnt4::testing::MemoryServer::new();
//! # let builder = Stream::builder().transport(server.transport());
//! # stringify! {
//!
//! let builder = Stream::builder().url("http://127.0.0.1:6580");
//! # };
//! let stream = builder.build()?;
//! let metrics = Metrics::new(&stream).property("shop", "Berlin");
//!
//! let orders = metrics.counter("orders");
//! let worth = metrics.counter("worth").unit("currency.eur");
//! let waiting = metrics.gauge("waiting");
//! let checkout = metrics.timer("checkout");
//! for order in 1..=1000 {
//!     checkout.time(|| orders.increment());
//!     worth.add(12.5);
//!     waiting.set(1000 - order);
//! }
//! assert!(stream.flush(Duration::from_secs(5)).is_complete());
//! # let taken = server.taken();
//! # assert!(taken.len() >= 8 && taken.iter().any(|json| json.contains(r#""value":12500"#)), "{taken:?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An observation costs about 50 ns, and waits for nothing. What is observed is added up, and sent as a snapshot at most once in
//! an [interval](Metrics::interval): the first at once, so that what is rare is seen at once; what comes within the interval by
//! the thread whose observation is the first after it, or by the stream's worker where none comes. What is held goes also
//! with [`flush`](Stream::flush) and [`close`](Stream::close) of the stream, with [`Metrics::report`], and when the instrument's last
//! handle is dropped. A process that is killed loses what it held, an interval's observations; while the server is away
//! the worker has other cares, and the next observation sends.
//!
//! Keep an instrument to have it add up; one that is made for a single observation sends a snapshot for it, and two of
//! one name add up by themselves. Instruments are handles of their stream, which is open as long as there is one.
//! After a fork a child's instruments begin anew.

mod about;
mod cell;
mod counter;
mod gauge;
mod instrument;
mod number;
mod registry;
mod timer;
mod window;

use std::time::Duration;

use tnt4_model::{Property, SourceFqn, TrackingId, Value};

use crate::Stream;

use self::about::About;
use self::instrument::Instrument;
use self::window::Window;

pub use self::counter::Counter;
pub use self::gauge::Gauge;
pub use self::number::Number;
pub use self::timer::{Timer, Timing};

pub(crate) use self::registry::{Held, Registry};

/// What kind of thing metrics are, where nothing else is said.
const CATEGORY: &str = "Metric";
/// The least time between two snapshots of an instrument, where nothing else is said.
const INTERVAL: Duration = Duration::from_secs(1);

/// Makes the instruments of a stream; what is said of it is said of each.
#[derive(Debug, Clone)]
#[must_use = "metrics measure nothing by themselves"]
pub struct Metrics {
    stream: Stream,
    about: About,
}

impl Metrics {
    /// Metrics that go to this stream.
    pub fn new(stream: &Stream) -> Self {
        Metrics {
            stream: stream.clone(),
            about: About {
                name: String::new(),
                category: CATEGORY.to_owned(),
                unit: None,
                properties: Vec::new(),
                parent: None,
                source: None,
                stream_name: None,
                interval: INTERVAL,
            },
        }
    }

    /// Sets what kind of thing is measured; `Metric` by default.
    pub fn category(mut self, name: impl Into<String>) -> Self {
        self.about.category = name.into();
        self
    }

    /// Sets where the snapshots come from; [this process](crate::source::of_process) by default.
    pub fn source(mut self, fqn: SourceFqn) -> Self {
        self.about.source = Some(fqn);
        self
    }

    /// Sets the name of the sender's stream.
    pub fn stream_name(mut self, name: impl Into<String>) -> Self {
        self.about.stream_name = Some(name.into());
        self
    }

    /// Adds a property that every snapshot has.
    pub fn property(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Property::new(name, value))
    }

    /// Adds a property that is already built, for instance one with a hint.
    pub fn with(mut self, property: Property) -> Self {
        self.about.properties.push(property);
        self
    }

    /// Sets the least time between two snapshots of an instrument; 1 s by default. With none, every observation is
    /// a snapshot.
    pub fn interval(mut self, time: Duration) -> Self {
        self.about.interval = time;
        self
    }

    /// The same, for what is measured within this activity or event.
    pub fn within(&self, parent: &TrackingId) -> Metrics {
        let mut metrics = self.clone();
        metrics.about.parent = Some(parent.clone());
        metrics
    }

    /// What a value is now.
    pub fn gauge(&self, name: impl Into<String>) -> Gauge {
        Gauge(self.instrument(name.into()))
    }

    /// A number that only grows.
    pub fn counter(&self, name: impl Into<String>) -> Counter {
        Counter(self.instrument(name.into()))
    }

    /// How long something takes.
    pub fn timer(&self, name: impl Into<String>) -> Timer {
        Timer(self.instrument(name.into()))
    }

    /// Sends what the instruments of this stream hold, whoever made them.
    pub fn report(&self) {
        self.stream.report();
    }

    fn instrument<W: Window + Send + 'static>(&self, name: String) -> std::sync::Arc<Instrument<W>> {
        let mut about = self.about.clone();
        about.name = name;
        Instrument::new(&self.stream, about)
    }
}
