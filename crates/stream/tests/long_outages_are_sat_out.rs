//! Ten minutes of trouble cost ten minutes and a few requests: whatever kind of trouble, everything arrives.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{LONG, NO_LINGER, Reply, Server, driven, expected_names, named, names, quiet};
use tnt4::clock::Wait;

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// The server answers this to records, or to everything, for ten minutes of a driven clock.
#[track_caller]
fn assert_all_arrive_in_the_end(status: u16, also_to_access: bool) {
    let in_trouble = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&in_trouble);
    let server = Server::start(move |request| {
        let is_hit = asked.load(Ordering::SeqCst) && (also_to_access || !request.is_access());
        Reply::status(if is_hit { status } else { 202 })
    });
    let (stream, clock) = driven(quiet().url(&server.url()).batch(10, 1 << 20, NO_LINGER));
    let (mut total, mut attempts) = (Duration::ZERO, 0);
    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    while total < TEN_MINUTES {
        let wait = clock.expect(Wait::BackOff).unwrap();
        let full = 60.0_f64.min(2.0 * 2.0_f64.powi(attempts));
        assert!(
            (full / 2.0..=full).contains(&wait.as_secs_f64()),
            "attempt {attempts} waits {wait:?}"
        );
        attempts += 1;
        total += wait;
        if total >= TEN_MINUTES {
            in_trouble.store(false, Ordering::SeqCst);
        }
        clock.advance(wait);
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{status}: {outcome}");
    let stats = stream.stats();
    assert_eq!((stats.acknowledged, stats.pending), (10, 0), "{status}");
    let mut arrived = names(&server.records());
    arrived.sort();
    arrived.dedup();
    assert_eq!(arrived, expected_names(0..10));
    // An access-request and a record each time, and the ten in the end.
    let most = 2 * attempts as usize + 12;
    assert!(
        attempts <= 25 && server.seen().len() <= most,
        "{status}: {} requests",
        server.seen().len()
    );
}

#[test]
fn of_records() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert_all_arrive_in_the_end(status, false);
    }
}

#[test]
fn of_everything() {
    for status in [408, 429, 500, 503] {
        assert_all_arrive_in_the_end(status, true);
    }
}

/// A wrong address is not the records' fault.
#[test]
fn of_an_address_where_nobody_knows_of_us() {
    for status in [400, 404, 405, 410, 501] {
        assert_all_arrive_in_the_end(status, true);
    }
}
