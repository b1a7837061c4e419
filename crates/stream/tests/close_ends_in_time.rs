//! `close` tries to deliver, ends in its time, and says what it left.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, NO_LINGER, Reply, Server, Spoken, driven, named, quiet};
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Batch, Dropped, Setback, Stream, Transport};

const FIVE: Duration = Duration::from_secs(5);

#[test]
fn everything_pending_is_delivered_first() {
    let server = MemoryServer::new();
    let stream = quiet()
        .transport(server.transport())
        .batch(1000, 1 << 20, LONG)
        .build()
        .unwrap();
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.close(LONG).is_complete());
    assert_eq!(server.taken().len(), 100);
    assert_eq!(stream.send(named(0)), Err(Dropped::Closed));
    assert_eq!(stream.stats().dropped.by(Dropped::Closed), 1);
    assert!(stream.close(LONG).is_complete() && stream.flush(LONG).is_complete());
}

#[test]
fn a_stream_without_records_has_nothing_to_end() {
    let (stream, _clock) = driven(quiet().url("https://127.0.0.1:1"));
    assert!(stream.close(LONG).is_complete());
}

#[test]
fn a_pause_between_attempts_ends_at_once() {
    let server = MemoryServer::new();
    server.script([Step::Refuse]);
    let (stream, clock) = driven(quiet().transport(server.transport()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    // The clock stands still, and yet it ends: it was let in this time.
    assert!(stream.close(FIVE).is_complete());
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn what_is_left_is_counted_and_said() {
    let server = MemoryServer::new();
    server.script([Step::Take, Step::Hold]);
    let spoken = Spoken::new("left");
    let builder = Stream::builder()
        .spool(tnt4::Spool::memory())
        .transport(server.transport())
        .diagnostics(spoken.diagnostics());
    let (stream, clock) = driven(builder.batch(10, 1 << 20, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    for number in 1..4 {
        stream.send(named(number)).unwrap();
    }
    assert!(server.wait_offered(2));
    let closing = stream.clone();
    let close = std::thread::spawn(move || closing.close(FIVE));
    assert_eq!(clock.expect(Wait::Close), Some(FIVE));
    clock.advance(FIVE);
    let outcome = close.join().unwrap();
    assert_eq!((outcome.unacknowledged(), outcome.rejected()), (3, 0));
    let stats = stream.stats();
    assert_eq!(
        (
            stats.pending,
            stats.acknowledged,
            stats.dropped.by(Dropped::LeftAtClose)
        ),
        (0, 1, 3)
    );
    assert_eq!(stream.close(LONG), outcome);
    assert_eq!(stream.flush(LONG), outcome);
    assert_eq!(
        spoken.lines(),
        ["tnt4: memory: closed; 3 records were not acknowledged: the server has not answered yet"]
    );
}

#[test]
fn the_last_handle_closes_it() {
    let server = MemoryServer::new();
    let stream = quiet()
        .transport(server.transport())
        .batch(1000, 1 << 20, LONG)
        .build()
        .unwrap();
    let other = stream.clone();
    stream.send(named(0)).unwrap();
    drop(stream);
    other.send(named(1)).unwrap();
    drop(other);
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn a_drop_takes_two_seconds_at_most() {
    let server = Server::start(|_| Reply::Silence);
    let (stream, clock) = driven(quiet().url(&server.url()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    server.wait_seen(1);
    let dropping = std::thread::spawn(move || drop(stream));
    assert_eq!(clock.expect(Wait::Close), Some(Duration::from_secs(2)));
    clock.advance(Duration::from_secs(2));
    dropping.join().unwrap();
    server.end_silence();
}

#[test]
fn a_transport_that_panics_is_a_setback() {
    struct Panics(u32);

    impl Transport for Panics {
        fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
            self.0 += 1;
            assert!(self.0 > 1, "the first attempt panics");
            while let Some((index, _)) = batch.first_unsettled() {
                batch.settle(index, tnt4::Verdict::Done);
            }
            Ok(())
        }

        fn destination(&self) -> String {
            "panics".to_owned()
        }
    }

    let (stream, clock) = driven(quiet().transport(Box::new(Panics(0))).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    clock.advance(wait);
    assert!(stream.close(FIVE).is_complete());
}
