//! A token that is refused costs nothing but time: everything is kept, it is said once, and asked again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{LONG, NO_LINGER, Reply, Server, Spoken, driven, expected_names, named, names, secret};
use tnt4::Stream;
use tnt4::clock::Wait;

const NO: &str = "<access-resp><success>false</success><reason>expired</reason></access-resp>";

#[test]
fn until_the_server_lets_us_in_again() {
    let valid = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&valid);
    let server = Server::start(
        move |request| match (asked.load(Ordering::SeqCst), request.is_access()) {
            (true, _) => Reply::status(200),
            (false, true) => Reply::new(200, "", NO),
            (false, false) => Reply::status(401),
        },
    );
    let spoken = Spoken::new("refused");
    let builder = Stream::builder()
        .spool(tnt4::Spool::memory())
        .diagnostics(spoken.diagnostics())
        .url(&server.url());
    let (stream, clock) = driven(
        builder
            .token(secret("0123456789abcdef"))
            .batch(1, 1000, NO_LINGER),
    );

    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    valid.store(false, Ordering::SeqCst);
    for number in 10..20 {
        stream.send(named(number)).unwrap();
    }
    let mut total = Duration::ZERO;
    for attempt in 0..10 {
        let wait = clock.expect(Wait::BackOff).unwrap();
        assert_eq!(stream.stats().pending, 10);
        let full = 60.0_f64.min(f64::from(2 << attempt));
        assert!(
            (full / 2.0..=full).contains(&wait.as_secs_f64()),
            "attempt {attempt} waits {wait:?}"
        );
        if attempt == 9 {
            valid.store(true, Ordering::SeqCst);
        }
        total += wait;
        clock.advance(wait);
    }
    assert!(stream.flush(LONG * 10).is_complete());
    let mut arrived = names(&server.records());
    arrived.dedup();
    assert_eq!(arrived, expected_names(0..20));
    // No hammering: one record was refused, then only access was asked for, less than once a minute in the end.
    let refused_access = server.seen().iter().filter(|request| request.is_access()).count() - 2;
    assert!(
        refused_access <= 10 && total > Duration::from_secs(200),
        "{refused_access} in {total:?}"
    );

    assert!(stream.close(LONG).is_complete());
    let lines = spoken.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("not let in") && lines[0].contains("unauthorized"),
        "{lines:?}"
    );
    assert!(lines[1].ends_with("delivering again"), "{lines:?}");
}
