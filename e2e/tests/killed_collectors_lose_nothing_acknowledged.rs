//! `kill -9` of the collector in the middle of a load: what it had acknowledged is there, once each.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::collections::HashSet;
use std::time::Duration;

use support::http::{Client, ask, count};
use support::process::Server;
use tnt4::{Event, Stream};

const EVENTS: usize = 10_000;

/// The wire form of an event whose tracking id is its number.
fn body(number: usize) -> String {
    format!("{{\"operation\":\"load\",\"tracking-id\":\"{number}\",\"msg-text\":\"event {number}\"}}")
}

fn request(number: usize) -> String {
    let body = body(number);
    format!(
        "POST /event HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn stored(server: &Server) -> Vec<String> {
    let reply = ask(server.address, "get events fields EventID");
    let rows = reply["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row["EventID"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn ten_thousand_acknowledged_then_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let mut server = Server::start("127.0.0.1:0", &store);
    let mut client = Client::connect(server.address).expect("it listens");
    for first in (0..EVENTS).step_by(100) {
        let requests: String = (first..first + 100).map(request).collect();
        client.write(requests.as_bytes()).expect("written");
        for _ in 0..100 {
            assert_eq!(client.read().expect("an answer").status, 202);
        }
    }
    server.kill();
    let server = Server::start("127.0.0.1:0", &store);
    let ids = stored(&server);
    assert_eq!(ids.len(), EVENTS);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), EVENTS, "once each");
}

#[test]
fn killed_in_the_middle_of_a_pipelined_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let mut server = Server::start("127.0.0.1:0", &store);
    let mut client = Client::connect(server.address).expect("it listens");
    let writer = {
        // Writes without reading, so that there is always something half done when the end comes.
        let mut writer = client.second_half().expect("a handle");
        std::thread::spawn(move || {
            (0..EVENTS)
                .take_while(|number| writer.write(request(*number).as_bytes()).is_ok())
                .count()
        })
    };
    let mut acknowledged = 0;
    while acknowledged < 3_000 {
        assert_eq!(client.read().expect("an answer").status, 202);
        acknowledged += 1;
    }
    server.kill();
    while client.read().is_ok_and(|reply| reply.status == 202) {
        acknowledged += 1;
    }
    writer.join().expect("no panic");
    let server = Server::start("127.0.0.1:0", &store);
    let ids: HashSet<String> = stored(&server).into_iter().collect();
    for number in 0..acknowledged {
        assert!(
            ids.contains(&number.to_string()),
            "{number} of {acknowledged} acknowledged is gone"
        );
    }
    assert_eq!(
        count(server.address, "events"),
        i64::try_from(ids.len()).expect("a count"),
        "once each"
    );
}

#[test]
fn a_stream_that_goes_on_after_the_restart_delivers_each_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let mut server = Server::start("127.0.0.1:0", &store);
    let address = server.address;
    let stream = Stream::builder()
        .url(&format!("http://{address}"))
        .spool(tnt4::Spool::disk().state_folder(folder.path().join("state")))
        .build()
        .expect("a stream");
    for number in 0..EVENTS {
        let event = Event::new("load").tracking_id(number.to_string());
        stream.send_waiting(event, Duration::from_secs(30)).expect("room");
        if number == EVENTS / 2 {
            // Some are stored, some are on their way, some wait.
            while stream.stats().acknowledged == 0 {
                std::thread::yield_now();
            }
            server.kill();
            server = Server::start(&address.to_string(), &store);
        }
    }
    let outcome = stream.flush(Duration::from_secs(60));
    assert!(outcome.is_complete(), "{outcome}");
    let ids = stored(&server);
    assert_eq!(ids.len(), EVENTS);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), EVENTS, "once each");
}
