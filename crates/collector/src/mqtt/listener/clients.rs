//! Who is there: a client identifier has one connection, the last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The connected clients, by their identifiers.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<String, Arc<Notify>>>);

/// A connection's place among them, until it is dropped.
pub(super) struct Seat {
    clients: Arc<Clients>,
    client_id: String,
    lost: Arc<Notify>,
}

impl Clients {
    /// Seats a connection, in the place of an earlier one of the same identifier.
    pub(super) fn enter(self: &Arc<Self>, client_id: String) -> Seat {
        let lost = Arc::new(Notify::new());
        if let Some(earlier) = self.lock().insert(client_id.clone(), lost.clone()) {
            earlier.notify_one();
        }
        Seat {
            clients: self.clone(),
            client_id,
            lost,
        }
    }

    /// Right after a panic elsewhere, too.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Waits until another connection has taken the place.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut clients = self.clients.lock();
        let is_ours = clients
            .get(&self.client_id)
            .is_some_and(|lost| Arc::ptr_eq(lost, &self.lost));
        if is_ours {
            clients.remove(&self.client_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_connection_of_an_identifier_has_the_place() {
        let clients = Arc::new(Clients::default());
        let (first, other) = (clients.enter("a".to_owned()), clients.enter("b".to_owned()));
        let second = clients.enter("a".to_owned());
        first.lost().await;
        drop(first);
        assert_eq!(clients.lock().len(), 2, "the second keeps its place");
        drop((second, other));
        assert!(clients.lock().is_empty());
    }
}
