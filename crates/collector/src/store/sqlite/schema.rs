//! The tables. The names of the columns are those of the catalogue in the crate `query`.
//!
//! * `event`, `log`, `activity`: one row an operation. Enumerations are ordinals, times and durations
//!   microseconds, lists JSON arrays, properties one JSON object of names and values.
//! * `property_types`: a JSON object with the type of each property whose JSON value does not show it;
//!   `property_hints`: one with the hints. Both are null where there is nothing to say, which is usual.
//! * `snapshot`, `dataset`: one row each, also of those that came inside an operation.
//! * `source`: one row a distinct source name; the others point to it, so that a name of a hundred bytes
//!   is stored once and not with every row.
//! * `activity_report`: the records that a row of `activity` was merged of, so that each counts once.
//! * `kept`: what the collector keeps from one run to the next, by name: its identifiers at brokers.
//! * `correlator`: which rows carry a correlator; `item` is 0 for an event, 1 a log, 2 an activity.
//!
//! `user_version` is the number of the schema, `application_id` the mark of a tnt4 store ("tnt4").

use std::sync::LazyLock;

/// The number of this schema.
pub(super) const VERSION: i64 = 2;

/// The table that came with version 2.
const KEPT: &str = "CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/// What `application_id` holds: the letters "tnt4".
pub(super) const APPLICATION_ID: i64 = 0x746e_7434;

/// The identity of the one record that a row comes from.
const RECORD_COLUMNS: &[(&str, &str)] = &[("record_id", "BLOB")];

/// The columns that `event`, `log` and `activity` share, with their types.
const OPERATION_COLUMNS: &[(&str, &str)] = &[
    ("tracking_id", "TEXT NOT NULL"),
    ("parent_id", "TEXT"),
    ("name", "TEXT NOT NULL"),
    ("type", "INTEGER NOT NULL"),
    ("type_word", "TEXT"),
    ("severity", "INTEGER NOT NULL"),
    ("comp_code", "INTEGER"),
    ("reason_code", "INTEGER"),
    ("exception", "TEXT"),
    ("start_time", "INTEGER NOT NULL"),
    ("end_time", "INTEGER NOT NULL"),
    ("elapsed_time", "INTEGER NOT NULL"),
    ("report_time", "INTEGER NOT NULL"),
    ("update_time", "INTEGER NOT NULL"),
    ("received_time", "INTEGER NOT NULL"),
    ("wait_time", "INTEGER"),
    ("msg_age", "INTEGER"),
    ("process_id", "INTEGER"),
    ("thread_id", "INTEGER"),
    ("location", "TEXT"),
    ("user_name", "TEXT"),
    ("resource_name", "TEXT"),
    ("resource_type", "TEXT"),
    ("message", "TEXT"),
    ("msg_length", "INTEGER"),
    ("msg_mime_type", "TEXT"),
    ("msg_encoding", "TEXT"),
    ("msg_charset", "TEXT"),
    ("tags", "TEXT"),
    ("correlators", "TEXT"),
    ("properties", "TEXT"),
    ("property_types", "TEXT"),
    ("property_hints", "TEXT"),
    ("snapshot_count", "INTEGER NOT NULL"),
    ("source", "INTEGER"),
    ("source_ssn", "TEXT"),
    ("source_url", "TEXT"),
    ("expires", "INTEGER"),
];

/// The columns that only `activity` has. The first three are asked for; by the others later reports are
/// merged: the begin and end that were given, the earliest and latest time of any report, the elapsed time
/// that was given, and when the leading report was made.
const ACTIVITY_COLUMNS: &[(&str, &str)] = &[
    ("status", "INTEGER NOT NULL"),
    ("id_set", "TEXT"),
    ("event_count", "INTEGER"),
    ("given_start", "INTEGER"),
    ("given_end", "INTEGER"),
    ("first_time", "INTEGER NOT NULL"),
    ("last_time", "INTEGER NOT NULL"),
    ("given_elapsed", "INTEGER"),
    ("lead_time", "INTEGER NOT NULL"),
];

/// The columns that only `log` has.
const LOG_COLUMNS: &[(&str, &str)] = &[("log_type", "TEXT")];

/// The columns of `snapshot` and `dataset`.
const MEASURES_COLUMNS: &[(&str, &str)] = &[
    ("tracking_id", "TEXT NOT NULL"),
    ("parent_id", "TEXT"),
    ("name", "TEXT NOT NULL"),
    ("category", "TEXT"),
    ("snapshot_time", "INTEGER NOT NULL"),
    ("severity", "INTEGER NOT NULL"),
    ("type", "INTEGER NOT NULL"),
    ("type_word", "TEXT"),
    ("properties", "TEXT"),
    ("property_types", "TEXT"),
    ("property_hints", "TEXT"),
    ("property_count", "INTEGER NOT NULL"),
    ("received_time", "INTEGER NOT NULL"),
    ("source", "INTEGER"),
    ("source_ssn", "TEXT"),
    ("source_url", "TEXT"),
    ("expires", "INTEGER"),
];

/// The statements that make an empty store.
pub(super) fn create() -> String {
    let mut sql = String::from(
        "CREATE TABLE source (
            id INTEGER PRIMARY KEY, fqn TEXT NOT NULL UNIQUE, appl TEXT, server TEXT, address TEXT,
            data_center TEXT, geo_location TEXT, network TEXT, device TEXT, runtime TEXT, app_server TEXT,
            process TEXT, user_name TEXT, components TEXT NOT NULL
        ) STRICT;
        CREATE TABLE correlator (
            value TEXT NOT NULL, item INTEGER NOT NULL, row INTEGER NOT NULL,
            PRIMARY KEY (value, item, row)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE activity_report (
            record_id BLOB PRIMARY KEY, activity INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX activity_report_activity ON activity_report(activity);\n",
    );
    table(
        &mut sql,
        "event",
        &[RECORD_COLUMNS, OPERATION_COLUMNS],
        "start_time",
    );
    table(
        &mut sql,
        "log",
        &[RECORD_COLUMNS, OPERATION_COLUMNS, LOG_COLUMNS],
        "report_time",
    );
    table(
        &mut sql,
        "activity",
        &[OPERATION_COLUMNS, ACTIVITY_COLUMNS],
        "start_time",
    );
    table(
        &mut sql,
        "snapshot",
        &[RECORD_COLUMNS, MEASURES_COLUMNS],
        "snapshot_time",
    );
    table(
        &mut sql,
        "dataset",
        &[RECORD_COLUMNS, MEASURES_COLUMNS],
        "snapshot_time",
    );
    sql.push_str(KEPT);
    sql.push_str(&format!(
        "PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\n"
    ));
    sql
}

/// The statements that make a store of an earlier version one of this.
pub(super) fn bring_up() -> String {
    // Version 1 is the only earlier one.
    format!("{KEPT} PRAGMA user_version = {VERSION};")
}

/// Names and types.
type Columns = [(&'static str, &'static str)];

fn table(sql: &mut String, name: &str, groups: &[&Columns], date: &str) {
    let columns: Vec<String> = groups
        .concat()
        .iter()
        .map(|(column, kind)| format!("{column} {kind}"))
        .collect();
    // An activity reported again is the same row; other items may share a tracking id on purpose.
    let unique = if name == "activity" { "UNIQUE" } else { "" };
    sql.push_str(&format!(
        "CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns}) STRICT;
        CREATE {unique} INDEX {name}_tracking ON {name}(tracking_id);
        CREATE INDEX {name}_parent ON {name}(parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX {name}_date ON {name}({date});
        CREATE INDEX {name}_expires ON {name}(expires) WHERE expires IS NOT NULL;\n",
        columns = columns.join(", "),
    ));
    if name != "activity" {
        sql.push_str(&format!(
            "CREATE UNIQUE INDEX {name}_record ON {name}(record_id) WHERE record_id IS NOT NULL;\n"
        ));
    }
}

/// One `INSERT` a table, each with its columns in their order. They are asked for at every commit.
pub(super) static INSERT_EVENT: LazyLock<String> =
    LazyLock::new(|| insert("event", &[RECORD_COLUMNS, OPERATION_COLUMNS]));
pub(super) static INSERT_LOG: LazyLock<String> =
    LazyLock::new(|| insert("log", &[RECORD_COLUMNS, OPERATION_COLUMNS, LOG_COLUMNS]));
pub(super) static INSERT_ACTIVITY: LazyLock<String> =
    LazyLock::new(|| insert("activity", &[OPERATION_COLUMNS, ACTIVITY_COLUMNS]));
pub(super) static INSERT_SNAPSHOT: LazyLock<String> =
    LazyLock::new(|| insert("snapshot", &[RECORD_COLUMNS, MEASURES_COLUMNS]));
pub(super) static INSERT_DATASET: LazyLock<String> =
    LazyLock::new(|| insert("dataset", &[RECORD_COLUMNS, MEASURES_COLUMNS]));

/// `INSERT` with numbered parameters. A record that is already there is passed over.
fn insert(name: &str, groups: &[&Columns]) -> String {
    let columns: Vec<&str> = groups.concat().iter().map(|(column, _)| *column).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    let conflict = if columns.contains(&"record_id") {
        "ON CONFLICT (record_id) WHERE record_id IS NOT NULL DO NOTHING"
    } else {
        ""
    };
    format!(
        "INSERT INTO {name} ({}) VALUES ({}) {conflict}",
        columns.join(", "),
        places.join(", ")
    )
}
