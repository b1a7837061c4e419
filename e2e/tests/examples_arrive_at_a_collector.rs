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
use support::http::{Client, ask, wait_for_count};

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

#[test]
fn tracing() {
    let world = Surroundings::new();
    world.run("tracing", &[]);
    let activities = world.rows(
        "get activities fields ActivityID, ParentID, ActivityName, ActivityStatus, Correlator, Properties",
    );
    assert_eq!(activities.len(), 2, "{activities:?}");
    let of = |rows: &[Value], column: &str, name: &str| -> Value {
        let found = rows.iter().find(|row| row[column] == name);
        found.unwrap_or_else(|| panic!("no {name}: {rows:?}")).clone()
    };
    let checkout = of(&activities, "ActivityName", "checkout");
    assert_eq!(checkout["ActivityStatus"], "3#EXCEPTION");
    assert_eq!(checkout["Correlator"], json!(["order-4711"]));
    assert_eq!(
        (&checkout["Properties"]["items"], &checkout["Properties"]["paid"]),
        (&json!(3), &json!(99.5))
    );
    let pay = of(&activities, "ActivityName", "pay");
    assert_eq!(
        (&pay["ActivityStatus"], &pay["ParentID"]),
        (&json!("2#END"), &checkout["ActivityID"])
    );

    let events =
        world.rows("get events fields EventName, Message, ParentID, Correlator, Exception, Properties");
    assert_eq!(events.len(), 4, "{events:?}");
    assert_eq!(
        of(&events, "Message", "the shop is open")["ParentID"],
        Value::Null
    );
    let low = of(&events, "Message", "stock is low");
    assert_eq!(
        (&low["EventName"], &low["ParentID"]),
        (&json!("tracing"), &checkout["ActivityID"])
    );
    assert_eq!(
        (&low["Properties"]["item"], &low["Properties"]["left"]),
        (&json!(4711), &json!(2.5))
    );
    let paid = of(&events, "Message", "paid");
    assert_eq!(
        (&paid["ParentID"], &paid["Correlator"]),
        (&pay["ActivityID"], &json!(["order-4711"]))
    );
    assert_eq!(paid["Properties"]["card_number"], "***");
    let unread = of(&events, "Message", "the voucher cannot be read");
    assert_eq!(unread["Exception"], "invalid digit found in string");
}

#[cfg(unix)]
#[test]
fn axum_service() {
    let world = Surroundings::new();
    let mut service = world.start("axum_service", &["127.0.0.1:0"]);
    let address = service.wait_for("listening on http://");
    let mut client = Client::connect(address.parse().unwrap()).unwrap();
    for (number, status) in [(17, 200), (0, 404)] {
        let request = format!(
            "GET /orders/{number} HTTP/1.1\r\nHost: localhost\r\nx-request-id: order-{number}\r\n\r\n"
        );
        client.write(request.as_bytes()).unwrap();
        assert_eq!(client.read().unwrap().status, status);
    }
    drop(client);
    service.interrupt();

    let mut requests =
        world.rows("get activities fields ActivityID, ActivityName, ActivityStatus, Correlator, Properties");
    requests.sort_by_key(|request| request["Properties"]["status"].as_i64());
    let [found, missing] = requests.try_into().unwrap();
    assert_eq!(
        (&found["ActivityName"], &found["ActivityStatus"]),
        (&json!("request"), &json!("2#END"))
    );
    assert_eq!(
        (&found["Properties"]["status"], &missing["Properties"]["status"]),
        (&json!(200), &json!(404))
    );
    assert_eq!(
        (&found["Properties"]["method"], &found["Properties"]["path"]),
        (&json!("GET"), &json!("/orders/17"))
    );
    assert_eq!(found["Correlator"], json!(["order-17"]));
    let event = world.row("get events fields Message, ParentID, Correlator where Severity = 'INFO'");
    assert_eq!(
        (&event["Message"], &event["ParentID"]),
        (&json!("looked up"), &found["ActivityID"])
    );
    assert_eq!(event["Correlator"], json!(["order-17"]));
}
