//! An event that is encoded while it is being said: no item is made of it, and its memory is used again.
//!
//! For those who say many, as bridges from logging frameworks do: making an [`Event`](crate::Event) of owned texts costs more
//! than encoding it, and most of an event is the same each time a place of a program says it.

use crate::encode::write_source_name;
use crate::json::Object;
use crate::{EncodedProperties, RecordId, Severity, SourceFqn, Timestamp, TrackingId};

/// What events have in common that one place of a program says.
#[derive(Debug, Clone, Copy)]
pub struct EventOutline<'a> {
    /// What was done.
    pub name: &'a str,
    /// How grave it is.
    pub severity: Severity,
    /// The operating system's number of the process.
    pub process_id: Option<i64>,
    /// The operating system's number of the thread.
    pub thread_id: Option<i64>,
    /// Who sent it.
    pub source: Option<&'a SourceFqn>,
    /// Named values; of several of one name those of [`EventParts`] count.
    pub properties: &'a EncodedProperties,
}

/// An outline, encoded for all events that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedOutline {
    members: Vec<u8>,
    properties: Vec<u8>,
}

/// What an [`Event`](crate::Event) of the usual type says, borrowed from wherever it is.
#[derive(Debug, Clone, Copy)]
pub struct EventParts<'a> {
    /// The identity: the event's, and that of its only record.
    pub id: RecordId,
    /// What others have said of it before.
    pub outline: &'a EncodedOutline,
    /// The activity that contains it.
    pub parent_id: Option<&'a TrackingId>,
    /// When it was reported.
    pub report_time: Timestamp,
    /// The text.
    pub message: Option<&'a str>,
    /// The error or stack trace.
    pub exception: Option<&'a str>,
    /// Items that share one of these belong together.
    pub correlators: &'a [String],
    /// Named values.
    pub properties: &'a EncodedProperties,
}

impl EventOutline<'_> {
    /// Encodes it.
    #[must_use]
    pub fn encode(&self) -> EncodedOutline {
        let mut members = Vec::new();
        let mut object = Object::continued(&mut members);
        object.text("operation", self.name);
        object.word("type", "EVENT");
        object.word("severity", self.severity.name());
        object.some_integer("pid", self.process_id);
        object.some_integer("tid", self.thread_id);
        write_source_name(&mut object, self.source);
        EncodedOutline {
            members,
            properties: self.properties.as_bytes().to_owned(),
        }
    }
}

impl EventParts<'_> {
    /// Appends the event's JSON to `out`, as [`Item::encode`](crate::Item::encode) does but for the order of its members: the identity,
    /// twice (`tnt4-id`, `tracking-id`), the outline, and what is the event's own.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let id = self.id.text();
        let mut object = Object::begin(out);
        object.word("tnt4-id", &id);
        object.word("tracking-id", &id);
        object.encoded_members(&self.outline.members);
        object.integer("time-usec", self.report_time.as_micros());
        object.some_text("parent-id", self.parent_id.map(TrackingId::as_str));
        object.some_text("exception", self.exception);
        object.texts("corrid", self.correlators);
        object.some_text("msg-text", self.message);
        object.encoded_array(
            "properties",
            [&self.outline.properties, self.properties.as_bytes()],
        );
        object.end();
    }
}
