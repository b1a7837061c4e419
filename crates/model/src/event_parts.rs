//! An event that is encoded while it is being said: no item is made of it, and its memory is used again.
//!
//! For those who say many, as bridges from logging frameworks do: making an [`Event`](crate::Event) of owned texts costs more
//! than encoding it.

use crate::encode::{begin, begin_property, write_source_name, write_tracking_id, write_value};
use crate::json::Object;
use crate::{RecordId, Severity, SourceFqn, Timestamp, TrackingId, Value};

/// Properties, encoded one by one. Of several of one name the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncodedProperties(Vec<u8>);

impl EncodedProperties {
    /// No properties, and no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        EncodedProperties(Vec::new())
    }

    /// Adds a text; the hint says how to show it.
    pub fn text(&mut self, name: &str, value: &str, hint: Option<&str>) {
        let mut object = self.next(name, "string", hint);
        object.text("value", value);
        object.end();
    }

    /// Adds a value.
    pub fn value(&mut self, name: &str, value: &Value, hint: Option<&str>) {
        let mut object = self.next(name, value.type_word(), hint);
        write_value(&mut object, value);
        object.end();
    }

    /// Adds all of these.
    pub fn extend(&mut self, others: &EncodedProperties) {
        if !self.0.is_empty() && !others.0.is_empty() {
            self.0.push(b',');
        }
        self.0.extend_from_slice(&others.0);
    }

    /// Removes all, and keeps memory of at most so many bytes.
    pub fn clear(&mut self, kept: usize) {
        self.0.clear();
        self.0.shrink_to(kept);
    }

    /// How long they are in JSON, in bytes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.0.len()
    }

    /// The objects in JSON, divided by commas.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn next(&mut self, name: &str, type_word: &str, hint: Option<&str>) -> Object<'_> {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        begin_property(&mut self.0, name, type_word, hint)
    }
}

/// What an [`Event`](crate::Event) of the usual type says, borrowed from wherever it is.
#[derive(Debug, Clone, Copy)]
pub struct EventParts<'a> {
    /// The identity.
    pub tracking_id: &'a TrackingId,
    /// The activity that contains it.
    pub parent_id: Option<&'a TrackingId>,
    /// What was done.
    pub name: &'a str,
    /// How grave it is.
    pub severity: Severity,
    /// When it was reported.
    pub report_time: Timestamp,
    /// The text.
    pub message: Option<&'a str>,
    /// The error or stack trace.
    pub exception: Option<&'a str>,
    /// The operating system's number of the process.
    pub process_id: Option<i64>,
    /// The operating system's number of the thread.
    pub thread_id: Option<i64>,
    /// Items that share one of these belong together.
    pub correlators: &'a [String],
    /// Who sent it.
    pub source: Option<&'a SourceFqn>,
    /// Named values.
    pub properties: &'a EncodedProperties,
}

impl EventParts<'_> {
    /// As [`Item::encode`](crate::Item::encode).
    pub fn encode(&self, record_id: Option<RecordId>, out: &mut Vec<u8>) {
        let mut object = begin(record_id, out);
        object.text("operation", self.name);
        object.word("type", "EVENT");
        object.word("severity", self.severity.name());
        write_tracking_id(&mut object, self.tracking_id);
        object.some_text("parent-id", self.parent_id.map(TrackingId::as_str));
        object.integer("time-usec", self.report_time.as_micros());
        object.some_text("exception", self.exception);
        object.some_integer("pid", self.process_id);
        object.some_integer("tid", self.thread_id);
        object.texts("corrid", self.correlators);
        object.some_text("msg-text", self.message);
        write_source_name(&mut object, self.source);
        object.encoded_array("properties", &self.properties.0);
        object.end();
    }
}
