//! Items to JSON: one object, no blanks, names as the vendor's servers read them.
//!
//! What was not set is not written, but for the identity, the name, the type and the severity, which every
//! item has. Lists are written as arrays, also those of one element.

use crate::json::Object;
use crate::{
    Activity, Event, Item, Log, Measures, Operation, Property, RecordId, Snapshot, Source, TrackingId, Value,
};

impl Item {
    /// Appends the item's JSON to `out`. With `record_id` the object carries `tnt4-id`, by which a store
    /// knows a repeated delivery; servers that do not know the key ignore it.
    pub fn encode(&self, record_id: Option<RecordId>, out: &mut Vec<u8>) {
        let mut object = begin(record_id, out);
        match self {
            Item::Event(event) => write_event(&mut object, event),
            Item::Log(log) => write_log(&mut object, log),
            Item::Activity(activity) => write_activity(&mut object, activity),
            Item::Snapshot(snapshot) => write_measures(&mut object, "SNAPSHOT", &snapshot.measures),
            Item::Dataset(dataset) => write_measures(&mut object, "DATASET", &dataset.measures),
        }
        object.end();
    }

    /// The item's JSON, without a record's identity.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::with_capacity(512);
        self.encode(None, &mut out);
        // Only whole strings and ASCII are ever appended.
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl Activity {
    /// As [`Item::encode`], for an activity that is to be reported again.
    pub fn encode(&self, record_id: Option<RecordId>, out: &mut Vec<u8>) {
        let mut object = begin(record_id, out);
        write_activity(&mut object, self);
        object.end();
    }
}

fn begin(record_id: Option<RecordId>, out: &mut Vec<u8>) -> Object<'_> {
    let mut object = Object::begin(out);
    if let Some(id) = record_id {
        object.word("tnt4-id", &id.text());
    }
    object
}

fn write_event(object: &mut Object<'_>, event: &Event) {
    object.text("operation", &event.operation.name);
    match &event.type_word {
        Some(word) => object.text("type", word),
        None => object.word("type", event.event_type.name()),
    }
    write_operation(object, &event.operation);
}

fn write_log(object: &mut Object<'_>, log: &Log) {
    object.text("operation", &log.operation.name);
    object.word("type", "LOG");
    object.some_text("log-type", log.log_type.as_deref());
    write_operation(object, &log.operation);
}

fn write_activity(object: &mut Object<'_>, activity: &Activity) {
    object.text("operation", &activity.operation.name);
    object.word("type", "ACTIVITY");
    object.word("status", activity.status.name());
    object.texts("id-set", &activity.id_set);
    object.some_integer("id-count", activity.id_count);
    write_operation(object, &activity.operation);
}

fn write_operation(object: &mut Object<'_>, operation: &Operation) {
    object.word("severity", operation.severity.name());
    write_tracking_id(object, &operation.tracking_id);
    object.some_text("parent-id", operation.parent_id.as_ref().map(TrackingId::as_str));
    object.some_integer(
        "time-usec",
        operation.report_time.map(crate::Timestamp::as_micros),
    );
    object.some_integer(
        "start-time-usec",
        operation.start_time.map(crate::Timestamp::as_micros),
    );
    object.some_integer(
        "end-time-usec",
        operation.end_time.map(crate::Timestamp::as_micros),
    );
    object.some_integer("elapsed-time-usec", operation.elapsed_usec);
    object.some_integer("wait-time-usec", operation.wait_usec);
    if let Some(code) = operation.comp_code {
        object.word("comp-code", code.name());
    }
    object.some_integer("reason-code", operation.reason_code);
    object.some_text("exception", operation.exception.as_deref());
    object.some_integer("pid", operation.process_id);
    object.some_integer("tid", operation.thread_id);
    object.some_text("location", operation.location.as_deref());
    object.some_text("user", operation.user.as_deref());
    object.some_text("resource", operation.resource.as_deref());
    object.texts("corrid", &operation.correlators);
    object.some_text("msg-text", operation.message.text.as_deref());
    object.some_integer("msg-size", operation.message.size);
    object.some_text("mime-type", operation.message.mime_type.as_deref());
    object.some_text("encoding", operation.message.encoding.as_deref());
    object.some_text("charset", operation.message.charset.as_deref());
    object.some_integer("msg-age-usec", operation.message.age_usec);
    object.texts("msg-tag", &operation.message.tags);
    write_source(object, &operation.source);
    object.some_integer("ttl-sec", operation.ttl_secs);
    object.array("properties", &operation.properties, write_property);
    object.array("snapshots", &operation.snapshots, write_snapshot);
}

fn write_tracking_id(object: &mut Object<'_>, id: &TrackingId) {
    match id.as_made() {
        Some(text) => object.word("tracking-id", text),
        None => object.text("tracking-id", id.as_str()),
    }
}

fn write_measures(object: &mut Object<'_>, type_word: &str, measures: &Measures) {
    object.text("name", &measures.name);
    object.word("type", type_word);
    object.some_text("category", measures.category.as_deref());
    object.word("severity", measures.severity.name());
    write_tracking_id(object, &measures.tracking_id);
    object.some_text("parent-id", measures.parent_id.as_ref().map(TrackingId::as_str));
    object.some_integer("time-usec", measures.time.map(crate::Timestamp::as_micros));
    write_source(object, &measures.source);
    object.some_integer("ttl-sec", measures.ttl_secs);
    object.array("properties", &measures.properties, write_property);
}

fn write_source(object: &mut Object<'_>, source: &Source) {
    write_source_name(object, source.fqn.as_ref());
    object.some_text("source-ssn", source.stream_name.as_deref());
    object.some_text("source-url", source.url.as_deref());
}

pub(crate) fn write_source_name(object: &mut Object<'_>, name: Option<&crate::SourceFqn>) {
    object.some_text("source-fqn", name.map(crate::SourceFqn::as_str));
}

fn write_snapshot(out: &mut Vec<u8>, snapshot: &Snapshot) {
    let mut object = Object::begin(out);
    write_measures(&mut object, "SNAPSHOT", &snapshot.measures);
    object.end();
}

fn write_property(out: &mut Vec<u8>, property: &Property) {
    let mut object = Object::begin(out);
    object.text("name", &property.name);
    object.word("type", property.value.type_word());
    object.some_text("value-type", property.hint.as_deref());
    write_value(&mut object, &property.value);
    object.end();
}

pub(crate) fn write_value(object: &mut Object<'_>, value: &Value) {
    match value {
        Value::String(text) => object.text("value", text),
        Value::Integer(number) => object.integer("value", *number),
        Value::Decimal(number) if number.is_finite() => object.decimal("value", *number),
        Value::Decimal(number) if number.is_nan() => object.word("value", "NaN"),
        Value::Decimal(number) => object.word("value", if *number > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::Boolean(truth) => object.boolean("value", *truth),
        Value::Timestamp(time) => object.integer("value", time.as_micros()),
    }
}
