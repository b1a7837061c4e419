//! Readers of the store, opened when they are first needed and used again.

use std::sync::{Arc, Mutex, PoisonError};

use tnt4_query::sql::Dialect;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::{Reader, Store, StoreError};

/// How many queries run at the same time; further ones wait. Each uses a core, and ingest needs one.
const AT_ONCE: usize = 4;

/// The readers of a store.
pub(crate) struct Readers {
    store: Arc<dyn Store>,
    idle: Mutex<Vec<Box<dyn Reader>>>,
    places: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Readers {
            store,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub(crate) fn dialect(&self) -> &dyn Dialect {
        self.store.dialect()
    }

    /// A place to run a query in.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        self.places.clone().acquire_owned().await.ok()
    }

    /// Lends a reader.
    pub(crate) fn with<T>(
        &self,
        ask: impl FnOnce(&mut dyn Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.store.reader()?,
        };
        let answer = ask(reader.as_mut());
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
        answer
    }
}
