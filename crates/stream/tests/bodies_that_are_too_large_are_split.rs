//! A body that is too large for the server goes in parts; only a record that alone is too large is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{LONG, Reply, Request, Server, expected_names, named, names, quiet};
use tnt4::{Dropped, Event, Stream};

/// A server that takes bodies up to so many bytes.
fn server(most: usize) -> Server {
    limited(most, "")
}

fn limited(most: usize, headers: &'static str) -> Server {
    Server::start(move |request| {
        if request.is_access() {
            return Reply::announce();
        }
        if request.body.len() > most {
            let reply = Reply::new(413, headers, "");
            return if headers.is_empty() {
                reply
            } else {
                reply.and_close()
            };
        }
        let count = request.body.lines().count();
        Reply::new(202, "", &format!(r#"{{"accepted":{count},"rejected":[]}}"#))
    })
}

fn stream_to(server: &Server) -> Stream {
    let builder = quiet().url(&server.url()).batch(100, 8 << 20, LONG);
    builder.build().unwrap()
}

/// An event of about so many bytes.
fn large(number: usize, bytes: usize) -> Event {
    named(number).message("x".repeat(bytes))
}

fn taken(server: &Server, most: usize) -> Vec<Request> {
    let mut seen = server.seen();
    seen.retain(|request| !request.is_access() && request.body.len() <= most);
    seen
}

#[test]
fn until_they_are_small_enough() {
    for headers in ["", "Connection: close\r\n"] {
        let server = limited(100_000, headers);
        let stream = stream_to(&server);
        for number in 0..100 {
            stream.send(large(number, 10_000)).unwrap();
        }
        let outcome = stream.flush(LONG);
        assert!(outcome.is_complete(), "{outcome}");

        let taken = taken(&server, 100_000);
        let records: Vec<String> = taken
            .iter()
            .flat_map(|request| request.body.lines())
            .map(str::to_owned)
            .collect();
        assert_eq!(names(&records), expected_names(0..100));
        // 1 MB, 512 KB, 256 KB and 128 KB are too much, once each; then 6 records fit, and once 12 are tried.
        let refused = server.bodies().len() - taken.len();
        assert!(
            refused <= 5 && taken.len() <= 20,
            "{refused} refused, {} taken",
            taken.len()
        );
    }
}

#[test]
fn and_the_next_batch_begins_with_what_was_learnt() {
    let server = server(100_000);
    let stream = stream_to(&server);
    for number in 0..100 {
        stream.send(large(number, 10_000)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    let refused = |server: &Server| server.bodies().len() - taken(server, 100_000).len();
    let before = refused(&server);
    for number in 100..150 {
        stream.send(large(number, 10_000)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert!(refused(&server) <= before + 1);
}

#[test]
fn and_one_that_alone_is_too_large_is_lost_alone() {
    let server = server(100_000);
    let stream = stream_to(&server);
    for number in 0..50 {
        let bytes = if number == 20 { 300_000 } else { 1000 };
        stream.send(large(number, bytes)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (1, 1),
        "{outcome}"
    );
    assert!(
        outcome.problem().unwrap().contains("this record alone is longer"),
        "{outcome}"
    );
    let stats = stream.stats();
    assert_eq!((stats.acknowledged, stats.dropped.by(Dropped::Rejected)), (49, 1));
    // It went alone in the end, once.
    let alone: Vec<Request> = server
        .seen()
        .into_iter()
        .filter(|request| request.header("Content-Type") == Some("application/json"))
        .collect();
    assert_eq!(alone.len(), 1);
    assert!(alone[0].body.contains(r#""event-20""#));
}

#[test]
fn and_so_is_one_that_was_never_with_others() {
    let server = Server::start(|request| Reply::status(if request.is_access() { 200 } else { 413 }));
    let stream = quiet().url(&server.url()).build().unwrap();
    stream.send(named(0)).unwrap();
    let outcome = stream.flush(LONG);
    assert_eq!(outcome.rejected(), 1, "{outcome}");
    assert!(
        outcome.problem().unwrap().starts_with("413 Content Too Large"),
        "{outcome}"
    );
    assert_eq!(server.bodies().len(), 1);
}
