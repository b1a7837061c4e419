//! Who is who: the identity of an item, and the identity of one record on its way.
//!
//! Both are UUIDs of version 7 where this crate makes them: they begin with the time, so an index over
//! them grows at its end and stays in few pages. (A version 4 id costs the store a random page an insert.)

use std::fmt;

use uuid::Uuid;

use crate::fresh;

/// The identity of an event, log, activity, snapshot or dataset: any text its sender chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingId(String);

impl TrackingId {
    /// A new identity, a UUID of version 7.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a default that differs each time would surprise"
    )]
    pub fn new() -> Self {
        TrackingId(fresh::uuid().to_string())
    }

    /// The text, as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, without a copy.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<String> for TrackingId {
    fn from(text: String) -> Self {
        TrackingId(text)
    }
}

impl From<&str> for TrackingId {
    fn from(text: &str) -> Self {
        TrackingId(text.to_owned())
    }
}

impl fmt::Display for TrackingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identity of one record on its way (`tnt4-id`): a delivery that is repeated is stored once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Uuid);

impl RecordId {
    /// A new identity, a UUID of version 7.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a default that differs each time would surprise"
    )]
    pub fn new() -> Self {
        RecordId(fresh::uuid())
    }

    /// Reads the hyphenated or plain form; `None` for what is no UUID.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(RecordId)
    }

    /// The 16 bytes, most significant first.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl From<Uuid> for RecordId {
    fn from(uuid: Uuid) -> Self {
        RecordId(uuid)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
