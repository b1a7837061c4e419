//! A no in the middle of many requests is about one of them; the others have the answers that are theirs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use support::{LONG, Reply, Server, driven, expected_names, name_of, named, names, quiet};
use tnt4::clock::Wait;
use tnt4::{Dropped, Stream};

/// A server that answers 202, but so when this record comes for the first time.
fn server_with(name: &'static str, answer: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    let done = AtomicBool::new(false);
    Server::start(move |request| {
        let due = !request.is_access() && name_of(&request.body) == name;
        if due && !done.swap(true, Ordering::SeqCst) {
            return answer();
        }
        Reply::status(202)
    })
}

fn send_a_hundred(stream: &Stream) {
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
}

#[test]
fn a_rejection() {
    let server = server_with("event-40", || Reply::new(400, "", "no such account"));
    let (stream, _clock) = driven(quiet().url(&server.url()).batch(100, 1 << 20, LONG));
    send_a_hundred(&stream);
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.rejected(), outcome.unacknowledged()),
        (1, 1),
        "{outcome}"
    );
    assert!(outcome.problem().unwrap().contains("no such account"));
    assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 1);
    assert_eq!(names(&server.records()), expected_names(0..100));
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

/// The record goes again after a pause, and alone: what was on its way with it has its verdicts.
#[track_caller]
fn assert_goes_again(answer: impl Fn() -> Reply + Send + Sync + 'static, least: f64, most: f64) {
    let server = server_with("event-40", answer);
    let (stream, clock) = driven(quiet().url(&server.url()).batch(100, 1 << 20, LONG));
    send_a_hundred(&stream);
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert!((least..=most).contains(&wait.as_secs_f64()), "{wait:?}");
    let stats = stream.stats();
    let sent = server.records().len() as u64;
    assert_eq!((stats.acknowledged, stats.pending), (sent - 1, 101 - sent));
    assert!(sent > 41, "{sent}");

    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    let mut arrived = names(&server.records());
    assert_eq!(arrived.remove(sent as usize), "event-40");
    assert_eq!(arrived, expected_names(0..100));
}

#[test]
fn a_server_that_has_too_many() {
    assert_goes_again(|| Reply::new(429, "Retry-After: 30\r\n", ""), 30.0, 33.0);
}

#[test]
fn a_refusal() {
    assert_goes_again(|| Reply::status(401), 1.0, 2.0);
}

#[test]
fn a_setback_with_which_the_connection_ends() {
    let server = server_with("event-40", || {
        Reply::new(503, "Connection: close\r\nRetry-After: 30\r\n", "").and_close()
    });
    let (stream, clock) = driven(quiet().url(&server.url()).batch(100, 1 << 20, LONG));
    send_a_hundred(&stream);
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert!((30.0..=33.0).contains(&wait.as_secs_f64()), "{wait:?}");
    assert_eq!(stream.stats().acknowledged, 40);
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    let mut arrived = names(&server.records());
    arrived.dedup();
    assert_eq!(arrived, expected_names(0..100));
}
