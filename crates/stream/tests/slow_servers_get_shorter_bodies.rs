//! A body that a server has no time for goes in parts, and not for ever as it is.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, Reply, Server, driven, expected_names, named, names, quiet};
use tnt4::clock::Wait;

#[test]
fn that_are_half_as_long_each_time() {
    // It has no time for more than 30 records.
    let server = Server::start(|request| match request.body.lines().count() {
        _ if request.is_access() => Reply::announce(),
        ..=30 => Reply::status(202),
        _ => Reply::Silence,
    });
    let builder = quiet()
        .url(&server.url())
        .answer_timeout(Duration::from_millis(200));
    let (stream, clock) = driven(builder.batch(100, 1 << 20, LONG));
    for number in 0..100 {
        stream.send(named(number).message("x".repeat(1000))).unwrap();
    }
    for _ in 0..2 {
        let wait = clock.expect(Wait::BackOff).unwrap();
        clock.advance(wait);
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    let bodies = server.bodies();
    let counts: Vec<usize> = bodies.iter().map(|body| body.lines().count()).collect();
    let (late, taken) = counts.split_at(2);
    assert_eq!(late[0], 100);
    assert!(
        late[1] <= 50 && taken.iter().all(|count| *count <= 25),
        "{counts:?}"
    );
    let taken: Vec<String> = bodies[2..]
        .iter()
        .flat_map(|body| body.lines())
        .map(str::to_owned)
        .collect();
    assert_eq!(names(&taken), expected_names(0..100));
}
