//! The store in one SQLite file, in WAL mode: one connection writes while others read.
//!
//! `synchronous=NORMAL` by default: what was committed survives the end of the process, and a power cut
//! takes at most what was committed since the last checkpoint, never the file's integrity. `FULL` waits
//! for the disk at every commit.

mod expiry;
mod functions;
mod insert;
mod json;
mod kept;
mod merge;
mod open;
mod reader;
mod reports;
mod schema;
mod sources;
mod unite;
mod writer;

use std::path::{Path, PathBuf};

use tnt4_query::sql::{Dialect, Sqlite};

use super::{Reader, Store, StoreError, Writer};

/// How much a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// For the operating system: survives the end of the process.
    #[default]
    Normal,
    /// For the disk: survives a power cut.
    Full,
}

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    synchronous: Synchronous,
    /// Held as long as the store is: keeps a second collector from the same file.
    _lock: std::fs::File,
}

impl SqliteStore {
    /// Opens the file, or makes it, readable by its owner alone.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Foreign`], [`StoreError::InUse`], [`StoreError::Newer`]
    pub fn open(path: &Path, synchronous: Synchronous) -> Result<Self, StoreError> {
        let path = open::one_name(path)?;
        let lock = open::lock(&path)?;
        open::prepare(&path)?;
        Ok(SqliteStore {
            path,
            synchronous,
            _lock: lock,
        })
    }
}

impl Store for SqliteStore {
    fn writer(&self) -> Result<Box<dyn Writer>, StoreError> {
        Ok(Box::new(writer::SqliteWriter::open(
            &self.path,
            self.synchronous,
        )?))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(reader::SqliteReader::open(&self.path)?))
    }

    fn keep(&self, name: &str, first: &str) -> Result<String, StoreError> {
        kept::keep(&self.path, self.synchronous, name, first)
    }

    fn dialect(&self) -> &dyn Dialect {
        &Sqlite
    }
}
