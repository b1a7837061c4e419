//! Whatever `tracing` can record arrives typed, and as text only where nothing else can hold it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::traced::{parsed, properties, property, traced};

/// The one event that the work logs.
fn event(work: impl FnOnce()) -> Value {
    let mut arrived = traced(|layer| layer, work);
    assert_eq!(arrived.len(), 1);
    arrived.remove(0)
}

#[track_caller]
fn assert_property(event: &Value, name: &str, kind: &str, value: &Value) {
    let found = property(event, name);
    assert_eq!((&found["type"], &found["value"]), (&json!(kind), value), "{name}");
}

#[test]
fn numbers_truths_and_texts() {
    let event = event(|| {
        let (some, none) = (Some(7_u8), None::<u8>);
        tracing::info!(
            u8 = 255_u8,
            i64 = i64::MIN,
            u64 = u64::MAX,
            i128 = i128::MIN,
            u128 = 12_u128,
            f32 = 0.5_f32,
            f64 = f64::NEG_INFINITY,
            truth = true,
            some,
            none,
            text = "a \"text\"",
            bytes = &b"in UTF-8"[..],
            others = &b"\xff\0"[..],
            shown = ?Duration::from_millis(1500),
            displayed = %"7 %",
            "message of {}",
            "two parts"
        );
    });
    for (name, kind, value) in [
        ("u8", "long", json!(255)),
        ("i64", "long", json!(i64::MIN)),
        ("u64", "string", json!(u64::MAX.to_string())),
        ("i128", "string", json!(i128::MIN.to_string())),
        ("u128", "long", json!(12)),
        ("f32", "double", json!(0.5)),
        ("f64", "double", json!("-Infinity")),
        ("truth", "bool", json!(true)),
        ("some", "long", json!(7)),
        ("text", "string", json!("a \"text\"")),
        ("bytes", "string", json!("in UTF-8")),
        ("others", "string", json!("\\xff\\x00")),
        ("shown", "string", json!("1.5s")),
        ("displayed", "string", json!("7 %")),
    ] {
        assert_property(&event, name, kind, &value);
    }
    assert!(properties(&event).all(|property| property["name"] != "none"));
    assert_eq!(property(&event, "others")["value-type"], "lossy");
    assert_eq!(event["msg-text"], "message of two parts");
}

#[test]
fn where_it_was_and_how_grave() {
    let line = line!() + 1;
    let record = event(|| tracing::warn!(name: "stock.low", "few left"));
    assert_eq!(record["operation"], module_path!());
    assert_eq!(
        (&record["type"], &record["severity"]),
        (&json!("EVENT"), &json!("WARNING"))
    );
    assert_property(&record, "file", "string", &json!(file!()));
    assert_property(&record, "line", "long", &json!(line));
    assert_property(&record, "module", "string", &json!(module_path!()));
    assert_property(&record, "name", "string", &json!("stock.low"));
    assert_property(
        &record,
        "thread",
        "string",
        &json!(std::thread::current().name().unwrap()),
    );
    assert_eq!(record["pid"], std::process::id());
    assert!(record["tid"].as_i64().unwrap() > 0);
    let source = record["source-fqn"].as_str().unwrap();
    assert!(
        source.starts_with("APPL=every_field_of_an_event_keeps_its_type"),
        "{source}"
    );
    assert!(source.contains(&format!("#PROCESS={}#RUNTIME=rust#SERVER=", std::process::id())));

    let severities = [
        (event(|| tracing::trace!(target: "shop", "")), "TRACE"),
        (event(|| tracing::debug!(target: "shop", "")), "DEBUG"),
        (event(|| tracing::info!(target: "shop", "")), "INFO"),
        (event(|| tracing::error!(target: "shop", "")), "ERROR"),
    ];
    for (record, severity) in severities {
        assert_eq!(
            (&record["operation"], &record["severity"]),
            (&json!("shop"), &json!(severity))
        );
    }
}

#[derive(Debug)]
struct Layered(&'static str, Option<Box<Layered>>);

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Layered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|cause| cause as &dyn Error)
    }
}

#[test]
fn an_error_is_the_exception_with_its_sources() {
    let refused = Box::new(Layered("connection refused", None));
    let error = Layered(
        "order not stored",
        Some(Box::new(Layered("no database", Some(refused)))),
    );
    let record = event(|| tracing::error!(error = &error as &dyn Error, "failed"));
    assert_property(&record, "error", "string", &json!("order not stored"));
    assert_eq!(
        record["exception"],
        "order not stored\ncaused by: no database\ncaused by: connection refused"
    );
}

#[test]
fn correlators_are_taken_out_of_the_fields() {
    let record = event(|| {
        let several = vec!["cart-1", "cart-2"];
        tracing::info!(
            corrid = "order-1",
            corr_id = 4711,
            correlator = %"order-1",
            correlators = ?several,
            traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            trace_id = "none of 32 digits",
            other = 1
        );
    });
    assert_eq!(
        record["corrid"],
        json!([
            "order-1",
            "4711",
            "cart-1",
            "cart-2",
            "0af7651916cd43dd8448eb211c80319c"
        ])
    );
    let names: Vec<_> = properties(&record).map(|property| &property["name"]).collect();
    for name in ["corrid", "corr_id", "correlator", "correlators"] {
        assert!(!names.contains(&&json!(name)), "{name}");
    }
    assert_property(&record, "trace_id", "string", &json!("none of 32 digits"));
}

#[test]
fn secrets_are_hidden_unless_that_is_not_wanted() {
    let work = || {
        tracing::info!(
            api_key = "canary",
            token = 4711,
            iban = "canary",
            pin = &b"canary"[..],
            amount = 1
        );
    };
    let hidden = traced(|layer| layer.redact_name("IBAN"), work);
    for name in ["api_key", "token", "iban", "pin"] {
        assert_property(&hidden[0], name, "string", &json!("***"));
        assert_eq!(property(&hidden[0], name)["value-type"], "redacted");
    }
    assert_property(&hidden[0], "amount", "long", &json!(1));
    assert!(!hidden[0].to_string().contains("canary"));
    let shown = traced(|layer| layer.redact(false), work);
    assert_property(&shown[0], "api_key", "string", &json!("canary"));
    assert_property(&shown[0], "token", "long", &json!(4711));
}

#[test]
fn what_is_too_long_loses_its_middle_and_goes() {
    // Each byte takes six in JSON.
    let long = "\u{1}".repeat(2 << 20);
    let record = event(|| tracing::info!(long, other = %long, "begin{long}end"));
    let message = record["msg-text"].as_str().unwrap();
    assert!(message.starts_with("begin") && message.ends_with("end"));
    assert!(message.contains("…[truncated "));
    assert_eq!(property(&record, "long")["value-type"], "lossy");
}

#[test]
fn what_log_says_of_its_records_is_understood() {
    let record = event(|| {
        tracing_log::format_trace(
            &log::Record::builder()
                .args(format_args!("from log"))
                .level(log::Level::Warn)
                .target("shop::cart")
                .module_path(Some("shop::cart::add"))
                .file(Some("src/cart.rs"))
                .line(Some(17))
                .build(),
        )
        .unwrap();
    });
    assert_eq!(record["operation"], "shop::cart");
    assert_eq!(
        (&record["msg-text"], &record["severity"]),
        (&json!("from log"), &json!("WARNING"))
    );
    assert_property(&record, "file", "string", &json!("src/cart.rs"));
    assert_property(&record, "module", "string", &json!("shop::cart::add"));
    assert_property(&record, "line", "long", &json!(17));
    assert!(!record.to_string().contains("log."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_values_arrive_as_they_were(
        rows in prop::collection::vec(
            (any::<u64>(), any::<i64>(), any::<f64>(), any::<bool>(), "\\PC{0,40}|[\"\\\\\u{0}-\u{1f}]{0,9}", any::<i128>()),
            1..9,
        )
    ) {
        let arrived = traced(|layer| layer.redact(false), || {
            for (unsigned, signed, decimal, truth, text, wide) in &rows {
                tracing::info!(unsigned, signed, decimal, truth, text, wide, "{text}");
            }
        });
        prop_assert_eq!(arrived.len(), rows.len());
        // In the memory of the one before it, no event has anything of it.
        for (record, (unsigned, signed, decimal, truth, text, wide)) in arrived.iter().zip(&rows) {
            let value = |name: &str| property(record, name)["value"].clone();
            let whole = |number: i128| match i64::try_from(number) {
                Ok(number) => json!(number),
                Err(_) => json!(number.to_string()),
            };
            prop_assert_eq!(value("unsigned"), whole(i128::from(*unsigned)));
            prop_assert_eq!(value("signed"), json!(signed));
            prop_assert_eq!(value("wide"), whole(*wide));
            if decimal.is_finite() {
                prop_assert_eq!(value("decimal").as_f64(), Some(*decimal));
            }
            prop_assert_eq!(value("truth"), json!(truth));
            prop_assert_eq!(&value("text"), &json!(text));
            prop_assert_eq!(&record["msg-text"], &json!(text));
            prop_assert_eq!(properties(record).count(), 10);
        }
    }
}

#[test]
fn two_records_of_one_call_differ_in_their_identities() {
    let arrived = traced(|layer| layer, || (0..2).for_each(|_| tracing::info!("again")));
    for key in ["tracking-id", "tnt4-id"] {
        assert_ne!(arrived[0][key], arrived[1][key]);
    }
    assert!(parsed(&[]).is_empty());
}
