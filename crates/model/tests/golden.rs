//! One file an item: the exact bytes that go on the wire, and that they are read back whole.

#![allow(clippy::expect_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use tnt4_model::{
    Activity, ActivityStatus, CompCode, Dataset, Event, EventType, Item, Log, PathHint, Property, RecordId,
    Severity, Snapshot, SourceFqn, Timestamp, decode,
};

const NOON: Timestamp = Timestamp::from_micros(1_795_348_800_000_000);
const LATER: Timestamp = Timestamp::from_micros(1_795_348_800_250_000);

fn assert_golden(name: &str, item: impl Into<Item>) {
    let item = item.into();
    let id = RecordId::parse("019a1b2c-3d4e-7f60-8192-a3b4c5d6e7f8").expect("a UUID");
    let mut bytes = Vec::new();
    item.encode(Some(id), &mut bytes);
    let text = String::from_utf8(bytes).expect("JSON is UTF-8");
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
    let back = decode(text.as_bytes(), PathHint::Any).expect("what was encoded is decoded");
    assert_eq!(back.item, item);
    assert_eq!(back.record_id, Some(id));
}

fn source() -> SourceFqn {
    SourceFqn::parse("APPL=shop#SERVER=web1#GEOADDR=52.5,13.4").expect("well formed")
}

fn payment() -> Snapshot {
    Snapshot::new("Payment")
        .tracking_id("snap-1")
        .category("Order")
        .time(NOON)
        .property("order-no", "A-17")
        .property("items", 3)
        .with(Property::new("amount", 12.0).with_hint("currency.usd"))
        .property("paid", true)
        .property("due", LATER)
}

#[test]
fn a_minimal_event() {
    assert_golden(
        "event-minimal",
        Event::new("mylog")
            .tracking_id("id-1")
            .report_time(NOON)
            .message("plain message"),
    );
}

#[test]
fn a_full_event() {
    let event = Event::new("ReceiveOrder")
        .event_type(EventType::Receive)
        .tracking_id("id-2")
        .parent("activity-1")
        .severity(Severity::Warning)
        .comp_code(CompCode::Warning)
        .reason_code(-7)
        .exception("out of stock\n\tat shelf \"9\"")
        .start_time(NOON)
        .end_time(LATER)
        .elapsed(Duration::from_millis(250))
        .report_time(LATER)
        .waited(Duration::from_micros(5))
        .process_id(5432)
        .thread_id(4)
        .location("New York, NY")
        .user("webuser")
        .resource("QUEUE=orders/parts")
        .correlator("order-17")
        .correlator("customer-3")
        .message("tab\t, quote \", backslash \\, control \u{1}, line\u{2028}, grüße 🚚")
        .message_age(Duration::from_secs(1))
        .message_size(99)
        .mime_type("text/plain")
        .encoding("none")
        .charset("UTF-8")
        .tag("first")
        .tag("second")
        .source(source())
        .stream_name("shop-stream")
        .source_url("https://www.example.com/orders?a=1&b=2")
        .time_to_live(3600)
        .property("retries", 2_u64)
        .snapshot(payment());
    assert_golden("event-full", event);
}

#[test]
fn an_event_of_its_senders_own_type() {
    let mut event = Event::new("probe")
        .tracking_id("id-3")
        .report_time(NOON)
        .event_type(EventType::Other);
    event.type_word = Some("DATAGRAM".to_owned());
    assert_golden("event-own-type", event);
}

#[test]
fn a_log() {
    let log = Log::new("app.db")
        .tracking_id("id-4")
        .report_time(NOON)
        .severity(Severity::Error)
        .log_type("app");
    assert_golden("log", log.message("connection lost"));
}

#[test]
fn an_activity() {
    let activity = Activity::new("AcceptOrder")
        .tracking_id("activity-1")
        .status(ActivityStatus::End)
        .start_time(NOON)
        .end_time(LATER)
        .report_time(LATER)
        .correlator("order-17")
        .contains("id-2")
        .contains("order-17")
        .source(source())
        .snapshot(payment());
    assert_golden("activity", activity);
}

#[test]
fn a_snapshot() {
    assert_golden(
        "snapshot",
        payment()
            .parent("id-2")
            .severity(Severity::Notice)
            .source(source()),
    );
}

#[test]
fn a_dataset() {
    let dataset = Dataset::new("Prices")
        .tracking_id("set-1")
        .time(NOON)
        .category("Catalogue");
    assert_golden(
        "dataset",
        dataset
            .property("EUR", 1e300)
            .property("GBP", -0.0)
            .property("XAU", 5e-324),
    );
}
