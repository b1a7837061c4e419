//! What the collector itself keeps from one run to the next, by name.

use std::path::Path;

use super::super::StoreError;
use super::{Synchronous, open};

/// What is kept under this name; where there is nothing, `first` is from now on.
pub(super) fn keep(
    path: &Path,
    synchronous: Synchronous,
    name: &str,
    first: &str,
) -> Result<String, StoreError> {
    let connection = open::for_writing(path, synchronous)?;
    connection
        .execute(
            "INSERT INTO kept (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
            [name, first],
        )
        .and_then(|_| {
            connection.query_row("SELECT value FROM kept WHERE name = ?1", [name], |row| row.get(0))
        })
        .map_err(|error| StoreError::Failed(error.to_string()))
}
