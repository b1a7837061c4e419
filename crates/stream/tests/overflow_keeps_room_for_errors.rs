//! A full queue drops the newest, counts it, and keeps a tenth for what is grave.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, driven, named, quiet};
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Dropped, Event, Severity, Stream};

const BOUND: usize = 64 * 1024;

/// A stream whose server holds the first record, so that nothing leaves.
fn stuck() -> (Stream, MemoryServer) {
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let stream = quiet()
        .transport(server.transport())
        .queue_bytes(BOUND)
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(server.wait_offered(1));
    (stream, server)
}

fn fill(stream: &Stream, severity: Severity) -> usize {
    let text = "x".repeat(1000);
    (0..1000)
        .take_while(|_| {
            stream
                .send(Event::new("fill").message(&text).severity(severity))
                .is_ok()
        })
        .count()
}

#[test]
fn the_newest_is_dropped_and_errors_have_a_tenth() {
    let (stream, server) = stuck();
    let below = fill(&stream, Severity::Warning);
    assert!((40..=55).contains(&below), "{below}");
    let above = fill(&stream, Severity::Error);
    assert!((3..=7).contains(&above), "{above}");
    assert_eq!(fill(&stream, Severity::Halt), 0);

    let stats = stream.stats();
    assert!(stats.dropped.by(Dropped::QueueFull) >= 3);
    assert_eq!(stats.enqueued, stats.pending + stats.dropped.total());
    server.release();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(server.taken().len(), 1 + below + above);
    // There is room again.
    assert_eq!(stream.send(named(2)), Ok(()));
}

#[test]
fn a_record_over_the_limit_is_dropped_with_its_reason() {
    let server = MemoryServer::new();
    let stream = quiet().transport(server.transport()).build().unwrap();
    let huge = Event::new("huge").message("x".repeat(1 << 20));
    assert_eq!(stream.send(huge), Err(Dropped::RecordTooLarge));
    let large = Event::new("large").message("x".repeat((1 << 20) - 1000));
    assert_eq!(stream.send(large), Ok(()));
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(stream.stats().dropped.by(Dropped::RecordTooLarge), 1);
}

#[test]
fn what_can_never_fit_does_not_wait() {
    let server = MemoryServer::new();
    let (stream, _clock) = driven(quiet().transport(server.transport()).queue_bytes(100));
    assert_eq!(stream.send_waiting(named(0), LONG), Err(Dropped::RecordTooLarge));
}

#[test]
fn pipes_wait_for_room() {
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let (stream, clock) = driven(
        quiet()
            .transport(server.transport())
            .queue_bytes(2000)
            .batch(1, 1, LONG),
    );
    stream
        .send(Event::new("first").message("x".repeat(1200)))
        .unwrap();
    assert!(server.wait_offered(1));
    let second = || Event::new("second").message("x".repeat(1200));

    let waiting = stream.clone();
    let in_vain = std::thread::spawn(move || waiting.send_waiting(second(), Duration::from_secs(3)));
    assert_eq!(clock.expect(Wait::Room), Some(Duration::from_secs(3)));
    clock.advance(Duration::from_secs(3));
    assert_eq!(in_vain.join().unwrap(), Err(Dropped::QueueFull));

    let waiting = stream.clone();
    let patient = std::thread::spawn(move || waiting.send_waiting(second(), Duration::from_secs(3)));
    assert_eq!(clock.expect(Wait::Room), Some(Duration::from_secs(3)));
    server.release();
    assert_eq!(patient.join().unwrap(), Ok(()));
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(server.taken().len(), 2);
}

/// How many records the events tell of that arrived about dropped ones.
fn told(server: &MemoryServer) -> Vec<String> {
    let taken = server.taken();
    let about = taken.iter().filter(|json| json.contains("tnt4: records dropped"));
    about
        .map(|json| {
            let (_, rest) = json.split_once("\"msg-text\":\"").unwrap();
            rest.split_once(' ').unwrap().0.to_owned()
        })
        .collect()
}

/// As [`stuck`], and a record too many, so that there is something to tell.
fn overflown() -> (Stream, MemoryServer) {
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let stream = quiet()
        .transport(server.transport())
        .queue_bytes(BOUND)
        .report_drops(true)
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(server.wait_offered(1));
    fill(&stream, Severity::Warning);
    (stream, server)
}

#[test]
fn an_event_tells_of_what_is_missing_although_nothing_more_is_sent() {
    let (stream, server) = overflown();
    server.release();
    support::wait_until("told", || !told(&server).is_empty());
    assert!(stream.close(LONG).is_complete());
    assert_eq!(told(&server), ["1"]);
}

#[test]
fn it_is_told_before_the_end() {
    let (stream, server) = overflown();
    let closing = std::thread::spawn({
        let stream = stream.clone();
        move || stream.close(LONG)
    });
    support::wait_until("closed to others", || {
        stream.send(named(1)) == Err(Dropped::Closed)
    });
    server.release();
    assert!(closing.join().unwrap().is_complete());
    assert_eq!(told(&server), ["1"]);
}
