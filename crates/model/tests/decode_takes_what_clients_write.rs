//! Every alias and quirk of the known clients.

#![allow(clippy::panic, reason = "a test that cannot go on says so")]

use tnt4_model::{
    Activity, ActivityStatus, CompCode, DecodeError, Event, EventType, Item, Log, PathHint, Property,
    Severity, Timestamp, Value, decode,
};

fn item(json: &str, hint: PathHint) -> Item {
    decode(json.as_bytes(), hint)
        .unwrap_or_else(|error| panic!("{json}: {error}"))
        .item
}

fn event(json: &str) -> Event {
    match item(json, PathHint::Any) {
        Item::Event(event) => event,
        other => panic!("{json} became {other:?}"),
    }
}

fn properties(json: &str) -> Vec<Property> {
    event(&format!(r#"{{"properties":{json}}}"#)).operation.properties
}

fn value(kind: &str, value: &str) -> Value {
    properties(&format!(r#"[{{"name":"p","type":{kind},"value":{value}}}]"#))
        .remove(0)
        .value
}

#[test]
fn the_swagger_names_mean_the_same() {
    let swagger = r#"{"operation":"op","tracking-id":"t","corr-id":"c1","parent-tracking-id":"p","wait-time-used":5,
        "start-time-used":1,"end-time-used":2,"msg-age":7}"#;
    let jesl = r#"{"operation":"op","tracking-id":"t","corrid":["c1"],"parent-id":"p","wait-time-usec":5,
        "start-time-usec":1,"end-time-usec":2,"msg-age-usec":7}"#;
    let other = r#"{"operation":"op","tracking-id":"t","correlator":"c1","parent-id":"p","wait-time-usec":"5",
        "start-time-usec":"1","end-time-usec":"1970-01-01T00:00:00.000002Z","msg-age":"7"}"#;
    assert_eq!(event(swagger), event(jesl));
    assert_eq!(event(other), event(jesl));
}

#[test]
fn the_java_client_sends_nulls_ok_and_swapped_types() {
    let json = r#"{"valid":true,"severity":"INFO","type":"EVENT","comp-code":"OK","exception":null,"corrid":null,
        "properties":[{"valid":true,"name":"Price","value":"10.5","value-type":"double","type":"currency.usd"}],
        "snapshots":[],"msg-text":null,"msg-tag":null,"msg-age":0,"operation":"Sell","time-usec":null}"#;
    let event = event(json);
    assert_eq!(event.operation.comp_code, Some(CompCode::Success));
    assert_eq!(event.operation.exception, None);
    assert_eq!(event.operation.report_time, None);
    assert!(event.operation.correlators.is_empty() && event.operation.message.tags.is_empty());
    let price = Property::new("Price", 10.5).with_hint("currency.usd");
    assert_eq!(event.operation.properties, [price]);
}

#[test]
fn the_objective_c_client_sends_numbers_as_strings() {
    let event = event(
        r#"{"type":"DATAGRAM","elapsed-time-usec":"7200000000","reason-code":"4","tid":"12","pid":"99","msg-size":"3.0"}"#,
    );
    assert_eq!(
        (event.event_type, event.type_word.as_deref()),
        (EventType::Other, Some("DATAGRAM"))
    );
    let operation = event.operation;
    assert_eq!(operation.elapsed_usec, Some(7_200_000_000));
    assert_eq!(
        (operation.reason_code, operation.thread_id, operation.process_id),
        (Some(4), Some(12), Some(99))
    );
    assert_eq!(operation.message.size, Some(3));
}

#[test]
fn lists_may_be_one_bare_element() {
    let event = event(r#"{"msg-tag":"one","corrid":"sid,rid"}"#);
    assert_eq!(event.operation.message.tags, ["one"]);
    assert_eq!(
        event.operation.correlators,
        ["sid,rid"],
        "a comma is part of a correlator"
    );
}

#[test]
fn the_type_decides_then_the_path_then_it_is_an_event() {
    let kinds = [
        (r#"{"type":"ACTIVITY"}"#, PathHint::Event, "Activity"),
        (r#"{"type":"snapshot"}"#, PathHint::Any, "Snapshot"),
        (r#"{"type":"DATASET"}"#, PathHint::Event, "Dataset"),
        (r#"{"type":"LOG"}"#, PathHint::Event, "Log"),
        (r#"{"type-no":3}"#, PathHint::Any, "Activity"),
        (r#"{"name":"x"}"#, PathHint::Activity, "Activity"),
        (r#"{"name":"x"}"#, PathHint::Snapshot, "Snapshot"),
        (r#"{"name":"x"}"#, PathHint::Dataset, "Dataset"),
        (r#"{"name":"x"}"#, PathHint::Log, "Log"),
        (r#"{"type":"SEND"}"#, PathHint::Any, "Event"),
        ("{}", PathHint::Any, "Event"),
    ];
    for (json, hint, expected) in kinds {
        let debug = format!("{:?}", item(json, hint));
        assert!(debug.starts_with(expected), "{json} at {hint:?} became {debug}");
    }
}

#[test]
fn an_activity_is_read_with_its_snapshots() {
    let json = r#"{"_guid":"g","status":"END","type":"ACTIVITY","id-set":["a","b"],"id-count":5,
        "snapshots":[{"parent-id":"g","fqn":"Thread@Java","category":"Java","name":"Thread","count":1,"time-usec":5,
            "properties":[{"name":"Count","type":"long","value-type":"size","value":62}]}]}"#;
    let Item::Activity(Activity {
        status,
        id_set,
        id_count,
        operation,
    }) = item(json, PathHint::Any)
    else {
        panic!("no activity")
    };
    assert_eq!((status, id_count), (ActivityStatus::End, Some(5)));
    assert_eq!(id_set, ["a", "b"]);
    assert_eq!(
        operation.tracking_id.as_str(),
        "g",
        "the vendor's _guid is an activity's identity"
    );
    let snapshot = &operation.snapshots[0].measures;
    assert_eq!(
        (snapshot.name.as_str(), snapshot.category.as_deref()),
        ("Thread", Some("Java"))
    );
    assert_eq!(
        snapshot.properties,
        [Property::new("Count", 62).with_hint("size")]
    );
}

#[test]
fn severities_come_as_words_numbers_or_not_at_all() {
    let severity = |json: &str| event(json).operation.severity;
    assert_eq!(severity(r#"{"severity":"warn"}"#), Severity::Warning);
    assert_eq!(severity(r#"{"severity":6}"#), Severity::Error);
    assert_eq!(severity(r#"{"severity-no":10}"#), Severity::Halt);
    assert_eq!(
        severity(r#"{"severity":"odd","severity-no":8}"#),
        Severity::Critical
    );
    assert_eq!(severity(r#"{"severity":"odd"}"#), Severity::Info);
    assert_eq!(severity("{}"), Severity::Info);
}

#[test]
fn property_values_follow_their_declared_type() {
    let text = |text: &str| Value::String(text.to_owned());
    let cases = [
        (r#""string""#, "123", text("123")),
        (r#""char""#, r#""x""#, text("x")),
        (r#""java.util.UUID""#, "5", text("5")),
        (r#""Integer""#, r#""42""#, Value::Integer(42)),
        (r#""byte""#, "7.0", Value::Integer(7)),
        (r#""bint""#, "99999999999999999999", text("1e20")),
        (
            r#""bint""#,
            r#""99999999999999999999""#,
            text("99999999999999999999"),
        ),
        (r#""long""#, "18446744073709551615", text("18446744073709551615")),
        (r#""int""#, r#""many""#, text("many")),
        (r#""int""#, "7.5", text("7.5")),
        (r#""double""#, "5", Value::Decimal(5.0)),
        (r#""bdec""#, r#""1e3""#, Value::Decimal(1000.0)),
        (r#""bool""#, r#""TRUE""#, Value::Boolean(true)),
        (r#""boolean""#, "1", text("1")),
        (
            r#""date""#,
            "1795348800000",
            Value::Timestamp(Timestamp::from_micros(1_795_348_800_000_000)),
        ),
        (
            r#""date.usec""#,
            "17",
            Value::Timestamp(Timestamp::from_micros(17)),
        ),
        (
            r#""date""#,
            r#""1970-01-01 00:00:01""#,
            Value::Timestamp(Timestamp::from_micros(1_000_000)),
        ),
        (r#""none""#, "true", Value::Boolean(true)),
        ("null", "2.5", Value::Decimal(2.5)),
        ("null", r#"{"a":[1]}"#, text(r#"{"a":[1]}"#)),
    ];
    for (kind, json, expected) in cases {
        assert_eq!(value(kind, json), expected, "{kind} {json}");
    }
    assert_eq!(
        properties(r#"[{"name":"gone","type":"int","value":null}, null, {"value":1}]"#),
        []
    );
    assert_eq!(
        properties(r#"{"a":1,"b":"x"}"#),
        [Property::new("a", 1), Property::new("b", "x")]
    );
}

#[test]
fn numbers_that_are_none_travel_as_words() {
    for (number, word) in [
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        let json = Item::from(Event::new("e").property("p", number)).to_json();
        assert!(
            json.contains(&format!(r#""type":"double","value":"{word}""#)),
            "{json}"
        );
        let Value::Decimal(back) = event(&json).operation.properties[0].value else {
            panic!("{json}")
        };
        assert!(back == number || (back.is_nan() && number.is_nan()), "{json}");
    }
}

#[test]
fn what_python_breaks_is_mended() {
    let bare = r#"{"msg-text":"NaN \\u{d800}","properties":[{"name":"p","type":"double","value":NaN},
        {"name":"q","type":"double","value":-Infinity}],"reason-code":Infinity}"#;
    let event = event(bare);
    assert_eq!(
        event.operation.message.text.as_deref(),
        Some("NaN \\u{d800}"),
        "text is left alone"
    );
    assert_eq!(event.operation.reason_code, None);
    assert!(matches!(event.operation.properties[0].value, Value::Decimal(n) if n.is_nan()));
    assert_eq!(
        event.operation.properties[1].value,
        Value::Decimal(f64::NEG_INFINITY)
    );
}

#[test]
fn lone_surrogates_and_invalid_utf8_become_replacement_characters() {
    let message = |bytes: &[u8]| match decode(bytes, PathHint::Any).expect("mended").item {
        Item::Event(event) => event.operation.message.text.expect("a text"),
        other => panic!("{other:?}"),
    };
    assert_eq!(message(br#"{"msg-text":"a\udc80b"}"#), "a\u{fffd}b");
    assert_eq!(message(br#"{"msg-text":"a\ud83d"}"#), "a\u{fffd}");
    assert_eq!(message(br#"{"msg-text":"\ud83d\ud83d\ude9a"}"#), "\u{fffd}🚚");
    assert_eq!(message(b"{\"msg-text\":\"a\xffb\"}"), "a\u{fffd}b");
    assert_eq!(
        message(br#"{"msg-text":"\ud83d\ude9a"}"#),
        "🚚",
        "a pair is a character"
    );
}

#[test]
fn a_key_may_be_repeated_and_the_last_counts() {
    let operation =
        event(r#"{"operation":"a","operation":"b","operation":null,"corrid":["x"],"corr-id":"y"}"#).operation;
    assert_eq!(operation.name, "b");
    assert_eq!(operation.correlators, ["x", "y"]);
}

#[test]
fn a_log_keeps_its_type() {
    let Item::Log(Log { log_type, operation }) = item(
        r#"{"type":"LOG","log-type":"audit","operation":"l"}"#,
        PathHint::Any,
    ) else {
        panic!("no log")
    };
    assert_eq!(
        (log_type.as_deref(), operation.name.as_str()),
        (Some("audit"), "l")
    );
}

#[test]
fn what_is_no_record_is_refused_with_the_reason() {
    let not_json = [
        "",
        "{",
        "hello",
        r#"{"a":}"#,
        r#"{"a":1} x"#,
        r#"{"reason-code":1e400}"#,
        r#"{"a":[}"#,
    ];
    for text in not_json {
        let error = decode(text.as_bytes(), PathHint::Any).expect_err(text);
        assert!(matches!(error, DecodeError::NotJson { .. }), "{text}: {error}");
    }
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let error = decode(deep.as_bytes(), PathHint::Any).expect_err("too deep");
    assert!(error.to_string().contains("recursion limit"), "{error}");
    let wrong = [
        ("[]", "expected a JSON object"),
        ("17", "expected a JSON object"),
        (r#"{"pid":[1]}"#, "`pid` must be a number, and is an array"),
        (
            r#"{"time-usec":{}}"#,
            "`time-usec` must be a time in microseconds, and is an object",
        ),
        (r#"{"properties":7}"#, "expected an array of properties"),
        (r#"{"properties":[7]}"#, "expected a property"),
        (r#"{"snapshots":7}"#, "expected"),
        (r#"{"tnt4-id":"once"}"#, "`tnt4-id` must be a UUID"),
    ];
    for (text, reason) in wrong {
        let error = decode(text.as_bytes(), PathHint::Any).expect_err(text);
        assert!(matches!(error, DecodeError::WrongShape { .. }), "{text}: {error}");
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
}

#[test]
fn gaps_in_the_times_are_filled_from_their_neighbours() {
    let received = Timestamp::from_micros(1_000);
    let times = |json: &str| event(json).operation.times(received);
    let got = times(r#"{"time-usec":5,"start-time-usec":2,"end-time-usec":4}"#);
    assert_eq!(
        (
            got.start.as_micros(),
            got.end.as_micros(),
            got.elapsed_usec,
            got.report.as_micros()
        ),
        (2, 4, 2, 5)
    );
    let got = times(r#"{"time-usec":5,"end-time-usec":4,"elapsed-time-usec":3}"#);
    assert_eq!(
        (got.start.as_micros(), got.end.as_micros(), got.elapsed_usec),
        (4, 4, 3)
    );
    let got = times("{}");
    assert_eq!(
        (got.start, got.end, got.report, got.elapsed_usec),
        (received, received, received, 0)
    );
    let got = times(r#"{"start-time-usec":-9223372036854775808,"end-time-usec":9223372036854775807}"#);
    assert_eq!(got.elapsed_usec, i64::MAX, "no overflow");
}
