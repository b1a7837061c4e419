//! Whatever can be said arrives as it was said.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tnt4_model::{
    Activity, ActivityStatus, CompCode, Dataset, Event, EventType, Item, Log, Measures, Message, Operation,
    PathHint, Property, RecordId, Severity, Snapshot, Source, SourceFqn, Timestamp, Value, decode,
};

fn text() -> BoxedStrategy<String> {
    // Boxed, as all here: the value tree of a wide struct outgrows a test thread's stack.
    prop_oneof![Just(String::new()), "\\PC{0,12}", any::<String>()].boxed()
}

fn moment() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_micros)
}

fn word<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::String),
        any::<i64>().prop_map(Value::Integer),
        proptest::num::f64::ANY
            .prop_filter("NaN is not equal to itself", |n| !n.is_nan())
            .prop_map(Value::Decimal),
        any::<bool>().prop_map(Value::Boolean),
        moment().prop_map(Value::Timestamp),
    ]
}

fn property() -> impl Strategy<Value = Property> {
    // A hint that is itself a word for a type is told apart from a type only while the type is known.
    (text(), value(), option::of(text())).prop_map(|(name, value, hint)| Property {
        hint,
        ..Property::new(name, value)
    })
}

fn source() -> impl Strategy<Value = Source> {
    let fqn = "[A-Z]{1,5}=[^#]{1,9}(#[A-Z]{1,5}=[^#]{1,9}){0,3}".prop_map(SourceFqn::from_wire);
    (option::of(fqn), option::of(text()), option::of(text())).prop_map(|(fqn, stream_name, url)| Source {
        fqn,
        stream_name,
        url,
    })
}

fn ids() -> BoxedStrategy<Vec<String>> {
    vec(any::<String>(), 0..3).boxed()
}

prop_compose! {
    fn measures()(
        name in text(), id in "\\PC{1,40}", parent in option::of(text()), category in option::of(text()),
        time in option::of(moment()), severity in word(Severity::ALL), properties in vec(property(), 0..4).boxed(),
        source in source().boxed(), ttl_secs in option::of(any::<i64>()),
    ) -> Measures {
        let mut measures = Snapshot::new(name).tracking_id(id).severity(severity).measures;
        measures.parent_id = parent.map(Into::into);
        Measures { category, time, properties, source, ttl_secs, ..measures }
    }
}

prop_compose! {
    fn message()(
        text in option::of(text()), size in option::of(any::<i64>()), mime_type in option::of(text()),
        encoding in option::of(text()), charset in option::of(text()), age_usec in option::of(any::<i64>()), tags in ids(),
    ) -> Message {
        Message { text, size, mime_type, encoding, charset, age_usec, tags }
    }
}

prop_compose! {
    fn operation()(
        (name, id, parent, severity) in (text(), "\\PC{1,40}", option::of(text()), word(Severity::ALL)),
        (comp_code, reason_code) in (option::of(word(CompCode::ALL)), option::of(any::<i64>())),
        (start_time, end_time, report_time) in (option::of(moment()), option::of(moment()), option::of(moment())),
        (elapsed_usec, wait_usec) in (option::of(any::<i64>()), option::of(any::<i64>())),
        (process_id, thread_id) in (option::of(any::<i64>()), option::of(any::<i64>())),
        (exception, location, user, resource) in (option::of(text()), option::of(text()), option::of(text()), option::of(text())),
        (correlators, message, source) in (ids(), message().boxed(), source().boxed()),
        (properties, snapshots) in (vec(property(), 0..4).boxed(), vec(measures(), 0..3).boxed()),
        ttl_secs in option::of(any::<i64>()),
    ) -> Operation {
        let operation = Event::new(name).tracking_id(id).severity(severity).operation;
        Operation {
            parent_id: parent.map(Into::into), comp_code, reason_code, start_time, end_time, report_time, elapsed_usec,
            wait_usec, process_id, thread_id, exception, location, user, resource, correlators, message, source,
            properties, snapshots: snapshots.into_iter().map(|measures| Snapshot { measures }).collect(), ttl_secs,
            ..operation
        }
    }
}

fn event_type() -> impl Strategy<Value = EventType> {
    let others = [
        EventType::Activity,
        EventType::Snapshot,
        EventType::Log,
        EventType::Dataset,
    ];
    word(EventType::ALL).prop_filter("the wire makes other items of these", move |kind| {
        !others.contains(kind)
    })
}

fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        (event_type(), operation().boxed()).prop_map(|(event_type, operation)| Event {
            event_type,
            type_word: None,
            operation
        }
        .into()),
        (option::of(text()), operation())
            .prop_map(|(log_type, operation)| Log { log_type, operation }.into()),
        (
            word(ActivityStatus::ALL),
            ids(),
            option::of(any::<i64>()),
            operation()
        )
            .prop_map(|(status, id_set, id_count, operation)| Activity {
                status,
                id_set,
                id_count,
                operation
            }
            .into()),
        measures().prop_map(|measures| Snapshot { measures }.into()),
        measures().prop_map(|measures| Dataset { measures }.into()),
    ]
}

proptest! {
    #[test]
    fn encode_then_decode_is_the_identity(item in item(), with_id in any::<bool>()) {
        let id = with_id.then(RecordId::new);
        let mut bytes = Vec::new();
        item.encode(id, &mut bytes);
        prop_assert!(!bytes.contains(&b'\n'), "a record is one line");
        let back = decode(&bytes, PathHint::Any).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(back.item, item);
        prop_assert_eq!(back.record_id, id);
    }

    #[test]
    fn decode_takes_any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes, PathHint::Any);
    }
}
