//! `flush` says what became of what was accepted before it: not more, not less, not something else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, NO_LINGER, Reply, Server, driven, expected_names, named, names, quiet};
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};

const FIVE: Duration = Duration::from_secs(5);

#[test]
fn nothing_sent_is_complete() {
    let stream = quiet()
        .transport(MemoryServer::new().transport())
        .build()
        .unwrap();
    assert!(stream.flush(Duration::ZERO).is_complete());
}

#[test]
fn a_server_that_never_answers_has_acknowledged_nothing() {
    let server = Server::start(|request| match request.is_access() {
        true => Reply::status(200),
        false => Reply::Silence,
    });
    let (stream, clock) = driven(quiet().url(&server.url()));
    stream.send(named(0)).unwrap();
    stream.send(named(1)).unwrap();
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(FIVE));
    assert_eq!(clock.expect(Wait::Flush), Some(FIVE));
    server.wait_seen(2);
    clock.advance(FIVE);
    let outcome = flush.join().unwrap();
    assert_eq!(
        (
            outcome.is_complete(),
            outcome.unacknowledged(),
            outcome.rejected()
        ),
        (false, 2, 0)
    );
    assert_eq!(outcome.problem(), Some("the server has not answered yet"));
    assert_eq!(stream.stats().pending, 2);
    server.end_silence();
}

#[test]
fn the_last_problem_is_told_in_words() {
    let server = Server::start(|_| {
        let no = "<access-resp><success>false</success><reason>no such token</reason></access-resp>";
        Reply::new(401, "", no)
    });
    let (stream, clock) = driven(quiet().url(&server.url()));
    stream.send(named(0)).unwrap();
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(FIVE));
    assert!(clock.expect(Wait::BackOff).is_some());
    clock.advance(FIVE);
    let outcome = flush.join().unwrap();
    assert_eq!(
        outcome.problem(),
        Some("unauthorized: no such token; check the token")
    );
    assert_eq!(stream.stats().pending, 1);
}

#[test]
fn what_others_send_meanwhile_neither_delays_nor_falsifies_it() {
    let server = MemoryServer::new();
    server.script([Step::Hold, Step::Hold]);
    let (stream, clock) = driven(quiet().transport(server.transport()).batch(1, 1000, FIVE));
    stream.send(named(0)).unwrap();
    assert!(server.wait_offered(1));
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(LONG));
    assert!(clock.expect(Wait::Flush).is_some());
    // This one is held for good; the flush does not speak of it.
    stream.send(named(1)).unwrap();
    server.release();
    assert!(flush.join().unwrap().is_complete());
    assert!(server.wait_offered(2));
    assert_eq!(stream.stats().pending, 1);
    server.release();
}

#[test]
fn an_empty_queue_is_not_an_acknowledgement() {
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let stream = quiet().transport(server.transport()).build().unwrap();
    stream.send(named(0)).unwrap();
    // The worker holds it: nothing waits, and nothing has arrived.
    assert!(server.wait_offered(1));
    let outcome = stream.flush(Duration::ZERO);
    assert_eq!(outcome.unacknowledged(), 1);
    server.release();
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn it_cuts_the_linger_short_and_not_the_back_off() {
    let server = MemoryServer::new();
    server.script([Step::Retry(None)]);
    let (stream, clock) = driven(quiet().transport(server.transport()).batch(100, 1 << 20, LONG));
    stream.send(named(0)).unwrap();
    assert_eq!(clock.expect(Wait::Linger), Some(LONG));
    let flushing = stream.clone();
    let flush = std::thread::spawn(move || flushing.flush(LONG));
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!(server.offered().len(), 1);
    clock.advance(wait);
    assert!(flush.join().unwrap().is_complete());
    assert_eq!(stream.stats().acknowledged, 1);
}

#[test]
fn a_rejection_is_told_once() {
    let server = MemoryServer::new();
    server.script([Step::Reject("bad".to_owned())]);
    let stream = quiet().transport(server.transport()).build().unwrap();
    stream.send(named(0)).unwrap();
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected(), outcome.problem()),
        (1, 1, Some("bad"))
    );
    stream.send(named(1)).unwrap();
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn batches_of_no_bytes_are_batches_of_one_record() {
    let server = MemoryServer::new();
    let builder = quiet().transport(server.transport());
    let stream = builder.batch(10, 0, NO_LINGER).build().unwrap();
    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(names(&server.taken()), expected_names(0..10));
}
