//! An activity that is reported again: its reports become one row, whichever came first.
//!
//! One of the reports leads: the one with the higher status, and of those of one status the one made later.
//! Where both say something the leading one counts, the other fills the gaps. The start is the earliest and
//! the end the latest that was given; where none was, the earliest and latest time of any report. Lists and
//! properties are united. So two reports, as begin and end are, make the same row in either order; with more
//! than two, only the times and lists do not depend on the order.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension};
use tnt4_model::{Activity, Timestamp, TrackingId};

use super::super::Arrival;
use super::{insert, json, unite};

/// What one report says of an activity's times, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    pub(super) given_start: Option<i64>,
    pub(super) given_end: Option<i64>,
    /// The earliest and latest time that the report has, gaps filled.
    pub(super) first_time: i64,
    pub(super) last_time: i64,
    pub(super) given_elapsed: Option<i64>,
    /// When the report was made.
    pub(super) lead_time: i64,
}

impl Report {
    pub(super) fn of(activity: &Activity, received: Timestamp) -> Self {
        let operation = &activity.operation;
        let times = operation.times(received);
        Report {
            given_start: operation.start_time.map(Timestamp::as_micros),
            given_end: operation.end_time.map(Timestamp::as_micros),
            first_time: times.start.as_micros(),
            last_time: times.end.as_micros(),
            given_elapsed: operation.elapsed_usec,
            lead_time: times.report.as_micros(),
        }
    }

    /// Both reports' times; `leads` says whether the second one leads.
    fn merged_with(self, other: Report, leads: bool) -> Report {
        let (leading, filling) = if leads { (other, self) } else { (self, other) };
        let both = |left: Option<i64>, right: Option<i64>, pick: fn(i64, i64) -> i64| match (left, right) {
            (Some(left), Some(right)) => Some(pick(left, right)),
            (left, right) => left.or(right),
        };
        Report {
            given_start: both(self.given_start, other.given_start, i64::min),
            given_end: both(self.given_end, other.given_end, i64::max),
            first_time: self.first_time.min(other.first_time),
            last_time: self.last_time.max(other.last_time),
            given_elapsed: leading.given_elapsed.or(filling.given_elapsed),
            lead_time: leading.lead_time,
        }
    }

    fn start(&self) -> i64 {
        self.given_start.unwrap_or(self.first_time)
    }

    fn end(&self) -> i64 {
        self.given_end.unwrap_or(self.last_time)
    }
}

/// What is stored of an activity, as far as merging needs it.
pub(super) struct Stored {
    pub(super) id: i64,
    status: i64,
    severity: i64,
    report: Report,
    correlators: Option<String>,
    tags: Option<String>,
    id_set: Option<String>,
    properties: json::Properties,
}

/// The row of this activity.
pub(super) fn find(connection: &Connection, id: &TrackingId) -> rusqlite::Result<Option<Stored>> {
    connection
        .prepare_cached(
            "SELECT id, status, severity, given_start, given_end, first_time, last_time, given_elapsed, lead_time,
                correlators, tags, id_set, properties, property_types, property_hints
             FROM activity WHERE tracking_id = ?1",
        )?
        .query_row([id.as_str()], |row| {
            Ok(Stored {
                id: row.get(0)?,
                status: row.get(1)?,
                severity: row.get(2)?,
                report: Report {
                    given_start: row.get(3)?,
                    given_end: row.get(4)?,
                    first_time: row.get(5)?,
                    last_time: row.get(6)?,
                    given_elapsed: row.get(7)?,
                    lead_time: row.get(8)?,
                },
                correlators: row.get(9)?,
                tags: row.get(10)?,
                id_set: row.get(11)?,
                properties: json::Properties { values: row.get(12)?, types: row.get(13)?, hints: row.get(14)? },
            })
        })
        .optional()
}

/// The columns of which the leading report decides, from parameter [`FIRST_MERGED`] on.
const MERGED: [&str; 22] = [
    "name",
    "parent_id",
    "comp_code",
    "reason_code",
    "exception",
    "wait_time",
    "msg_age",
    "process_id",
    "thread_id",
    "location",
    "user_name",
    "resource_name",
    "resource_type",
    "message",
    "msg_length",
    "msg_mime_type",
    "msg_encoding",
    "msg_charset",
    "source",
    "source_ssn",
    "source_url",
    "expires",
];
const FIRST_MERGED: usize = 24;

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    // `?1` tells whether this report leads; `COALESCE` takes its argument's first value that there is.
    let keep = |(at, column): (usize, &&str)| {
        let place = at + FIRST_MERGED;
        format!(
            "{column} = CASE WHEN ?1 THEN COALESCE(?{place}, {column}) ELSE COALESCE({column}, ?{place}) END"
        )
    };
    let merged: Vec<String> = MERGED.iter().enumerate().map(keep).collect();
    format!(
        "UPDATE activity SET status = MAX(status, ?3), severity = ?4, given_start = ?5, given_end = ?6,
            first_time = ?7, last_time = ?8, given_elapsed = ?9, lead_time = ?10, start_time = ?11, end_time = ?12,
            elapsed_time = ?13, report_time = MAX(report_time, ?14), update_time = ?15, correlators = ?16,
            tags = ?17, id_set = ?18, properties = ?19, property_types = ?20, property_hints = ?21,
            snapshot_count = snapshot_count + ?22, event_count = MAX(COALESCE(event_count, 0), ?23),
            {} WHERE id = ?2",
        merged.join(", ")
    )
});

/// Merges a further report into the row. `repeated` of its snapshots were there before.
pub(super) fn update(
    connection: &Connection,
    stored: &Stored,
    arrival: &Arrival,
    activity: &Activity,
    source: Option<i64>,
    repeated: usize,
) -> rusqlite::Result<()> {
    let operation = &activity.operation;
    let status = i64::from(activity.status.ordinal());
    let reported = Report::of(activity, arrival.received);
    let leads = (status, reported.lead_time) >= (stored.status, stored.report.lead_time);
    let report = stored.report.merged_with(reported, leads);
    let elapsed = report
        .given_elapsed
        .unwrap_or_else(|| report.end().saturating_sub(report.start()));
    let severity = i64::from(operation.severity.ordinal());
    let (resource_type, resource_name) = insert::resource(operation.resource.as_deref());
    let properties = unite::properties(
        &stored.properties,
        &json::properties(&operation.properties),
        leads,
    );
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    connection.prepare_cached(&UPDATE)?.execute(rusqlite::params![
        leads,
        stored.id,
        status,
        if leads { severity } else { stored.severity },
        report.given_start,
        report.given_end,
        report.first_time,
        report.last_time,
        report.given_elapsed,
        report.lead_time,
        report.start(),
        report.end(),
        elapsed,
        reported.lead_time,
        arrival.received.as_micros(),
        unite::lists(stored.correlators.as_deref(), &operation.correlators),
        unite::lists(stored.tags.as_deref(), &operation.message.tags),
        unite::lists(stored.id_set.as_deref(), &activity.id_set),
        properties.values,
        properties.types,
        properties.hints,
        count(operation.snapshots.len()) - count(repeated),
        event_count(activity),
        Some(operation.name.as_str()).filter(|name| !name.is_empty()),
        operation.parent_id.as_ref().map(TrackingId::as_str),
        operation.comp_code.map(|code| i64::from(code.ordinal())),
        operation.reason_code,
        operation.exception,
        operation.wait_usec,
        operation.message.age_usec,
        operation.process_id,
        operation.thread_id,
        insert::location(operation),
        operation.user,
        resource_name,
        resource_type,
        operation.message.text,
        insert::message_length(operation),
        operation.message.mime_type,
        operation.message.encoding,
        operation.message.charset,
        source,
        operation.source.stream_name,
        operation.source.url,
        insert::expires(operation.ttl_secs, arrival.received),
    ])?;
    Ok(())
}

/// How many items the sender says the activity holds.
pub(super) fn event_count(activity: &Activity) -> i64 {
    let listed = || i64::try_from(activity.id_set.len()).unwrap_or(i64::MAX);
    activity.id_count.unwrap_or_else(listed)
}
