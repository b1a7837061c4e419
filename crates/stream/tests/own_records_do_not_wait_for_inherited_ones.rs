//! Whoever has taken over a backlog delivers his own records beside it, and gives back what he did not look into.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::time::Duration;

use support::{LONG, files, named, names, on_disk, segments, wait_until};
use tnt4::Stream;
use tnt4::testing::{MemoryServer, Step};

fn stream(folder: &Path, server: &MemoryServer) -> Stream {
    let builder = on_disk(folder).transport(server.transport());
    // A batch would never be full, and never have waited for long enough.
    builder
        .batch(100, 1 << 20, Duration::from_secs(3600))
        .build()
        .unwrap()
}

/// Leaves so many records in a folder of their own.
fn leave(folder: &Path, count: usize) {
    let server = MemoryServer::new();
    server.set_down(true);
    let stream = stream(folder, &server);
    (0..count).for_each(|number| stream.send(named(number)).unwrap());
    assert_eq!(stream.close(Duration::ZERO).kept(), count as u64);
}

#[test]
fn a_fresh_record_goes_before_the_backlog_is_through() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), 1000);
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let stream = stream(folder.path(), &server);
    stream.start();
    assert!(server.wait_offered(1));
    stream.send(named(5000)).unwrap();
    server.release();
    wait_until("all is there", || server.taken().len() == 1001);
    let taken = names(&server.taken());
    let place = taken.iter().position(|name| name == "event-5000").unwrap();
    assert!(
        place <= 100,
        "behind the batch that was on its way, and not at {place}"
    );
    assert!(stream.close(LONG).is_complete());
}

/// A program that never runs for longer than it has to, again and again.
#[test]
fn a_close_has_time_for_what_others_left() {
    let folder = tempfile::tempdir().unwrap();
    (0..3).for_each(|_| leave(folder.path(), 150));
    let server = MemoryServer::new();
    let stream = stream(folder.path(), &server);
    stream.send(named(5000)).unwrap();
    assert!(stream.close(LONG).is_complete());
    assert_eq!(server.taken().len(), 451);
    assert!(stream.send(named(5001)).is_err());
    assert_eq!(segments(folder.path()).len(), 0);
}

#[test]
fn what_others_left_does_not_hold_a_close_up() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), 10);
    let server = MemoryServer::new();
    // Its own record, and no answer to what comes then.
    server.script([Step::Hold, Step::Hold]);
    let stream = stream(folder.path(), &server);
    stream.send(named(5000)).unwrap();
    assert!(server.wait_offered(1));
    let outcome = std::thread::scope(|scope| {
        let closing = scope.spawn(|| stream.close(LONG));
        server.release();
        closing.join().unwrap()
    });
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(server.taken().len(), 1, "its own");

    let other = MemoryServer::new();
    let next = self::stream(folder.path(), &other);
    next.start();
    wait_until("the others are there", || other.taken().len() == 10);
    assert!(next.close(LONG).is_complete());
}

#[test]
fn what_a_closed_stream_did_not_look_into_goes_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    (0..4).for_each(|_| leave(folder.path(), 10));
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let first = stream(folder.path(), &server);
    first.start();
    assert!(server.wait_offered(1));
    let _ = first.close(Duration::ZERO);

    // The handle of the closed one is still there.
    let other = MemoryServer::new();
    let second = stream(folder.path(), &other);
    second.start();
    wait_until("the others are there", || other.taken().len() >= 30);
    assert_eq!(first.stats().pending, first.stats().inherited.pending);
    drop(first);
    let _ = second.close(LONG);
}

#[test]
fn a_closed_stream_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    let stream = stream(folder.path(), &server);
    assert!(stream.close(LONG).is_complete());
    assert!(stream.send(named(0)).is_err());
    assert_eq!(files(folder.path()).len(), 0, "it has not even begun");

    let stream = self::stream(folder.path(), &server);
    stream.send(named(1)).unwrap();
    assert!(stream.close(LONG).is_complete());
    assert!(stream.send(named(2)).is_err());
    assert_eq!(segments(folder.path()).len(), 0);
}

#[test]
fn closing_while_the_first_record_is_sent_leaves_nothing_behind() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let server = MemoryServer::new();
        let stream = stream(folder.path(), &server);
        let (sent, outcome) = std::thread::scope(|scope| {
            let sending = scope.spawn(|| stream.send(named(0)));
            let outcome = stream.close(LONG);
            (sending.join().unwrap(), outcome)
        });
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(sent.is_ok(), server.taken().len() == 1);
        assert_eq!(segments(folder.path()).len(), 0);
    }
}
