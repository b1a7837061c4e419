//! A connection that only reads.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql};
use tnt4_query::sql::{Parameter, Query, Sql};

use super::super::{Answer, Cell, Patience, Reader, StoreError};
use super::open;

/// How many steps of SQLite's machine pass between two looks at the clock: some milliseconds' worth.
const STEPS: i32 = 50_000;

pub(super) struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(SqliteReader {
            connection: open::for_reading(path)?,
        })
    }

    fn answer(&self, query: &Query, keep: usize) -> rusqlite::Result<Answer> {
        // One transaction, so that count and rows are of the same moment.
        let transaction = self.connection.unchecked_transaction()?;
        let (rows, row_count) = rows(&transaction, &query.rows, keep)?;
        let (summary, _) = self::rows(&transaction, &query.summary, 1)?;
        let (found, date_range) = match summary.first().map(Vec::as_slice) {
            Some([Cell::Integer(found), Cell::Integer(first), Cell::Integer(last)]) => {
                (*found, Some((*first, *last)))
            }
            Some([Cell::Integer(found), ..]) => (*found, None),
            _ => (0, None),
        };
        Ok(Answer {
            rows,
            row_count,
            found,
            date_range,
        })
    }
}

impl Reader for SqliteReader {
    fn run(&mut self, query: &Query, keep: usize, patience: &Patience) -> Result<Answer, StoreError> {
        let patience = patience.clone();
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => StoreError::Interrupted,
            _ => StoreError::Failed(error.to_string()),
        };
        self.connection
            .progress_handler(STEPS, Some(move || patience.is_over()))
            .map_err(failed)?;
        self.answer(query, keep).map_err(failed)
    }
}

/// How many bytes of text an answer holds at the most; clients stop reading at 100 MiB.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The first `keep` rows, or fewer where they are large, and how many there are.
fn rows(connection: &Connection, sql: &Sql, keep: usize) -> rusqlite::Result<(Vec<Vec<Cell>>, u64)> {
    let mut statement = connection.prepare_cached(&sql.text)?;
    let width = statement.column_count();
    let mut found = statement.query(rusqlite::params_from_iter(sql.parameters.iter().map(Bound)))?;
    let (mut rows, mut count, mut bytes) = (Vec::new(), 0, 0);
    while let Some(row) = found.next()? {
        count += 1;
        if rows.len() < keep && bytes < MOST_BYTES {
            let cells: rusqlite::Result<Vec<Cell>> = (0..width).map(|at| row.get_ref(at).map(cell)).collect();
            let cells = cells?;
            bytes += cells.iter().map(Cell::text_length).sum::<usize>();
            rows.push(cells);
        }
    }
    Ok((rows, count))
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Cell::Text(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// A parameter of the crate `query`, as SQLite takes it.
struct Bound<'a>(&'a Parameter);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Parameter::Text(text) => ToSqlOutput::from(text.as_str()),
            Parameter::Integer(number) => ToSqlOutput::from(*number),
            Parameter::Real(number) => ToSqlOutput::from(*number),
        })
    }
}
