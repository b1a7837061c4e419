//! Deletes what has outlived its time to live.

use rusqlite::Connection;
use tnt4_model::Timestamp;
use tnt4_query::Item;

/// What is deleted at a time, so that records that arrive meanwhile do not wait long.
const AT_A_TIME: usize = 2_000;

/// The tables whose rows have correlators.
const OPERATIONS: [Item; 3] = [Item::Event, Item::Log, Item::Activity];

/// Deletes a portion of what has expired at `now`, and returns how many items that were.
pub(super) fn delete(connection: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    let mut deleted = 0;
    for item in OPERATIONS {
        let table = item.table();
        let expired: Vec<(i64, Option<String>)> = connection
            .prepare_cached(&format!(
                "SELECT id, correlators FROM {table} WHERE expires IS NOT NULL AND expires <= ?1 LIMIT {AT_A_TIME}"
            ))?
            .query_map([now.as_micros()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // The key of `correlator` begins with the value, so that a row's own list finds its entries.
        let mut unlink = connection
            .prepare_cached("DELETE FROM correlator WHERE value = ?1 AND item = ?2 AND row = ?3")?;
        let mut forget = connection.prepare_cached("DELETE FROM activity_report WHERE activity = ?1")?;
        let mut delete = connection.prepare_cached(&format!("DELETE FROM {table} WHERE id = ?1"))?;
        for (id, correlators) in expired {
            let values: Vec<String> = correlators
                .and_then(|json| serde_json::from_str(&json).ok())
                .unwrap_or_default();
            for value in values {
                unlink.execute((value, item.correlator_ordinal(), id))?;
            }
            if item == Item::Activity {
                forget.execute([id])?;
            }
            deleted += delete.execute([id])?;
        }
    }
    for table in ["snapshot", "dataset"] {
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (
                SELECT id FROM {table} WHERE expires IS NOT NULL AND expires <= ?1 LIMIT {AT_A_TIME})"
        );
        deleted += connection.prepare_cached(&sql)?.execute([now.as_micros()])?;
    }
    Ok(deleted)
}
