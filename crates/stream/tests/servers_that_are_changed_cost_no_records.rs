//! A 404, 405 or 409 may be about the record, and may be what a server answers to everything while it is changed: a
//! record is lost only where the server lets us in anew and says the same once more.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use support::{LONG, Reply, Request, Server, driven, expected_names, name_of, named, names, quiet};
use tnt4::clock::Wait;
use tnt4::{Dropped, Stream};

const STATUSES: [u16; 3] = [404, 405, 409];

fn send(stream: &Stream, count: usize) {
    for number in 0..count {
        stream.send(named(number)).unwrap();
    }
}

fn is_about(request: &Request, name: &str) -> bool {
    !request.is_access() && name_of(&request.body) == name
}

/// What came, each record once.
fn arrived(server: &Server) -> Vec<String> {
    let mut first = Vec::new();
    for name in names(&server.records()) {
        if !first.contains(&name) {
            first.push(name);
        }
    }
    first
}

#[test]
fn who_answers_so_to_everything_is_waited_for() {
    for status in STATUSES {
        // From the 20th record on, and to the access-requests of two attempts.
        let count = AtomicUsize::new(usize::MAX);
        let server = Server::start(move |request| {
            if is_about(request, "event-20") && count.load(Ordering::SeqCst) == usize::MAX {
                count.store(2, Ordering::SeqCst);
            }
            match count.load(Ordering::SeqCst) {
                0 | usize::MAX => Reply::status(202),
                left => {
                    if request.is_access() {
                        count.store(left - 1, Ordering::SeqCst);
                    }
                    Reply::new(status, "", "no such page")
                }
            }
        });
        let (stream, clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
        send(&stream, 60);
        for _ in 0..2 {
            let wait = clock.expect(Wait::BackOff).unwrap();
            assert_eq!(stream.stats().acknowledged, 20);
            clock.advance(wait);
        }
        let outcome = stream.flush(LONG);
        assert!(outcome.is_complete(), "{status}: {outcome}");
        assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 0);
        assert_eq!(arrived(&server), expected_names(0..60));
    }
}

#[test]
fn one_of_several_behind_an_address_is_asked_no_more() {
    for status in STATUSES {
        let server = Server::start(move |request| match request.connection {
            0 if is_about(request, "event-20") => Reply::status(status),
            _ => Reply::status(202),
        });
        // The clock stands still: a pause would last for ever.
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
        send(&stream, 60);
        let outcome = stream.flush(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(arrived(&server), expected_names(0..60));
        assert!(server.seen().iter().all(|request| request.connection <= 1));
    }
}

#[test]
fn poison_costs_one_more_connection_and_nothing_else_goes_twice() {
    for status in STATUSES {
        let server = Server::start(move |request| match is_about(request, "event-20") {
            true => Reply::new(status, "", "no such account"),
            false => Reply::status(202),
        });
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
        send(&stream, 60);
        let outcome = stream.flush(LONG);
        assert_eq!(
            (outcome.rejected(), outcome.unacknowledged()),
            (1, 1),
            "{outcome}"
        );
        assert!(
            outcome.problem().unwrap().contains("no such account"),
            "{outcome}"
        );
        let seen = server.seen();
        let access = seen.iter().filter(|request| request.is_access()).count();
        assert_eq!((access, seen.len()), (2, 2 + 61));
        assert_eq!(arrived(&server), expected_names(0..60));
    }
}

#[test]
fn poison_in_a_body_of_many_too() {
    let server = Server::start(move |request| match request.body.contains("event-20\"") {
        _ if request.is_access() => Reply::announce(),
        true => Reply::status(409),
        false => Reply::status(202),
    });
    let (stream, _clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
    send(&stream, 60);
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.rejected(), outcome.unacknowledged()),
        (1, 1),
        "{outcome}"
    );
    assert_eq!(arrived(&server), expected_names(0..60));
}

#[test]
fn servers_that_end_each_connection_with_its_answer_too() {
    for word in ["Connection: close\r\n", ""] {
        let server = Server::start(move |request| {
            let status = if is_about(request, "event-20") || is_about(request, "event-40") {
                404
            } else {
                202
            };
            Reply::new(status, word, "").and_close()
        });
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
        send(&stream, 60);
        let outcome = stream.flush(LONG);
        assert_eq!(
            (outcome.rejected(), outcome.unacknowledged()),
            (2, 2),
            "{outcome}"
        );
        assert_eq!(arrived(&server), expected_names(0..60));
    }
}

#[test]
fn who_answers_now_this_now_that_is_waited_for() {
    let server = Server::start(|request| match (request.connection, request.turn) {
        (0, 1) => Reply::status(404),
        (1, 1) => Reply::status(405),
        _ => Reply::status(202),
    });
    let (stream, clock) = driven(quiet().url(&server.url()).batch(3, 1 << 20, LONG));
    send(&stream, 3);
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 0);
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
}
