//! What is logged while a trace of OpenTelemetry is active has the trace's id as a correlator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde_json::json;
use support::traced::{of_type, traced};
use tracing::{info, info_span};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// A context with this trace under way.
fn active() -> Context {
    let span = SpanContext::new(
        TraceId::from_hex(TRACE).unwrap(),
        SpanId::from_hex("b7ad6b7169203331").unwrap(),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    Context::new().with_remote_span_context(span)
}

#[test]
fn of_events_and_of_spans_that_are_entered_within() {
    let records = traced(
        |layer| layer,
        || {
            info!("before");
            let span = info_span!("order", corrid = "order-1");
            let attached = active().attach();
            info!("alone");
            span.in_scope(|| info!("within"));
            drop(attached);
            span.in_scope(|| info!("after, in the same span"));
        },
    );
    let events = of_type(&records, "EVENT");
    let correlators: Vec<_> = events.iter().map(|event| &event["corrid"]).collect();
    assert!(correlators[0].is_null());
    assert_eq!(correlators[1], &json!([TRACE]));
    for within in &correlators[2..] {
        let mut within: Vec<_> = within.as_array().unwrap().clone();
        within.sort_by_key(ToString::to_string);
        assert_eq!(within, [json!(TRACE), json!("order-1")]);
    }
    let activities = of_type(&records, "ACTIVITY");
    assert_eq!(activities[0]["corrid"], json!(["order-1"]));
    assert_eq!(activities[1]["corrid"], json!(["order-1", TRACE]));
}
