//! A store that an earlier version wrote is brought up when it is opened, and keeps what is in it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

use tnt4_collector::Synchronous;
use tnt4_collector::store::Store;
use tnt4_collector::store::sqlite::SqliteStore;

#[test]
fn version_1_gets_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(SqliteStore::open(&path, Synchronous::Normal).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    // As version 1 was.
    connection
        .execute_batch(
            "DROP TABLE kept; PRAGMA user_version = 1;
             INSERT INTO source (fqn, components) VALUES ('APPL=a', '[]');",
        )
        .unwrap();
    drop(connection);
    for first in ["one", "another"] {
        let store = SqliteStore::open(&path, Synchronous::Normal).unwrap();
        assert_eq!(store.keep("name", first).unwrap(), "one");
        assert_eq!(store.keep("other name", "x").unwrap(), "x");
    }
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sources: i64 = connection
        .query_row("SELECT count(*) FROM source", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sources, 1);
}
