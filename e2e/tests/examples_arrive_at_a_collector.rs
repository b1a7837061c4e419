//! Each example of the library does what it says: it ends well, says nothing that it should not, and what it has sent can be
//! asked for.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

mod support;

use serde_json::{Value, json};
use support::example::Surroundings;
use support::http::{ask, wait_for_count};

impl Surroundings {
    /// The rows that a statement finds.
    fn rows(&self, statement: &str) -> Vec<Value> {
        let reply = ask(self.server.address, statement);
        reply["rows"].as_array().expect("rows").clone()
    }

    /// The only row.
    fn row(&self, statement: &str) -> Value {
        let [row] = self.rows(statement).try_into().unwrap();
        row
    }
}

#[test]
fn hello() {
    let world = Surroundings::new();
    world.run("hello", &[]);
    let event = world.row("get events fields EventName, Severity, Message, Correlator, Properties");
    assert_eq!(event["EventName"], "Hello");
    assert_eq!(event["Severity"], "4#NOTICE");
    assert_eq!(event["Correlator"], json!(["greeting-1"]));
    assert_eq!(event["Properties"]["answer"], 42);
}

#[test]
fn log() {
    let world = Surroundings::new();
    world.run("log", &[]);
    let events =
        world.rows("get events fields EventName, Severity, Message, Exception, Correlator, Properties");
    assert_eq!(events.len(), 4, "{events:?}");
    let of = |name: &str| {
        let found = events.iter().find(|event| event["EventName"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {events:?}"))
    };
    let stock = of("shop::stock");
    assert_eq!(stock["Severity"], "5#WARNING");
    assert_eq!(
        (&stock["Properties"]["item"], &stock["Properties"]["left"]),
        (&json!(4711), &json!(2.5))
    );
    assert_eq!(stock["Correlator"], json!(["order-17"]));
    assert_eq!(of("shop::orders")["Exception"], "invalid digit found in string");
    assert_eq!(of("shop::login")["Properties"]["password"], "***");
    assert_eq!(of("log")["Message"], "the shop is open");
}

#[test]
fn activities() {
    let world = Surroundings::new();
    world.run("activities", &[]);
    let activity = world.row("get activities fields ActivityID, ActivityName, ActivityStatus, ElapsedTime");
    assert_eq!(activity["ActivityName"], "Checkout");
    assert_eq!(activity["ActivityStatus"], "2#END");
    let event = world.row("get events fields EventName, EventType, ParentID, ResourceType");
    assert_eq!(event["EventType"], "10#SEND");
    let snapshot = world.row("get snapshots fields SnapshotName, ParentID, Properties");
    assert_eq!(snapshot["Properties"]["items"], 3);
    assert_eq!(
        (&event["ParentID"], &snapshot["ParentID"]),
        (&activity["ActivityID"], &activity["ActivityID"])
    );
}

#[test]
fn metrics() {
    let world = Surroundings::new();
    world.run("metrics", &[]);
    let snapshots = world.rows("get snapshots fields SnapshotName, Category, Properties");
    let sum = |name: &str, property: &str| -> f64 {
        let of_name = snapshots
            .iter()
            .filter(|snapshot| snapshot["SnapshotName"] == name);
        of_name
            .map(|snapshot| snapshot["Properties"][property].as_f64().unwrap())
            .sum()
    };
    assert_eq!(sum("orders", "increment"), 100_000.0);
    assert_eq!(sum("checkout", "count"), 100_000.0);
    assert_eq!(sum("worth", "increment"), 4_497_480.0);
    assert!(sum("waiting", "max") >= 24_999.0);
    assert!(
        snapshots.len() >= 8 && snapshots.len() < 1000,
        "{}",
        snapshots.len()
    );
    for snapshot in &snapshots {
        assert_eq!(
            (&snapshot["Category"], &snapshot["Properties"]["shop"]),
            (&json!("Metric"), &json!("Berlin"))
        );
    }
}

#[test]
fn mqtt() {
    let world = Surroundings::of_mqtt();
    world.run("mqtt", &[]);
    wait_for_count(world.server.address, "events", 3);
    let mut names: Vec<Value> = world
        .rows("get events fields EventName, Message")
        .iter()
        .map(|event| event["EventName"].clone())
        .collect();
    names.sort_by_key(Value::to_string);
    assert_eq!(names, ["Pressure", "Started", "plant/7/pump"]);
}

#[test]
fn spool() {
    let world = Surroundings::new();
    world.run("spool", &["leave"]);
    let printed = world.run("spool", &[]);
    wait_for_count(world.server.address, "events", 3);
    let messages = world.rows("get events fields Message");
    assert_eq!(messages.len(), 3, "{messages:?}");
    // The first process may have been quick enough to deliver some before it ended.
    assert!(printed.contains("delivered what others had left"), "{printed}");
}
