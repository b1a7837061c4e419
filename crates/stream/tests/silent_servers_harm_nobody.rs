//! A server that accepts connections and never answers: attempts end, callers notice nothing, and all arrives later.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::{LONG, NO_LINGER, Reply, Server, driven, expected_names, named, names, quiet};
use tnt4::Stream;
use tnt4::clock::Wait;

const SHORT: Duration = Duration::from_millis(100);

/// A server that is silent until it is told to speak: to all, or only to records.
fn server(also_to_access: bool) -> (Server, Arc<AtomicBool>) {
    let speaks = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&speaks);
    let server = Server::start(move |request| {
        let answers = told.load(Ordering::SeqCst) || (request.is_access() && !also_to_access);
        if answers {
            Reply::status(202)
        } else {
            Reply::Silence
        }
    });
    (server, speaks)
}

#[test]
fn an_attempt_ends_when_its_time_is_up() {
    for also_to_access in [true, false] {
        let (server, speaks) = server(also_to_access);
        let builder = quiet().url(&server.url()).answer_timeout(SHORT);
        let (stream, clock) = driven(builder.batch(10, 1 << 20, NO_LINGER));
        for number in 0..10 {
            stream.send(named(number)).unwrap();
        }
        let begun = Instant::now();
        for attempt in 1..=3 {
            let wait = clock.expect(Wait::BackOff).unwrap();
            let problem = stream.flush(Duration::ZERO);
            assert!(
                problem.problem().unwrap().contains("did not answer in time"),
                "{problem}"
            );
            speaks.store(attempt == 3, Ordering::SeqCst);
            clock.advance(wait);
        }
        // Not before, and not much later even on a busy machine.
        assert!(
            (SHORT * 3..LONG).contains(&begun.elapsed()),
            "{:?}",
            begun.elapsed()
        );
        assert!(stream.flush(LONG).is_complete());
        let mut arrived = names(&server.records());
        arrived.sort();
        arrived.dedup();
        assert_eq!(arrived, expected_names(0..10));
    }
}

#[test]
fn callers_do_not_wait_meanwhile_and_other_streams_flow() {
    let (silent, _) = server(true);
    let stuck = quiet()
        .url(&silent.url())
        .answer_timeout(LONG * 9)
        .build()
        .unwrap();
    stuck.send(named(0)).unwrap();
    silent.wait_seen(1);
    let begun = Instant::now();
    for number in 1..1000 {
        stuck.send(named(number)).unwrap();
    }
    assert!(begun.elapsed() < LONG, "far less than the answer's time");
    assert_eq!(stuck.stats().pending, 1000);

    let well = Server::of_objects();
    let other = quiet().url(&well.url()).build().unwrap();
    other.send(named(0)).unwrap();
    assert!(other.flush(LONG).is_complete());
    silent.end_silence();
}

#[test]
fn nor_where_nobody_even_accepts() {
    // The system completes the connection; nobody fetches it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let builder: Stream = quiet().url(&url).answer_timeout(SHORT).build().unwrap();
    builder.send(named(0)).unwrap();
    let outcome = builder.close(SHORT * 3);
    assert_eq!(outcome.unacknowledged(), 1, "{outcome}");
}
