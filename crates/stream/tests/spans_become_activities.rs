//! A span becomes an activity, reported when it begins and when it ends, and what is logged within belongs to it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::error::Error;
use std::io;
use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};
use support::traced::{arrived, layer, of_type, properties, property, traced};
use tracing::field::Empty;
use tracing::{Level, info, info_span, span};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// What was reported of the span of this name: at its beginning and at its end.
#[track_caller]
fn reports<'a>(records: &'a [Value], name: &str) -> [&'a Value; 2] {
    let activities = of_type(records, "ACTIVITY").into_iter();
    let reports: Vec<_> = activities.filter(|record| record["operation"] == name).collect();
    let [begin, end] = reports[..] else {
        panic!("{name}: {reports:?}")
    };
    assert_eq!(begin["status"], "BEGIN");
    assert_eq!(begin["tracking-id"], end["tracking-id"]);
    [begin, end]
}

#[test]
fn a_span_is_reported_twice_and_holds_what_is_logged_within() {
    let records = traced(
        |layer| layer,
        || {
            let order = info_span!("order", corrid = "order-1", customer = 4711, amount = Empty);
            order.in_scope(|| {
                info!("outer");
                info_span!("payment", correlator = "card").in_scope(|| info!("inner"));
                order.record("amount", 12.5);
            });
            info!("outside");
        },
    );
    let [order, end] = reports(&records, "order");
    assert_eq!(order["corrid"], json!(["order-1"]));
    assert_eq!(property(order, "customer")["value"], 4711);
    assert!(properties(order).all(|property| property["name"] != "amount"));
    assert_eq!(property(end, "amount")["value"], 12.5);
    assert_eq!(
        (&end["status"], &end["comp-code"]),
        (&json!("END"), &json!("SUCCESS"))
    );
    for (report, key) in [
        (order, "start-time-usec"),
        (end, "start-time-usec"),
        (end, "end-time-usec"),
    ] {
        assert!(report[key].is_i64(), "{key} {report}");
    }
    let elapsed = end["elapsed-time-usec"].as_i64().unwrap();
    assert_eq!(
        end["end-time-usec"].as_i64().unwrap() - end["start-time-usec"].as_i64().unwrap(),
        elapsed
    );
    let time = |name| property(end, name)["value"].as_i64().unwrap();
    assert_eq!(time("busy") + time("idle"), elapsed);
    assert_eq!(property(end, "busy")["value-type"], "age.usec");

    let [payment, _] = reports(&records, "payment");
    assert_eq!(payment["parent-id"], order["tracking-id"]);
    assert_eq!(payment["corrid"], json!(["card", "order-1"]));

    let events = of_type(&records, "EVENT");
    let [outer, inner, outside] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(outer["parent-id"], order["tracking-id"]);
    assert_eq!(outer["corrid"], json!(["order-1"]));
    assert_eq!(inner["parent-id"], payment["tracking-id"]);
    assert_eq!(inner["corrid"], json!(["card", "order-1"]));
    assert!(outside["parent-id"].is_null() && outside["corrid"].is_null());
}

#[test]
fn what_is_recorded_later_replaces_and_correlates() {
    let records = traced(
        |layer| layer,
        || {
            let root = info_span!("root", state = "new", corrid = Empty, password = Empty);
            root.in_scope(|| {
                let inner = info_span!("inner");
                root.record("state", "paid");
                root.record("corrid", "late");
                root.record("password", "canary");
                inner.in_scope(|| info!("within"));
            });
        },
    );
    let [_, end] = reports(&records, "root");
    assert_eq!(
        properties(end)
            .filter(|property| property["name"] == "state")
            .count(),
        1
    );
    assert_eq!(property(end, "state")["value"], "paid");
    assert_eq!(property(end, "password")["value"], "***");
    let event = of_type(&records, "EVENT")[0];
    for record in [end, event, reports(&records, "inner")[1]] {
        assert_eq!(record["corrid"], json!(["late"]), "{record}");
    }
}

#[test]
fn an_error_within_marks_the_span_it_is_in() {
    let error = io::Error::other("the disk is on fire");
    let records = traced(
        |layer| layer,
        || {
            let _outer = info_span!("outer").entered();
            info_span!("inner").in_scope(|| {
                tracing::error!(error = &error as &dyn Error, "not stored");
                tracing::error!("and then");
            });
            info_span!("plain").in_scope(|| tracing::error!("said {}", "only"));
        },
    );
    let [_, inner] = reports(&records, "inner");
    assert_eq!(
        (&inner["status"], &inner["comp-code"]),
        (&json!("EXCEPTION"), &json!("ERROR"))
    );
    assert_eq!(
        (&inner["severity"], &inner["exception"]),
        (&json!("ERROR"), &json!("the disk is on fire"))
    );
    assert_eq!(reports(&records, "plain")[1]["exception"], "said only");
    // Who is around it may have dealt with it.
    assert_eq!(reports(&records, "outer")[1]["status"], "END");
}

#[test]
fn a_panic_marks_all_spans_that_it_leaves() {
    let records = traced(
        |layer| layer,
        || {
            let caught = std::panic::catch_unwind(|| {
                let _outer = info_span!("outer").entered();
                let _inner = info_span!("inner").entered();
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(caught.is_err());
            info_span!("after").in_scope(|| ());
        },
    );
    for name in ["outer", "inner"] {
        let [_, end] = reports(&records, name);
        assert_eq!(
            (&end["status"], &end["exception"]),
            (&json!("EXCEPTION"), &json!("panicked"))
        );
    }
    assert_eq!(reports(&records, "after")[1]["status"], "END");
}

#[test]
fn a_span_may_be_entered_and_closed_by_other_threads() {
    let (layer, guard, server) = layer(|layer| layer);
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    let span = tracing::dispatcher::with_default(&dispatch, || info_span!("shared"));
    let both = Barrier::new(2);
    thread::scope(|scope| {
        for number in 0..2 {
            let (span, dispatch, both) = (span.clone(), dispatch.clone(), &both);
            scope.spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    span.in_scope(|| {
                        both.wait();
                        info!(number, "within");
                        both.wait();
                    });
                });
            });
        }
    });
    thread::spawn(move || drop(span)).join().unwrap();
    drop(dispatch);
    let records = arrived(guard, &server);
    let [begin, end] = reports(&records, "shared");
    let time = |name| property(end, name)["value"].as_i64().unwrap();
    assert!(time("busy") >= 0 && time("idle") >= 0);
    let events = of_type(&records, "EVENT");
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|event| event["parent-id"] == begin["tracking-id"])
    );
    assert_ne!(events[0]["tid"], events[1]["tid"]);
}

#[test]
fn a_span_that_follows_another_shares_its_correlators() {
    let records = traced(
        |layer| layer,
        || {
            let first = info_span!("first", corrid = "order-1");
            let second = info_span!("second");
            second.follows_from(&first);
            second.in_scope(|| info!("goes on"));
        },
    );
    let [first, _] = reports(&records, "first");
    let [_, second] = reports(&records, "second");
    assert_eq!(property(second, "follows-from")["value"], first["tracking-id"]);
    assert_eq!(second["corrid"], json!(["order-1"]));
    assert_eq!(of_type(&records, "EVENT")[0]["corrid"], json!(["order-1"]));
}

#[test]
fn explicit_parents_count() {
    let records = traced(
        |layer| layer,
        || {
            let elsewhere = info_span!("elsewhere");
            let _around = info_span!("around").entered();
            info!(parent: &elsewhere, "there");
            info!(parent: None, "nowhere");
            info_span!(parent: None, "root").in_scope(|| ());
        },
    );
    let events = of_type(&records, "EVENT");
    assert_eq!(
        events[0]["parent-id"],
        reports(&records, "elsewhere")[0]["tracking-id"]
    );
    assert!(events[1]["parent-id"].is_null());
    assert!(reports(&records, "root")[0]["parent-id"].is_null());
}

#[test]
fn spans_may_be_left_out_or_reported_once() {
    let work = || {
        let _span = info_span!("order", corrid = "order-1").entered();
        info!("within");
    };
    let records = traced(|layer| layer.spans(false), work);
    assert_eq!(records.len(), 1);
    assert!(records[0]["parent-id"].is_null());
    assert_eq!(records[0]["corrid"], json!(["order-1"]));

    let records = traced(|layer| layer.span_begins(false), work);
    assert_eq!(records.len(), 2);
    assert_eq!(records[1]["status"], "END");
    assert_eq!(records[0]["parent-id"], records[1]["tracking-id"]);
}

#[test]
fn a_filter_of_its_own_leaves_spans_out_of_the_chain() {
    let (first, guard, server) = layer(|layer| layer);
    let (second, second_guard, second_server) = layer(|layer| layer);
    let quiet = Targets::new()
        .with_target("loud", LevelFilter::OFF)
        .with_default(LevelFilter::INFO);
    let subscriber = tracing_subscriber::registry()
        .with(first.with_filter(quiet))
        .with(second.with_filter(LevelFilter::TRACE));
    tracing::subscriber::with_default(subscriber, || {
        let _outer = info_span!("outer").entered();
        let _hidden = span!(target: "loud", Level::INFO, "hidden").entered();
        info!("within");
        tracing::debug!("too detailed");
    });
    let records = arrived(guard, &server);
    assert_eq!(records.len(), 3, "{records:?}");
    let event = of_type(&records, "EVENT")[0];
    assert_eq!(event["parent-id"], reports(&records, "outer")[0]["tracking-id"]);

    // Two layers on one subscriber keep their own books of the same spans.
    let records = arrived(second_guard, &second_server);
    assert_eq!(records.len(), 6);
    let event = of_type(&records, "EVENT")[0];
    assert_eq!(event["parent-id"], reports(&records, "hidden")[0]["tracking-id"]);
}
