//! An activity that is reported again: its reports become one row, whichever came first.
//!
//! The report with the higher status decides wherever both say something; the other fills the gaps. The
//! start is the earlier and the end the later of what was reported, lists and properties are united. So
//! the row is the same in whatever order, and however often, the reports arrive.

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value as Json};
use tnt4_model::{Activity, ActivityStatus, Operation, TrackingId};

use super::super::Arrival;
use super::{insert, json};

/// What is stored of an activity, as far as merging needs it.
pub(super) struct Stored {
    pub(super) id: i64,
    record_id: Option<Vec<u8>>,
    status: i64,
    start: i64,
    end: i64,
    report: i64,
    elapsed: i64,
    severity: i64,
    correlators: Option<String>,
    tags: Option<String>,
    id_set: Option<String>,
    properties: json::Properties,
}

/// The row of this activity.
pub(super) fn find(connection: &Connection, id: &TrackingId) -> rusqlite::Result<Option<Stored>> {
    connection
        .prepare_cached(
            "SELECT id, record_id, status, start_time, end_time, report_time, elapsed_time, severity,
                correlators, tags, id_set, properties, property_types, property_hints
             FROM activity WHERE tracking_id = ?1",
        )?
        .query_row([id.as_str()], |row| {
            Ok(Stored {
                id: row.get(0)?,
                record_id: row.get(1)?,
                status: row.get(2)?,
                start: row.get(3)?,
                end: row.get(4)?,
                report: row.get(5)?,
                elapsed: row.get(6)?,
                severity: row.get(7)?,
                correlators: row.get(8)?,
                tags: row.get(9)?,
                id_set: row.get(10)?,
                properties: json::Properties {
                    values: row.get(11)?,
                    types: row.get(12)?,
                    hints: row.get(13)?,
                },
            })
        })
        .optional()
}

/// Whether the very record was merged last; a repeated delivery changes nothing.
pub(super) fn is_repeated(stored: &Stored, arrival: &Arrival) -> bool {
    matches!((&stored.record_id, &arrival.record_id), (Some(old), Some(new)) if old == new.as_bytes())
}

/// Merges a further report into the row.
pub(super) fn update(
    connection: &Connection,
    stored: &Stored,
    arrival: &Arrival,
    activity: &Activity,
    source: Option<i64>,
) -> rusqlite::Result<()> {
    let operation = &activity.operation;
    let status = i64::from(activity.status.ordinal());
    let leads = status >= stored.status;
    let (start, end) = times(stored, arrival, activity);
    let elapsed = match operation.elapsed_usec {
        Some(given) if leads => given,
        _ if !leads && stored.elapsed > 0 => stored.elapsed,
        _ => end.saturating_sub(start),
    };
    let (resource_type, resource_name) = insert::resource(operation.resource.as_deref());
    let properties = json::properties(&operation.properties);
    let unite =
        |old: &Option<String>, new: Option<String>| unite_objects(old.as_deref(), new.as_deref(), leads);
    // `?1` tells whether this report leads; `COALESCE` takes its argument's first value that there is.
    let keep = |column: &str, place: usize| {
        format!(
            "{column} = CASE WHEN ?1 THEN COALESCE(?{place}, {column}) ELSE COALESCE({column}, ?{place}) END"
        )
    };
    let merged: Vec<String> = MERGED
        .iter()
        .enumerate()
        .map(|(at, column)| keep(column, at + FIRST_MERGED))
        .collect();
    let sql = format!(
        "UPDATE activity SET record_id = ?3, status = MAX(status, ?4), start_time = ?5, end_time = ?6,
            elapsed_time = ?7, report_time = MAX(report_time, ?8), update_time = ?9, severity = ?10,
            correlators = ?11, tags = ?12, id_set = ?13, properties = ?14, property_types = ?15,
            property_hints = ?16, snapshot_count = MAX(snapshot_count, ?17), event_count = MAX(COALESCE(event_count, 0), ?18),
            {} WHERE id = ?2",
        merged.join(", ")
    );
    let severity = i64::from(operation.severity.ordinal());
    connection.prepare_cached(&sql)?.execute(rusqlite::params![
        leads,
        stored.id,
        arrival
            .record_id
            .as_ref()
            .map(|id| id.as_bytes().to_vec())
            .or_else(|| stored.record_id.clone()),
        status,
        start,
        end,
        elapsed,
        operation
            .report_time
            .map_or(stored.report, |time| time.as_micros()),
        arrival.received.as_micros(),
        if leads { severity } else { stored.severity },
        unite_lists(stored.correlators.as_deref(), &operation.correlators),
        unite_lists(stored.tags.as_deref(), &operation.message.tags),
        unite_lists(stored.id_set.as_deref(), &activity.id_set),
        unite(&stored.properties.values, properties.values),
        unite(&stored.properties.types, properties.types),
        unite(&stored.properties.hints, properties.hints),
        i64::try_from(operation.snapshots.len()).unwrap_or(i64::MAX),
        event_count(activity),
        Some(operation.name.as_str()).filter(|name| !name.is_empty()),
        operation.parent_id.as_ref().map(TrackingId::as_str),
        operation.comp_code.map(|code| i64::from(code.ordinal())),
        operation.reason_code,
        operation.exception,
        operation.wait_usec,
        operation.process_id,
        operation.thread_id,
        insert::location(operation),
        operation.user,
        resource_name,
        resource_type,
        operation.message.text,
        insert::message_length(operation),
        source,
        operation.source.stream_name,
        operation.source.url,
        insert::expires(operation.ttl_secs, arrival.received),
    ])?;
    Ok(())
}

/// The columns of which the leading report decides, from parameter [`FIRST_MERGED`] on.
const MERGED: [&str; 18] = [
    "name",
    "parent_id",
    "comp_code",
    "reason_code",
    "exception",
    "wait_time",
    "process_id",
    "thread_id",
    "location",
    "user_name",
    "resource_name",
    "resource_type",
    "message",
    "msg_length",
    "source",
    "source_ssn",
    "source_url",
    "expires",
];
const FIRST_MERGED: usize = 19;

/// Start and end of both reports together. An end that was not reported is when the ended activity was.
fn times(stored: &Stored, arrival: &Arrival, activity: &Activity) -> (i64, i64) {
    let operation = &activity.operation;
    let ended = activity.status >= ActivityStatus::End;
    let reported_end = || operation.report_time.filter(|_| ended);
    let start = operation
        .start_time
        .map_or(stored.start, |start| stored.start.min(start.as_micros()));
    let end = operation
        .end_time
        .or_else(reported_end)
        .or_else(|| ended.then_some(arrival.received));
    (
        start,
        end.map_or(stored.end, |end| stored.end.max(end.as_micros())),
    )
}

/// A report that comes again brings its snapshots again: those that are already there make way.
pub(super) fn drop_repeated_snapshots(
    connection: &Connection,
    operation: &Operation,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM snapshot WHERE parent_id = ?1 AND record_id IS NULL AND name = ?2 AND category IS ?3 AND snapshot_time = ?4",
    )?;
    for snapshot in &operation.snapshots {
        let measures = &snapshot.measures;
        if let Some(time) = measures.time {
            let parent = measures.parent_id.as_ref().unwrap_or(&operation.tracking_id);
            statement.execute((
                parent.as_str(),
                &measures.name,
                &measures.category,
                time.as_micros(),
            ))?;
        }
    }
    Ok(())
}

/// How many items the sender says the activity holds.
pub(super) fn event_count(activity: &Activity) -> i64 {
    let listed = || i64::try_from(activity.id_set.len()).unwrap_or(i64::MAX);
    activity.id_count.unwrap_or_else(listed)
}

fn unite_lists(old: Option<&str>, new: &[String]) -> Option<String> {
    let mut united: Vec<String> = old
        .and_then(|old| serde_json::from_str(old).ok())
        .unwrap_or_default();
    for text in new {
        if !united.contains(text) {
            united.push(text.clone());
        }
    }
    json::list(&united)
}

fn unite_objects(old: Option<&str>, new: Option<&str>, new_leads: bool) -> Option<String> {
    let read = |text: Option<&str>| -> Map<String, Json> {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    };
    let (mut first, second) = if new_leads {
        (read(old), read(new))
    } else {
        (read(new), read(old))
    };
    first.extend(second);
    if first.is_empty() {
        None
    } else {
        Some(Json::Object(first).to_string())
    }
}
