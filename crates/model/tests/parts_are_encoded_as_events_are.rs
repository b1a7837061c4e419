//! An event that is encoded from its parts is the same, byte by byte, as one that was made before.

use proptest::prelude::*;
use tnt4_model::{
    EncodedProperties, Event, EventParts, Item, Property, RecordId, Severity, SourceFqn, Timestamp,
    TrackingId, Value,
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
        let mut event = Event::new(name.as_str());
        let operation = &mut event.operation;
        operation.severity = Severity::from_ordinal(ordinal).unwrap_or_default();
        operation.message.text.clone_from(&message);
        operation.exception.clone_from(&exception);
        (operation.process_id, operation.thread_id) = numbers;
        operation.correlators.clone_from(&correlators);
        operation.source.fqn = source.map(SourceFqn::from_wire);
        operation.parent_id = parent.map(TrackingId::from);
        // They may be put together of several runs.
        let (mut first, mut second) = (EncodedProperties::new(), EncodedProperties::new());
        let cut = cut.index(named.len() + 1);
        for (index, (name, value, hint)) in named.into_iter().enumerate() {
            let run = if index < cut { &mut first } else { &mut second };
            match &value {
                Value::String(text) => run.text(&name, text, hint.as_deref()),
                other => run.value(&name, other, hint.as_deref()),
            }
            operation.properties.push(Property { name: name.into(), value, hint });
        }
        first.extend(&second);
        let id = RecordId::new();
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        EventParts {
            tracking_id: &operation.tracking_id,
            parent_id: operation.parent_id.as_ref(),
            name: &operation.name,
            severity: operation.severity,
            report_time: operation.report_time.unwrap_or(Timestamp::from_micros(0)),
            message: operation.message.text.as_deref(),
            exception: operation.exception.as_deref(),
            process_id: operation.process_id,
            thread_id: operation.thread_id,
            correlators: &operation.correlators,
            source: operation.source.fqn.as_ref(),
            properties: &first,
        }
        .encode(Some(id), &mut parts);
        Item::from(event).encode(Some(id), &mut whole);
        prop_assert_eq!(String::from_utf8_lossy(&parts), String::from_utf8_lossy(&whole));
    }
}
