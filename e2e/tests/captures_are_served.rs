//! The bytes that real clients sent to another server, replayed: the same answers, and the right counts.
//!
//! The captures are not part of this repository; where they are not at hand, the tests say so. What they
//! show in essence, the collector's own tests show with records of their own.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::Value;
use support::http::{Client, Reply, ask, count};
use tnt4_collector::{Collector, Settings};

/// One request of a capture, and the answer that was recorded.
struct Exchange {
    connection: usize,
    request: Vec<u8>,
    answer: Option<Reply>,
}

/// The capture's text, where it is at hand.
fn capture(name: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures");
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        eprintln!("skipped: the capture {name} is not at hand");
    }
    text
}

fn exchanges(text: &str) -> Vec<Exchange> {
    text.split("\n--- conn ").skip(1).map(exchange).collect()
}

fn exchange(text: &str) -> Exchange {
    let (title, rest) = text.split_once('\n').expect("a title");
    let connection = title
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("a connection");
    let (head, rest) = rest.split_once("\r\n\r\n").expect("a head");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .map_or(0, |n| n.parse().expect("a length"));
    let (body, _) = rest.as_bytes().split_at(length);
    let mut request = head.as_bytes().to_vec();
    request.extend(b"\r\n\r\n");
    request.extend(body);
    let recorded = rest
        .split("<<< ")
        .nth(1)
        .expect("an answer")
        .lines()
        .next()
        .expect("a line");
    Exchange {
        connection,
        request,
        answer: answer(recorded),
    }
}

fn answer(recorded: &str) -> Option<Reply> {
    let recorded = recorded.replace("\\r\\n", "\r\n");
    let (head, body) = recorded.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Reply {
        status,
        body: body.to_owned(),
    })
}

/// Replays a capture, and asserts that every answer is the recorded one.
fn replay(text: &str) -> (Collector, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings::new(
        "127.0.0.1:0".parse().expect("an address"),
        folder.path().join("store.db"),
    );
    let collector = Collector::start(settings).expect("it starts");
    let mut clients: HashMap<usize, Client> = HashMap::new();
    for exchange in exchanges(text) {
        let client = clients
            .entry(exchange.connection)
            .or_insert_with(|| Client::connect(collector.address()).expect("it listens"));
        client.write(&exchange.request).expect("written");
        if let Some(expected) = exchange.answer {
            assert_eq!(client.read().expect("an answer"), expected);
        }
    }
    (collector, folder)
}

#[test]
fn jesl_and_its_order_process() {
    let Some(text) = capture("jksim.txt") else { return };
    let (collector, _folder) = replay(&text);
    let at = collector.address();
    assert_eq!(
        (
            count(at, "events"),
            count(at, "activities"),
            count(at, "snapshots")
        ),
        (17, 7, 14)
    );
    let groups = ask(at, "get number of events group by correlator");
    let largest = groups["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .max_by_key(|row| row["NumberOf"].as_i64())
        .expect("a row");
    assert_eq!(largest["NumberOf"], 14, "{groups}");
    let correlator = &largest["Correlator"][0];
    assert_eq!(count(at, &format!("events where correlator = {correlator}")), 14);
    let sets = ask(at, "get activities fields EventID, ParentID");
    for row in sets["rows"].as_array().expect("rows") {
        assert!(
            row["EventID"].as_array().expect("ids").contains(correlator),
            "{row}"
        );
        assert_eq!(row["ParentID"], Value::Null);
    }
}

#[test]
fn the_original_tnt4py() {
    let Some(text) = capture("tnt4py.txt") else { return };
    let (collector, _folder) = replay(&text);
    let at = collector.address();
    let reply = ask(
        at,
        "get events fields EventName, Severity, Message, Correlator, WaitTime, StartTime, MsgAge, ParentID, ApplName, GeoLocation sort by EventName",
    );
    let rows = reply["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["EventName"], &rows[0]["Message"]),
        (&"mylog".into(), &"plain message".into())
    );
    let rich = serde_json::json!({"EventName": "op", "Severity": "5#WARNING", "Message": "rich message", "Correlator": ["c1"], "WaitTime": 5,
        "StartTime": 1, "MsgAge": 7, "ParentID": "p1", "ApplName": "a", "GeoLocation": "1,2"});
    assert_eq!(rows[1], rich);
}
