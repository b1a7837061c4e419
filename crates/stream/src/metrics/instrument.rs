//! What gauges, counters and timers have in common: where they observe into, and how that is reported.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tnt4_model::Snapshot;

use super::about::About;
use super::cell::{Cell, Due};
use super::registry::Held;
use super::window::Window;
use crate::Stream;
use crate::per_process::PerProcess;

/// An instrument, which all its handles share.
pub(crate) struct Instrument<W: Window> {
    stream: Stream,
    about: Arc<About>,
    /// A child of a fork begins with an empty one: what was observed before is its parent's to report.
    page: PerProcess<Arc<Page<W>>>,
}

/// What is observed in one process.
struct Page<W> {
    cell: Cell<W>,
    about: Arc<About>,
}

impl<W: Window + Send + 'static> Instrument<W> {
    pub(crate) fn new(stream: &Stream, about: About) -> Arc<Self> {
        let about = Arc::new(about);
        Arc::new(Instrument {
            page: PerProcess::new(Page::new(stream, &about)),
            stream: stream.clone(),
            about,
        })
    }

    /// An instrument of which something else is said, and which has observed nothing.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut About)) -> Arc<Self> {
        let mut about = About::clone(&self.about);
        change(&mut about);
        Instrument::new(&self.stream, about)
    }

    /// Adds an observation, and reports where it is time for that; otherwise the stream's worker will.
    pub(crate) fn observe(&self, observation: W::Observation) {
        let now = self.stream.now();
        let interval = self.about.interval;
        let due = self.page.with(
            || Page::new(&self.stream, &self.about),
            |page| page.cell.observe(observation, now, interval),
        );
        match due {
            // What becomes of it is in the stream's books.
            Due::Now((time, reading)) => drop(self.stream.send(self.about.snapshot(time, reading))),
            Due::At(time) => self.stream.report_by(time),
            Due::Never => {}
        }
    }

    /// The time by the stream's clock.
    pub(crate) fn now(&self) -> Duration {
        self.stream.now()
    }
}

impl<W: Window + Send + 'static> Page<W> {
    fn new(stream: &Stream, about: &Arc<About>) -> Arc<Self> {
        let page = Arc::new(Page {
            cell: Cell::new(W::default()),
            about: Arc::clone(about),
        });
        let held: Weak<Self> = Arc::downgrade(&page);
        stream.reports(held);
        page
    }
}

impl<W: Window + Send> Held for Page<W> {
    fn take(&self) -> Option<Snapshot> {
        let (time, reading) = self.cell.take()?;
        Some(self.about.snapshot(time, reading))
    }

    fn take_due(&self, now: Duration) -> Due<Snapshot> {
        match self.cell.take_due(now, self.about.interval) {
            Due::Now((time, reading)) => Due::Now(self.about.snapshot(time, reading)),
            Due::At(time) => Due::At(time),
            Due::Never => Due::Never,
        }
    }
}

impl<W: Window> Drop for Instrument<W> {
    fn drop(&mut self) {
        let taken = self.page.with_present(|page| page.cell.take()).flatten();
        if let Some((time, reading)) = taken {
            let _ = self.stream.send(self.about.snapshot(time, reading));
        }
    }
}

impl<W: Window> fmt::Debug for Instrument<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instrument").field(&self.about.name).finish()
    }
}

/// Gives a handle of an [`Instrument`] the methods that say more of it.
macro_rules! instrument_builder {
    ($type:ident) => {
        impl $type {
            /// Adds a property that every snapshot has.
            pub fn property(self, name: impl Into<String>, value: impl Into<$crate::Value>) -> Self {
                self.with($crate::Property::new(name, value))
            }

            /// Adds a property that is already built, for instance one with a hint.
            pub fn with(self, property: $crate::Property) -> Self {
                self.changed(|about| about.properties.push(property))
            }

            /// Sets the activity or event within which it measures.
            pub fn within(self, parent: &$crate::TrackingId) -> Self {
                self.changed(|about| about.parent = Some(parent.clone()))
            }

            fn changed(self, change: impl FnOnce(&mut $crate::metrics::about::About)) -> Self {
                $type(self.0.changed(change))
            }
        }
    };
}

pub(crate) use instrument_builder;
