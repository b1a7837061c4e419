//! The one connection that writes: a batch is a transaction.

use std::path::Path;

use rusqlite::Connection;
use tnt4_model::Timestamp;

use super::super::{Arrival, StoreError, Writer};
use super::Synchronous;
use super::insert::Inserts;
use super::open;
use super::sources::Sources;

/// What a deletion takes at a time, so that records that arrive meanwhile do not wait long.
const EXPIRED_AT_A_TIME: usize = 2_000;

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
        let mut deleted = 0;
        for (ordinal, table) in ["event", "log", "activity", "snapshot", "dataset"]
            .iter()
            .enumerate()
        {
            let expired = format!(
                "SELECT id FROM {table} WHERE expires IS NOT NULL AND expires <= ?1 ORDER BY expires LIMIT {EXPIRED_AT_A_TIME}"
            );
            transaction.execute(
                &format!("DELETE FROM correlator WHERE item = {ordinal} AND row IN ({expired})"),
                [now.as_micros()],
            )?;
            deleted += transaction.execute(
                &format!("DELETE FROM {table} WHERE id IN ({expired})"),
                [now.as_micros()],
            )?;
        }
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
