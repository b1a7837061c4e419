//! Who is who: the identity of an item, and the identity of one record on its way.
//!
//! Both are UUIDs of version 7 where this crate makes them: they begin with the time, so an index over
//! them grows at its end and stays in few pages. (A version 4 id costs the store a random page an insert.)

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::{Timestamp, fresh};

/// The identity of an event, log, activity, snapshot or dataset: any text its sender chose.
#[derive(Clone)]
pub struct TrackingId(Text);

/// A new identity's text needs no memory of its own: one is made for every event.
#[derive(Clone)]
enum Text {
    Given(String),
    Made([u8; Hyphenated::LENGTH]),
}

impl TrackingId {
    /// A new identity, a UUID of version 7.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a default that differs each time would surprise"
    )]
    pub fn new() -> Self {
        TrackingId::made_at(Timestamp::now())
    }

    /// A new identity that begins with this time, which is the present: reading the clock is most of what an identity
    /// costs, so an event reads it once.
    #[must_use]
    pub fn made_at(now: Timestamp) -> Self {
        TrackingId(Text::Made(hyphenated(fresh::uuid(now))))
    }

    /// The text, as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Given(text) => text,
            // ASCII.
            Text::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
        }
    }

    /// The text, without a copy where it was given.
    #[must_use]
    pub fn into_string(self) -> String {
        match self.0 {
            Text::Given(text) => text,
            Text::Made(_) => self.as_str().to_owned(),
        }
    }

    /// The text where this crate has made it, so that it is known to need no escape in JSON.
    pub(crate) fn as_made(&self) -> Option<&[u8; Hyphenated::LENGTH]> {
        match &self.0 {
            Text::Given(_) => None,
            Text::Made(text) => Some(text),
        }
    }
}

impl From<String> for TrackingId {
    fn from(text: String) -> Self {
        TrackingId(Text::Given(text))
    }
}

impl From<&str> for TrackingId {
    fn from(text: &str) -> Self {
        TrackingId(Text::Given(text.to_owned()))
    }
}

impl fmt::Display for TrackingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TrackingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrackingId").field(&self.as_str()).finish()
    }
}

// The text is the identity, whoever made it.

impl PartialEq for TrackingId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for TrackingId {}

impl PartialOrd for TrackingId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TrackingId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for TrackingId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
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
        // The item's own time would save a look at the clock, but may be any: of a log that is imported, or of an
        // activity that began hours ago. Identities that begin so would lie all over a store's index of them.
        RecordId(fresh::uuid(Timestamp::now()))
    }

    /// A new identity that begins with this time, which is the present.
    #[must_use]
    pub fn made_at(now: Timestamp) -> Self {
        RecordId(fresh::uuid(now))
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

    /// The text, as it goes on the wire.
    pub(crate) fn text(&self) -> [u8; Hyphenated::LENGTH] {
        hyphenated(self.0)
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

/// A UUID's text, in ASCII.
fn hyphenated(uuid: Uuid) -> [u8; Hyphenated::LENGTH] {
    let mut text = [0; Hyphenated::LENGTH];
    uuid.hyphenated().encode_lower(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn an_identity_that_was_made_equals_its_text() {
        let made = TrackingId::new();
        let given = TrackingId::from(made.as_str());
        assert_eq!(made, given);
        assert_eq!(made.cmp(&given), Ordering::Equal);
        assert_eq!(HashSet::from([made.clone(), given.clone()]).len(), 1);
        assert_eq!(format!("{made} {made:?}"), format!("{given} {given:?}"));
        assert_eq!(made.clone().into_string(), given.into_string());
        assert_eq!(RecordId::parse(made.as_str()).unwrap().to_string(), made.as_str());
    }

    #[test]
    fn identities_are_in_the_order_of_their_texts() {
        let ids = ["", "0", "a", "z"].map(TrackingId::from);
        assert!(ids.is_sorted());
        assert!(ids[1] < TrackingId::new() && TrackingId::new() < ids[2]);
    }
}
