//! Identities for what the stream itself makes.

use uuid::Uuid;

/// A new UUID of version 7. That of the crate `uuid` takes a lock, which a thread of the parent may hold at the
/// moment of a fork, and then nobody ever opens it in the child.
pub(crate) fn new() -> Uuid {
    Uuid::from_bytes(*tnt4_model::RecordId::new().as_bytes())
}
