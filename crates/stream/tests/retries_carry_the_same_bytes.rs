//! However often a record is offered, it is the same bytes under the same identity.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::HashSet;

use support::{LONG, Reply, Server, driven, named, quiet, record_id};
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};

#[test]
fn at_every_attempt() {
    let server = MemoryServer::new();
    server.script((0..5).map(|_| Step::Retry(None)));
    let (stream, clock) = driven(quiet().transport(server.transport()));
    stream.send(named(0)).unwrap();
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(LONG * 100));
    for attempt in 0..5 {
        let wait = clock.expect(Wait::BackOff).unwrap().as_secs_f64();
        let least = f64::from(1 << attempt);
        assert!(
            (least..=least * 2.0).contains(&wait),
            "attempt {attempt} waits {wait} s"
        );
        clock.advance(std::time::Duration::from_secs_f64(wait));
    }
    assert!(flush.join().unwrap().is_complete());
    assert_eq!(stream.stats().acknowledged, 1);
    let offered = server.offered();
    assert_eq!(
        (offered.len(), offered.iter().collect::<HashSet<_>>().len()),
        (6, 1)
    );
}

#[test]
fn also_where_the_answer_was_lost() {
    let server = Server::start(|request| match (request.connection, request.is_access()) {
        (_, true) => Reply::status(200),
        // Half an answer: it was taken, but that cannot be known.
        (0, false) => Reply::Last(b"HTTP/1.1 202 Acc".to_vec()),
        _ => Reply::status(202),
    });
    let (stream, clock) = driven(quiet().url(&server.url()));
    stream.send(named(0)).unwrap();
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(LONG));
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!(stream.stats().pending, 1);
    clock.advance(wait);
    assert!(flush.join().unwrap().is_complete());
    let records = server.records();
    assert_eq!((records.len(), &records[0]), (2, &records[1]));
}

#[test]
fn and_no_two_records_share_an_identity() {
    let server = MemoryServer::new();
    let stream = quiet().transport(server.transport()).build().unwrap();
    let event = named(0);
    for _ in 0..1000 {
        stream.send(event.clone()).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    let identities: HashSet<_> = server.taken().iter().map(|record| record_id(record)).collect();
    assert_eq!(identities.len(), 1000);
}
