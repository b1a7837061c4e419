//! What every connection needs.

use std::sync::Arc;

use crate::access::Access;
use crate::guard::Guard;
use crate::mqtt::Clients;
use crate::notices::Notices;
use crate::store::Committer;

/// What every connection needs.
pub(crate) struct Shared {
    pub(crate) access: Access,
    pub(crate) guard: Guard,
    pub(crate) notices: Arc<Notices>,
    pub(crate) committer: Committer,
    /// The publishers of MQTT that are connected.
    pub(crate) clients: Arc<Clients>,
    /// What is not a plain POST of records.
    pub(crate) router: axum::Router,
}
