//! A program need not read words: what stands in the way has a kind, the same wherever it is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::net::TcpListener;
use std::time::Duration;

use support::tls::{fixture, server_that_wants_a_certificate, url};
use support::{LONG, NO_LINGER, Reply, Server, driven, named, quiet};
use tnt4::clock::Wait;
use tnt4::{Builder, ProblemKind};

/// What the first attempt to this address runs into.
#[track_caller]
fn assert_kind(url: &str, kind: ProblemKind) {
    assert_kind_of(quiet().url(url), kind);
}

#[track_caller]
fn assert_kind_of(builder: Builder, kind: ProblemKind) {
    let (stream, clock) = driven(builder.batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    let outcome = stream.flush(Duration::ZERO);
    assert_eq!(outcome.problem_kind(), Some(kind), "{outcome}");
    assert_eq!(stream.problem_kind(), Some(kind));
    let closed = stream.close(Duration::ZERO);
    assert_eq!(closed.problem_kind(), Some(kind), "{closed}");
}

#[test]
fn of_the_way_to_a_server() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_kind(&format!("http://{nobody}"), ProblemKind::Unreachable);
    // It speaks, but not TLS.
    let server = Server::of_objects();
    let url = server.url().replace("http:", "https:");
    assert_kind(&url, ProblemKind::Tls);
}

#[test]
fn of_a_certificate_that_the_server_misses() {
    let server = server_that_wants_a_certificate();
    let builder = quiet().url(&url(&server)).ca_file(fixture("authority.pem"));
    assert_kind_of(builder, ProblemKind::Tls);
}

#[test]
fn of_what_a_server_says() {
    for (status, kind) in [
        (503, ProblemKind::Unreachable),
        (401, ProblemKind::Unauthorized),
        (404, ProblemKind::Blocked),
    ] {
        let server = Server::start(move |_| Reply::status(status));
        assert_kind(&server.url(), kind);
    }
    let closing = Server::start(|_| Reply::Close);
    assert_kind(&closing.url(), ProblemKind::Unreachable);
}

#[test]
fn of_a_rejection_and_of_nothing_at_all() {
    let server = Server::start(|request| Reply::status(if request.is_access() { 200 } else { 422 }));
    let stream = quiet().url(&server.url()).build().unwrap();
    stream.send(named(0)).unwrap();
    let outcome = stream.flush(LONG);
    assert_eq!(outcome.problem_kind(), Some(ProblemKind::Rejected), "{outcome}");
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete());
    assert_eq!((outcome.problem_kind(), stream.problem_kind()), (None, None));

    let silent = Server::start(|_| Reply::Silence);
    let stream = quiet().url(&silent.url()).build().unwrap();
    stream.send(named(0)).unwrap();
    let outcome = stream.flush(Duration::ZERO);
    assert_eq!(outcome.problem_kind(), Some(ProblemKind::Unanswered), "{outcome}");
    silent.end_silence();
}
