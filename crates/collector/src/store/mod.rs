//! Where records are kept: a trait, and SQLite behind it.
//!
//! A store has one [`Writer`] and any number of [`Reader`]s. What a writer has committed every reader sees
//! from its next query on, and finds again after the process was killed.

pub mod sqlite;

mod committer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use thiserror::Error;
use tnt4_model::{Item, RecordId, Timestamp};
use tnt4_query::sql::{Dialect, Query};

pub(crate) use committer::{Committer, Receipt, SHUTTING_DOWN};

/// A record on its way into the store.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The record's identity: one copy is kept of those that share it.
    pub record_id: Option<RecordId>,
    /// What is said.
    pub item: Item,
    /// When it was received; fills the times that its sender left out.
    pub received: Timestamp,
}

/// A place that keeps records.
pub trait Store: Send + Sync {
    /// Opens the one writer.
    ///
    /// # Errors
    /// [`StoreError`]
    fn writer(&self) -> Result<Box<dyn Writer>, StoreError>;

    /// Opens one more reader.
    ///
    /// # Errors
    /// [`StoreError`]
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;

    /// What is kept under this name for later runs; where there is nothing, `first` is from now on.
    ///
    /// # Errors
    /// [`StoreError`]
    fn keep(&self, name: &str, first: &str) -> Result<String, StoreError>;

    /// The dialect of SQL in which its readers are asked.
    fn dialect(&self) -> &dyn Dialect;
}

/// The one that writes.
pub trait Writer: Send {
    /// Stores all of these, in their order, or none. When it returns, they survive the end of the process.
    ///
    /// A record whose [`RecordId`] is already there is passed over. An activity whose tracking id is
    /// already there is merged into its row. All others are kept, also those that share a tracking id.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the batch was stored.
    fn commit(&mut self, batch: &[Arrival]) -> Result<(), StoreError>;

    /// Deletes a portion of what has outlived its time to live at `now`, and returns how many items that
    /// were; 0 once all is deleted.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was deleted.
    fn expire(&mut self, now: Timestamp) -> Result<usize, StoreError>;
}

/// One that reads.
pub trait Reader: Send {
    /// Runs a query's two statements on one state of the store, and returns the first `keep` rows, or fewer where they
    /// are large (64 MiB in all).
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] where it was not done in time or nobody waits any more, else [`StoreError::Failed`].
    fn run(&mut self, query: &Query, keep: usize, patience: &Patience) -> Result<Answer, StoreError>;
}

/// How long somebody waits for a query.
#[derive(Debug, Clone)]
pub struct Patience {
    deadline: Instant,
    given_up: Arc<AtomicBool>,
}

impl Patience {
    /// Until this moment, or until [`give_up`](Self::give_up).
    #[must_use]
    pub fn until(deadline: Instant) -> Self {
        Patience {
            deadline,
            given_up: Arc::default(),
        }
    }

    /// Nobody waits any more.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Whether the query may end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.given_up.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The first rows, with the cells in the order of the query's columns (two cells for a map).
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there are, with those that were not kept.
    pub row_count: u64,
    /// How many items matched before grouping and limits.
    pub found: i64,
    /// The earliest and latest default date among those, in microseconds since the epoch.
    pub date_range: Option<(i64, i64)>,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// A whole number, a moment, an ordinal, or a truth as 0 or 1.
    Integer(i64),
    /// A double.
    Real(f64),
    /// Text, or JSON as the column's type says.
    Text(String),
}

impl Cell {
    /// The bytes of its text.
    pub(crate) fn text_length(&self) -> usize {
        if let Cell::Text(text) = self {
            text.len()
        } else {
            0
        }
    }
}

/// Why the store could not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be opened, made or read.
    #[error("the store {path} cannot be opened: {detail}")]
    Open {
        /// The file.
        path: String,
        /// What the system or the database said.
        detail: String,
    },
    /// The file is there and is something else.
    #[error("{path} is not a store of tnt4: {detail}; name another file with --store, or move this one away")]
    Foreign {
        /// The file.
        path: String,
        /// How that was seen.
        detail: String,
    },
    /// Another collector has the file open for writing.
    #[error("the store {path} is in use by another collector; stop it, or name another file with --store")]
    InUse {
        /// The file.
        path: String,
    },
    /// A later version has written the file.
    #[error(
        "the store {path} was written by a later version of tnt4 (schema {found}, this one knows {known})"
    )]
    Newer {
        /// The file.
        path: String,
        /// The schema's number in the file.
        found: i64,
        /// The highest number known here.
        known: i64,
    },
    /// A query took longer than it may.
    #[error("the query took too long and was stopped; narrow its dates or raise jk_timeout")]
    Interrupted,
    /// The database failed: a full disk, a damaged file.
    #[error("the store failed: {0}")]
    Failed(String),
}
