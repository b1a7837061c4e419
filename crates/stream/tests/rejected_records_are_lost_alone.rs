//! A record that the server will never take is counted, with its reason, and not sent again; the next one flows.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{LONG, Reply, Server, driven, expected_names, name_of, named, names, quiet};
use tnt4::Dropped;

#[test]
fn whatever_the_status() {
    for status in [400, 402, 404, 405, 409, 410, 413, 415, 422, 501] {
        let server = Server::start(move |request| {
            let is_poison = !request.is_access() && name_of(&request.body) == "event-1";
            match is_poison {
                true => Reply::new(status, "", "no such account"),
                false => Reply::status(202),
            }
        });
        // The clock stands still: a pause would last for ever.
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(3, 1 << 20, LONG));
        for number in 0..3 {
            stream.send(named(number)).unwrap();
        }
        let outcome = stream.flush(LONG);
        assert_eq!(
            (outcome.rejected(), outcome.unacknowledged()),
            (1, 1),
            "{status}: {outcome}"
        );
        let problem = outcome.problem().unwrap();
        assert!(
            problem.contains(&status.to_string()) && problem.contains("no such account"),
            "{problem}"
        );
        let stats = stream.stats();
        assert_eq!(
            (
                stats.acknowledged,
                stats.dropped.by(Dropped::Rejected),
                stats.pending
            ),
            (2, 1, 0)
        );
        let mut arrived = names(&server.records());
        if [404, 405, 409].contains(&status) {
            // These are asked for once more, on another connection.
            assert_eq!(arrived.iter().filter(|name| *name == "event-1").count(), 2);
            arrived.sort();
            arrived.dedup();
        }
        assert_eq!(arrived, expected_names(0..3), "{status}");
    }
}
