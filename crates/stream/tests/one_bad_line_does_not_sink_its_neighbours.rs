//! In a body of many records, each stands for itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, Reply, Request, Server, expected_names, named, names, quiet};
use tnt4::Dropped;

/// A server that announces bodies of many and does this with them; single records are taken, but for one.
fn server(many: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.header("Content-Type") {
        _ if request.is_access() => Reply::announce(),
        Some("application/x-ndjson") => many(request),
        _ if request.body.contains(r#""event-3""#) => Reply::new(400, "", "poison"),
        _ => Reply::status(202),
    })
}

/// Sends ten records in one batch; the fourth must be the only one that is lost.
#[track_caller]
fn assert_only_the_poison_is_lost(server: &Server) {
    let stream = quiet()
        .url(&server.url())
        .batch(10, 1 << 20, Duration::from_secs(10))
        .build()
        .unwrap();
    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (1, 1),
        "{outcome}"
    );
    assert!(outcome.problem().unwrap().contains("poison"), "{outcome}");
    let stats = stream.stats();
    assert_eq!((stats.acknowledged, stats.dropped.by(Dropped::Rejected)), (9, 1));
}

#[test]
fn where_the_server_names_it() {
    let server = server(|_| {
        Reply::new(
            202,
            "",
            r#"{"accepted":9,"rejected":[{"index":3,"reason":"poison"}]}"#,
        )
    });
    assert_only_the_poison_is_lost(&server);
    assert_eq!(server.bodies().len(), 1);
}

#[test]
fn where_the_server_rejects_the_whole_body() {
    for status in [400, 413, 415, 422] {
        let server = server(move |_| Reply::status(status));
        assert_only_the_poison_is_lost(&server);
        // The whole body once, then each record on the same connection.
        let bodies = server.bodies();
        assert_eq!(bodies.len(), 11, "{status}");
        assert_eq!(names(&bodies[1..]), expected_names(0..10));
        assert!(server.seen().iter().all(|request| request.connection == 0));
    }
}

#[test]
fn where_the_server_rejects_the_whole_body_and_closes() {
    let server = server(|_| Reply::new(413, "Connection: close\r\n", "").and_close());
    assert_only_the_poison_is_lost(&server);
    assert_eq!(server.bodies().len(), 11);
}

#[test]
fn where_the_answer_makes_no_sense() {
    let server = server(|_| Reply::new(202, "", r#"{"accepted":7,"rejected":[]}"#));
    assert_only_the_poison_is_lost(&server);
}
