//! The one connection that writes: a batch is a transaction.

use std::path::Path;

use rusqlite::Connection;
use tnt4_model::Timestamp;

use super::super::{Arrival, StoreError, Writer};
use super::Synchronous;
use super::expiry;
use super::insert::Inserts;
use super::open;
use super::sources::Sources;

pub(super) struct SqliteWriter {
    connection: Connection,
    sources: Sources,
}

impl SqliteWriter {
    pub(super) fn open(path: &Path, synchronous: Synchronous) -> Result<Self, StoreError> {
        Ok(SqliteWriter {
            connection: open::for_writing(path, synchronous)?,
            sources: Sources::default(),
        })
    }

    fn insert_all(&mut self, batch: &[Arrival]) -> rusqlite::Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        {
            let mut inserts = Inserts::prepare(&transaction, &mut self.sources)?;
            for arrival in batch {
                inserts.insert(arrival)?;
            }
        }
        transaction.commit()
    }

    fn delete_expired(&mut self, now: Timestamp) -> rusqlite::Result<usize> {
        let transaction = self.connection.unchecked_transaction()?;
        let deleted = expiry::delete(&transaction, now)?;
        transaction.commit()?;
        Ok(deleted)
    }
}

impl Writer for SqliteWriter {
    fn commit(&mut self, batch: &[Arrival]) -> Result<(), StoreError> {
        match self.insert_all(batch) {
            Ok(()) => {
                self.sources.committed();
                Ok(())
            }
            Err(error) => {
                // Dropping the transaction has rolled it back.
                self.sources.rolled_back();
                Err(StoreError::Failed(error.to_string()))
            }
        }
    }

    fn expire(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        self.delete_expired(now)
            .map_err(|error| StoreError::Failed(error.to_string()))
    }
}
