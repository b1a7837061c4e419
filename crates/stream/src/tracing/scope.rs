//! A span, as the layer keeps it: the activity that was reported when it began, and what its end will say.
//!
//! | of the span | in the activity |
//! |---|---|
//! | name | `operation` |
//! | new, closed | `start-time-usec`, `end-time-usec`, `elapsed-time-usec`; status `BEGIN`, `END` |
//! | time in which it was entered, and in which it was not | properties `busy`, `idle` (`age.usec`); `wait-time-usec` is the latter |
//! | an `ERROR` event in it, or a panic that left it | status `EXCEPTION`, `comp-code` and severity `ERROR`, `exception` |
//! | fields, also those recorded later | properties, correlators |
//! | `follows_from` | property `follows-from`, and the other's correlators |
//!
//! The end is reckoned from the beginning by a clock that is never set, so a span is never of negative length.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tnt4_model::{Activity, ActivityStatus, CompCode, Operation, Property, Severity, Timestamp};

use super::lineage::Lineage;
use crate::bridge::Manner;

/// How durations are shown.
const MICROSECONDS: &str = "age.usec";

/// The scopes of one span: one for each layer of this crate that the subscriber has.
pub(crate) struct Scopes(Vec<Scope>);

/// A span, as one layer keeps it.
pub(crate) struct Scope {
    /// The layer's.
    manner: u64,
    pub(crate) lineage: Arc<Lineage>,
    pub(crate) activity: Activity,
    begun: Instant,
    busy: Duration,
    /// So often it is entered at present, by several threads perhaps, and since when.
    entered: u32,
    since: Instant,
    /// Whether the thread was panicking already when it was entered last.
    was_panicking: bool,
}

impl Scopes {
    /// With another layer's scope.
    pub(crate) fn with(earlier: Option<Scopes>, scope: Scope) -> Self {
        let mut scopes = earlier.map_or_else(Vec::new, |earlier| earlier.0);
        scopes.push(scope);
        Scopes(scopes)
    }

    pub(crate) fn of(&self, manner: &Manner) -> Option<&Scope> {
        self.0.iter().find(|scope| scope.manner == manner.number)
    }

    pub(crate) fn of_mut(&mut self, manner: &Manner) -> Option<&mut Scope> {
        self.0.iter_mut().find(|scope| scope.manner == manner.number)
    }

    /// Takes a layer's scope out of it.
    pub(crate) fn take(&mut self, manner: &Manner) -> Option<Scope> {
        let place = self.0.iter().position(|scope| scope.manner == manner.number)?;
        Some(self.0.swap_remove(place))
    }
}

impl Scope {
    /// A span that has begun with these fields.
    pub(crate) fn begin(manner: &Manner, mut activity: Activity, parent: Option<Arc<Lineage>>) -> Self {
        let operation = &mut activity.operation;
        operation.start_time = operation.report_time;
        operation.parent_id = parent.as_ref().map(|parent| parent.tracking_id.clone());
        let lineage = Lineage::new(operation.tracking_id.clone(), parent, &operation.correlators);
        lineage.collect(&mut operation.correlators);
        let now = Instant::now();
        Scope {
            manner: manner.number,
            lineage: Arc::new(lineage),
            activity,
            begun: now,
            busy: Duration::ZERO,
            entered: 0,
            since: now,
            was_panicking: false,
        }
    }

    /// Fields were recorded later.
    pub(crate) fn record(&mut self, fields: &mut Operation) {
        self.lineage.correlate(&fields.correlators);
        let known = &mut self.activity.operation;
        for property in fields.properties.drain(..) {
            match known
                .properties
                .iter_mut()
                .find(|known| known.name == property.name)
            {
                Some(known) => *known = property,
                None => known.properties.push(property),
            }
        }
        if let Some(text) = fields.message.text.take() {
            known.message.text = Some(text);
        }
        if let Some(exception) = fields.exception.take() {
            known.exception = Some(exception);
        }
    }

    /// It goes on from where another one was.
    pub(crate) fn follow(&mut self, other: &Lineage) {
        self.lineage.correlate(&other.correlators());
        let properties = &mut self.activity.operation.properties;
        properties.push(Property::new("follows-from", other.tracking_id.as_str()));
    }

    pub(crate) fn enter(&mut self) {
        if self.entered == 0 {
            self.since = Instant::now();
        }
        self.entered = self.entered.saturating_add(1);
        self.was_panicking = std::thread::panicking();
    }

    pub(crate) fn exit(&mut self, panic: impl FnOnce() -> String) {
        self.entered = self.entered.saturating_sub(1);
        if self.entered == 0 {
            self.busy += self.since.elapsed();
        }
        if std::thread::panicking() && !self.was_panicking {
            self.fail(&panic());
        }
    }

    /// It has failed, for this reason. The first one counts.
    pub(crate) fn fail(&mut self, why: &str) {
        let activity = &mut self.activity;
        if activity.status == ActivityStatus::Exception {
            return;
        }
        activity.status = ActivityStatus::Exception;
        activity.operation.comp_code = Some(CompCode::Error);
        activity.operation.severity = Severity::Error;
        activity.operation.exception.get_or_insert_with(|| why.to_owned());
    }

    /// The activity at its end.
    pub(crate) fn end(mut self) -> Activity {
        let elapsed = self.begun.elapsed();
        if self.entered > 0 {
            self.busy += self.since.elapsed();
        }
        let busy = micros(self.busy.min(elapsed));
        let elapsed = micros(elapsed);
        let idle = elapsed - busy;
        self.lineage.collect(&mut self.activity.operation.correlators);
        let activity = &mut self.activity;
        if activity.status != ActivityStatus::Exception {
            activity.status = ActivityStatus::End;
            activity.operation.comp_code = Some(CompCode::Success);
        }
        let operation = &mut activity.operation;
        let start = operation.start_time.map_or(0, Timestamp::as_micros);
        let end = Timestamp::from_micros(start.saturating_add(elapsed));
        operation.end_time = Some(end);
        operation.report_time = Some(end);
        operation.elapsed_usec = Some(elapsed);
        operation.wait_usec = Some(idle);
        for (name, time) in [("busy", busy), ("idle", idle)] {
            operation
                .properties
                .push(Property::new(name, time).with_hint(MICROSECONDS));
        }
        self.activity
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
