//! The records that activities were merged of: each counts once, however often it is delivered.

use rusqlite::Connection;
use tnt4_model::{Operation, RecordId};

use super::super::Arrival;
use super::insert;

/// Whether this record was merged before, into whichever activity.
pub(super) fn is_known(connection: &Connection, record_id: Option<RecordId>) -> rusqlite::Result<bool> {
    let Some(id) = record_id else { return Ok(false) };
    connection
        .prepare_cached("SELECT 1 FROM activity_report WHERE record_id = ?1")?
        .exists([id.as_bytes()])
}

/// Remembers that this record is part of an activity's row.
pub(super) fn remember(
    connection: &Connection,
    record_id: Option<RecordId>,
    activity: i64,
) -> rusqlite::Result<()> {
    if let Some(id) = record_id {
        connection
            .prepare_cached("INSERT INTO activity_report (record_id, activity) VALUES (?1, ?2)")?
            .execute((id.as_bytes(), activity))?;
    }
    Ok(())
}

/// A report that comes again without an identity brings its snapshots again: those that are already there
/// make way. Returns how many they were.
pub(super) fn drop_repeated_snapshots(
    connection: &Connection,
    arrival: &Arrival,
    operation: &Operation,
) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM snapshot WHERE parent_id = ?1 AND record_id IS NULL AND name = ?2 AND category IS ?3
            AND snapshot_time = ?4",
    )?;
    let mut dropped = 0;
    for snapshot in &operation.snapshots {
        let measures = &snapshot.measures;
        let parent = measures.parent_id.as_ref().unwrap_or(&operation.tracking_id);
        let time = insert::nested_time(measures, arrival, operation);
        dropped += statement.execute((
            parent.as_str(),
            &measures.name,
            &measures.category,
            time.as_micros(),
        ))?;
    }
    Ok(dropped)
}
