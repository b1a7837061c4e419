//! Every key that any item may have, as it was read; which item it is, is decided at the end.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::loose::Loose;
use super::properties::Properties;
use super::skipped::Skipped;
use super::{Decoded, PathHint};
use crate::{
    Activity, ActivityStatus, CompCode, Dataset, Event, EventType, Item, Log, Measures, Message, Operation,
    Property, RecordId, Severity, Snapshot, Source, SourceFqn, Timestamp, TrackingId,
};

/// Every key that any item may have.
#[derive(Default)]
pub(super) struct Wide {
    record_id: Option<RecordId>,
    tracking_id: Option<String>,
    guid: Option<String>,
    parent_id: Option<String>,
    operation: Option<String>,
    name: Option<String>,
    category: Option<String>,
    type_word: Option<String>,
    type_number: Option<i64>,
    severity: Option<String>,
    severity_number: Option<i64>,
    comp_code: Option<String>,
    comp_code_number: Option<i64>,
    status: Option<String>,
    log_type: Option<String>,
    reason_code: Option<i64>,
    exception: Option<String>,
    time: Option<Timestamp>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    elapsed: Option<i64>,
    wait: Option<i64>,
    age: Option<i64>,
    pid: Option<i64>,
    tid: Option<i64>,
    location: Option<String>,
    user: Option<String>,
    resource: Option<String>,
    message: Option<String>,
    message_size: Option<i64>,
    mime_type: Option<String>,
    encoding: Option<String>,
    charset: Option<String>,
    tags: Vec<String>,
    correlators: Vec<String>,
    id_set: Vec<String>,
    id_count: Option<i64>,
    source_fqn: Option<String>,
    source_ssn: Option<String>,
    source_url: Option<String>,
    ttl: Option<i64>,
    properties: Vec<Property>,
    snapshots: Vec<Snapshot>,
}

impl Wide {
    /// The item: `type` decides, then the path, else it is an event.
    pub(super) fn into_decoded(mut self, hint: PathHint) -> Decoded {
        let record_id = self.record_id;
        let named = self.type_word.as_deref().and_then(EventType::from_name);
        let event_type = match (named, self.type_number.and_then(EventType::from_ordinal)) {
            (Some(named), _) => Some(named),
            // The word is the sender's own; it is kept beside the type.
            (None, numbered) if self.type_word.is_none() => numbered,
            (None, _) => Some(EventType::Other),
        };
        let item = match (event_type, hint) {
            (Some(EventType::Activity), _) => Item::Activity(self.into_activity()),
            (Some(EventType::Snapshot), _) => Item::Snapshot(Snapshot {
                measures: self.into_measures(),
            }),
            (Some(EventType::Dataset), _) => Item::Dataset(Dataset {
                measures: self.into_measures(),
            }),
            (Some(EventType::Log), _) => Item::Log(self.into_log()),
            (_, PathHint::Activity) => Item::Activity(self.into_activity()),
            (_, PathHint::Snapshot) => Item::Snapshot(Snapshot {
                measures: self.into_measures(),
            }),
            (_, PathHint::Dataset) => Item::Dataset(Dataset {
                measures: self.into_measures(),
            }),
            (_, PathHint::Log) => Item::Log(self.into_log()),
            (event_type, PathHint::Event | PathHint::Any) => {
                let type_word = if named.is_none() {
                    self.type_word.take()
                } else {
                    None
                };
                let event_type = event_type.unwrap_or_default();
                Item::Event(Event {
                    event_type,
                    type_word,
                    operation: self.into_operation(),
                })
            }
        };
        Decoded { record_id, item }
    }

    fn into_activity(mut self) -> Activity {
        let status = self
            .status
            .take()
            .and_then(|word| ActivityStatus::from_name(word.trim()));
        Activity {
            status: status.unwrap_or(ActivityStatus::Unknown),
            id_set: std::mem::take(&mut self.id_set),
            id_count: self.id_count,
            operation: self.into_operation(),
        }
    }

    fn into_log(mut self) -> Log {
        Log {
            log_type: self.log_type.take(),
            operation: self.into_operation(),
        }
    }

    fn into_operation(self) -> Operation {
        let severity = self.severity();
        let comp_code = self.comp_code.as_deref().and_then(CompCode::from_name);
        let comp_code = comp_code.or_else(|| self.comp_code_number.and_then(CompCode::from_ordinal));
        let name = self.operation.or(self.name).unwrap_or_default();
        Operation {
            parent_id: self.parent_id.map(TrackingId::from),
            severity,
            comp_code,
            reason_code: self.reason_code,
            exception: self.exception,
            start_time: self.start_time,
            end_time: self.end_time,
            elapsed_usec: self.elapsed,
            report_time: self.time,
            wait_usec: self.wait,
            process_id: self.pid,
            thread_id: self.tid,
            location: self.location,
            user: self.user,
            resource: self.resource,
            correlators: self.correlators,
            message: Message {
                text: self.message,
                size: self.message_size,
                mime_type: self.mime_type,
                encoding: self.encoding,
                charset: self.charset,
                age_usec: self.age,
                tags: self.tags,
            },
            properties: self.properties,
            snapshots: self.snapshots,
            source: source(self.source_fqn, self.source_ssn, self.source_url),
            ttl_secs: self.ttl,
            ..Operation::new(name, identity(self.tracking_id, self.guid))
        }
    }

    pub(super) fn into_measures(self) -> Measures {
        let severity = self.severity();
        let name = self.name.or(self.operation).unwrap_or_default();
        Measures {
            parent_id: self.parent_id.map(TrackingId::from),
            category: self.category,
            time: self.time,
            severity,
            properties: self.properties,
            source: source(self.source_fqn, self.source_ssn, self.source_url),
            ttl_secs: self.ttl,
            ..Measures::new(name, identity(self.tracking_id, self.guid))
        }
    }

    /// The word where it is known, else the number, else the default.
    fn severity(&self) -> Severity {
        let named = self
            .severity
            .as_deref()
            .and_then(|word| Severity::from_name(word.trim()));
        let number = || {
            self.severity_number
                .or_else(|| self.severity.as_deref()?.trim().parse().ok())
        };
        named
            .or_else(|| number().and_then(Severity::from_ordinal))
            .unwrap_or_default()
    }
}

fn identity(tracking_id: Option<String>, guid: Option<String>) -> TrackingId {
    let given = tracking_id.or(guid).filter(|id| !id.is_empty());
    given.map_or_else(TrackingId::new, TrackingId::from)
}

fn source(fqn: Option<String>, stream_name: Option<String>, url: Option<String>) -> Source {
    Source {
        fqn: fqn.filter(|fqn| !fqn.is_empty()).map(SourceFqn::from_wire),
        stream_name,
        url,
    }
}

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WideVisitor)
    }
}

struct WideVisitor;

impl<'de> Visitor<'de> for WideVisitor {
    type Value = Wide;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Wide, A::Error> {
        let mut wide = Wide::default();
        while let Some(KeyText(key)) = map.next_key()? {
            let slot = match key.as_ref() {
                "tnt4-id" => Slot::Record(&mut wide.record_id),
                "tracking-id" => Slot::Text(&mut wide.tracking_id),
                "_guid" => Slot::Text(&mut wide.guid),
                "parent-id" | "parent-tracking-id" => Slot::Text(&mut wide.parent_id),
                "operation" => Slot::Text(&mut wide.operation),
                "name" => Slot::Text(&mut wide.name),
                "category" => Slot::Text(&mut wide.category),
                "type" => Slot::Text(&mut wide.type_word),
                "type-no" => Slot::Integer(&mut wide.type_number),
                "severity" => Slot::Text(&mut wide.severity),
                "severity-no" => Slot::Integer(&mut wide.severity_number),
                "comp-code" => Slot::Text(&mut wide.comp_code),
                "comp-code-no" => Slot::Integer(&mut wide.comp_code_number),
                "status" => Slot::Text(&mut wide.status),
                "log-type" => Slot::Text(&mut wide.log_type),
                "reason-code" => Slot::Integer(&mut wide.reason_code),
                "exception" => Slot::Text(&mut wide.exception),
                "time-usec" => Slot::Moment(&mut wide.time),
                "start-time-usec" | "start-time-used" => Slot::Moment(&mut wide.start_time),
                "end-time-usec" | "end-time-used" => Slot::Moment(&mut wide.end_time),
                "elapsed-time-usec" => Slot::Integer(&mut wide.elapsed),
                "wait-time-usec" | "wait-time-used" => Slot::Integer(&mut wide.wait),
                "msg-age-usec" | "msg-age" => Slot::Integer(&mut wide.age),
                "pid" => Slot::Integer(&mut wide.pid),
                "tid" => Slot::Integer(&mut wide.tid),
                "location" => Slot::Text(&mut wide.location),
                "user" => Slot::Text(&mut wide.user),
                "resource" => Slot::Text(&mut wide.resource),
                "msg-text" => Slot::Text(&mut wide.message),
                "msg-size" => Slot::Integer(&mut wide.message_size),
                "mime-type" => Slot::Text(&mut wide.mime_type),
                "encoding" => Slot::Text(&mut wide.encoding),
                "charset" => Slot::Text(&mut wide.charset),
                "msg-tag" => Slot::Texts(&mut wide.tags),
                "corrid" | "corr-id" | "correlator" => Slot::Texts(&mut wide.correlators),
                "id-set" => Slot::Texts(&mut wide.id_set),
                "id-count" => Slot::Integer(&mut wide.id_count),
                "source-fqn" => Slot::Text(&mut wide.source_fqn),
                "source-ssn" => Slot::Text(&mut wide.source_ssn),
                "source-url" => Slot::Text(&mut wide.source_url),
                "ttl-sec" => Slot::Integer(&mut wide.ttl),
                "properties" => Slot::Properties(&mut wide.properties),
                "snapshots" => Slot::Snapshots(&mut wide.snapshots),
                _ => Slot::Ignored,
            };
            slot.fill(&key, &mut map)?;
        }
        Ok(wide)
    }
}

/// Where the value of a key goes. A null leaves the place as it is.
enum Slot<'a> {
    Record(&'a mut Option<RecordId>),
    Text(&'a mut Option<String>),
    Integer(&'a mut Option<i64>),
    Moment(&'a mut Option<Timestamp>),
    Texts(&'a mut Vec<String>),
    Properties(&'a mut Vec<Property>),
    Snapshots(&'a mut Vec<Snapshot>),
    Ignored,
}

impl Slot<'_> {
    fn fill<'de, A: MapAccess<'de>>(self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match self {
            Slot::Record(place) => {
                if let Some(text) = map.next_value::<Loose>()?.into_text() {
                    // Whoever sends one counts on it: a repeated delivery would be stored twice.
                    let id = RecordId::parse(&text).ok_or_else(|| instead(key, "a UUID", "another text"))?;
                    *place = Some(id);
                }
            }
            Slot::Text(place) => replace(place, map.next_value::<Loose>()?.into_text()),
            Slot::Integer(place) => {
                let number = map.next_value::<Loose>()?.into_integer();
                replace(place, number.map_err(|found| instead(key, "a number", found))?);
            }
            Slot::Moment(place) => {
                let moment = map.next_value::<Loose>()?.into_moment();
                replace(
                    place,
                    moment.map_err(|found| instead(key, "a time in microseconds", found))?,
                );
            }
            Slot::Texts(place) => place.extend(map.next_value::<Loose>()?.into_texts()),
            Slot::Properties(place) => place.extend(map.next_value::<Properties>()?.0),
            Slot::Snapshots(place) => {
                let nested = map.next_value::<Option<Vec<Option<Wide>>>>()?.unwrap_or_default();
                let snapshot = |wide: Wide| Snapshot {
                    measures: wide.into_measures(),
                };
                place.extend(nested.into_iter().flatten().map(snapshot));
            }
            Slot::Ignored => {
                map.next_value::<Skipped>()?;
            }
        }
        Ok(())
    }
}

fn replace<T>(place: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *place = value;
    }
}

fn instead<E: Error>(key: &str, wanted: &str, found: &str) -> E {
    E::custom(format_args!("`{key}` must be {wanted}, and is {found}"))
}

/// A key, borrowed where the JSON has no escape in it.
pub(super) struct KeyText<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for KeyText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = KeyText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(KeyText(Cow::Borrowed(key)))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(KeyText(Cow::Owned(key.to_owned())))
    }
}
