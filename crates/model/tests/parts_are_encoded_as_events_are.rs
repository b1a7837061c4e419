//! An event that is encoded from its parts says the same as one that was made before.

use proptest::prelude::*;
use tnt4_model::{
    EncodedName, EncodedProperties, Event, EventOutline, EventParts, Item, PathHint, Property, RecordId,
    Severity, SourceFqn, Timestamp, TrackingId, Value, decode,
};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::String),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Decimal),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(|micros| Value::Timestamp(Timestamp::from_micros(micros))),
    ]
}

proptest! {
    #[test]
    fn whatever_they_are(
        name in any::<String>(),
        ordinal in 0..=10_i64,
        message in any::<Option<String>>(),
        exception in any::<Option<String>>(),
        numbers in any::<(Option<i64>, Option<i64>)>(),
        correlators in prop::collection::vec(any::<String>(), 0..3),
        source in any::<Option<String>>(),
        parent in any::<Option<String>>(),
        named in prop::collection::vec((any::<String>(), value(), any::<Option<String>>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let id = RecordId::new();
        let mut event = Event::new(name.as_str());
        let operation = &mut event.operation;
        operation.tracking_id = TrackingId::from(id.to_string());
        operation.severity = Severity::from_ordinal(ordinal).unwrap_or_default();
        operation.message.text.clone_from(&message);
        operation.exception.clone_from(&exception);
        (operation.process_id, operation.thread_id) = numbers;
        operation.correlators.clone_from(&correlators);
        operation.source.fqn = source.map(SourceFqn::from_wire);
        operation.parent_id = parent.map(TrackingId::from);
        // Some are in the outline.
        let (mut outlined, mut said) = (EncodedProperties::new(), EncodedProperties::new());
        let cut = cut.index(named.len() + 1);
        for (index, (name, value, hint)) in named.into_iter().enumerate() {
            let properties = if index < cut { &mut outlined } else { &mut said };
            let encoded = EncodedName::new(&name);
            match &value {
                Value::String(text) => properties.text(&encoded, text, hint.as_deref()),
                other => properties.value(&encoded, other, hint.as_deref()),
            }
            operation.properties.push(Property { name: name.into(), value, hint });
        }
        let outline = EventOutline {
            name: &operation.name,
            severity: operation.severity,
            process_id: operation.process_id,
            thread_id: operation.thread_id,
            source: operation.source.fqn.as_ref(),
            properties: &outlined,
        };
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        EventParts {
            id,
            outline: &outline.encode(),
            parent_id: operation.parent_id.as_ref(),
            report_time: operation.report_time.unwrap_or(Timestamp::from_micros(0)),
            message: operation.message.text.as_deref(),
            exception: operation.exception.as_deref(),
            correlators: &operation.correlators,
            properties: &said,
        }
        .encode(&mut parts);
        Item::from(event).encode(Some(id), &mut whole);
        let read = |json: &[u8]| {
            let members: serde_json::Value = serde_json::from_slice(json).unwrap();
            (members, format!("{:?}", decode(json, PathHint::Event).unwrap()))
        };
        prop_assert_eq!(read(&parts), read(&whole));
    }
}
