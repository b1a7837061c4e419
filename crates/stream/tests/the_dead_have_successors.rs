//! What a stream leaves on disk, another to the same destination delivers: once, all of it, and only then is it gone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use support::{LONG, Spoken, expected_names, named, names, on_disk, segments, stream_on_disk};
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Dropped, Stream};

/// A stream to a server that takes nothing.
fn in_vain(folder: &Path) -> Stream {
    let server = MemoryServer::new();
    server.script((0..1000).map(|_| Step::Retry(None)));
    stream_on_disk(folder, &server)
}

#[test]
fn what_is_left_at_close_goes_with_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let first = in_vain(folder.path());
    for number in 0..1000 {
        first.send(named(number)).unwrap();
    }
    let outcome = first.close(Duration::ZERO);
    assert_eq!(
        (outcome.kept(), outcome.unacknowledged()),
        (1000, 1000),
        "{outcome}"
    );
    assert_eq!(first.stats().pending, 1000);
    assert_eq!(first.stats().dropped.by(Dropped::LeftAtClose), 0);

    let server = MemoryServer::new();
    let second = stream_on_disk(folder.path(), &server);
    second.send(named(1000)).unwrap();
    assert!(second.flush(LONG).is_complete());
    assert!(server.wait_offered(1001));
    let outcome = second.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    let mut taken = names(&server.taken());
    taken.retain(|name| name != "event-1000");
    assert_eq!(taken, expected_names(0..1000));
    let stats = second.stats();
    assert_eq!((stats.enqueued, stats.acknowledged, stats.pending), (1, 1001, 0));
    assert_eq!(
        (stats.inherited.adopted, stats.inherited.acknowledged),
        (1000, 1000)
    );
    assert_eq!(segments(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_start_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let first = in_vain(folder.path());
    first.send(named(0)).unwrap();
    let _ = first.close(Duration::ZERO);

    let server = MemoryServer::new();
    let second = stream_on_disk(folder.path(), &server);
    second.start();
    assert!(server.wait_offered(1));
    assert!(second.close(LONG).is_complete());
    assert_eq!(names(&server.taken()), expected_names(0..1));
}

#[test]
fn what_was_acknowledged_does_not_go_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.script(
        (0..700)
            .map(|_| Step::Take)
            .chain((0..1000).map(|_| Step::Retry(None))),
    );
    let first = stream_on_disk(folder.path(), &server);
    for number in 0..1000 {
        first.send(named(number)).unwrap();
    }
    assert!(server.wait_offered(701));
    assert_eq!(first.close(Duration::ZERO).kept(), 300);

    let server = MemoryServer::new();
    let second = stream_on_disk(folder.path(), &server);
    second.start();
    assert!(server.wait_offered(300));
    assert!(second.close(LONG).is_complete());
    assert_eq!(names(&server.taken()), expected_names(700..1000));
}

#[test]
fn a_backlog_of_many_segments_is_delivered_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let first = in_vain(folder.path());
    let text = "x".repeat(1000);
    for number in 0..20_000 {
        first.send(named(number).message(&text)).unwrap();
    }
    assert_eq!(first.close(Duration::ZERO).kept(), 20_000);
    assert!(segments(folder.path()).len() > 3);

    let server = MemoryServer::new();
    let second = stream_on_disk(folder.path(), &server);
    second.start();
    assert!(server.wait_offered(20_000));
    assert!(second.close(LONG).is_complete());
    let taken: std::collections::BTreeSet<String> = names(&server.taken()).into_iter().collect();
    assert_eq!(taken, expected_names(0..20_000).into_iter().collect());
    assert_eq!(segments(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_closed_stream_lets_go_of_what_it_has_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut handles = Vec::new();
    for number in 0..6 {
        let stream = in_vain(folder.path());
        stream.send(named(number)).unwrap();
        handles.push(stream);
    }
    for stream in &handles {
        assert_eq!(stream.close(Duration::ZERO).kept(), 1);
    }
    let server = MemoryServer::new();
    server.script((0..1000).map(|_| Step::Retry(None)));
    let idle = stream_on_disk(folder.path(), &server);
    idle.start();
    assert!(server.wait_offered(1));
    assert!(idle.close(LONG).is_complete());

    let server = MemoryServer::new();
    let last = stream_on_disk(folder.path(), &server);
    last.start();
    assert!(server.wait_offered(6));
    assert!(last.close(LONG).is_complete());
    assert_eq!(names(&server.taken()).len(), 6);
}

/// Leaves so many folders, with a record each.
fn leave_folders(folder: &Path, count: usize) {
    // All at once, or each would inherit from those before it.
    let streams: Vec<Stream> = (0..count).map(|_| in_vain(folder)).collect();
    for (number, stream) in streams.iter().enumerate() {
        stream.send(named(number)).unwrap();
    }
    for stream in &streams {
        assert_eq!(stream.close(Duration::ZERO).kept(), 1);
    }
}

/// Waits until all that can be inherited is delivered.
fn wait_inherited(stream: &Stream) {
    let begun = std::time::Instant::now();
    while stream.stats().inherited.more || stream.stats().inherited.pending > 0 {
        assert!(begun.elapsed() < LONG, "{:?}", stream.stats());
        std::thread::yield_now();
    }
}

#[test]
fn many_folders_are_taken_over_without_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    leave_folders(folder.path(), 40);
    let server = MemoryServer::new();
    let stream = stream_on_disk(folder.path(), &server);
    stream.start();
    wait_inherited(&stream);
    assert!(stream.close(LONG).is_complete());
    let mut taken = names(&server.taken());
    taken.sort();
    let mut wanted = expected_names(0..40);
    wanted.sort();
    assert_eq!(taken, wanted);
}

#[test]
fn what_cannot_be_read_here_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    leave_folders(folder.path(), 6);
    let others = segments(folder.path());
    for segment in &others {
        let mut bytes = std::fs::read(segment).unwrap();
        // Another version, and the checksum of the header that goes with it.
        bytes[8] = 2;
        let checksum = crc32c::crc32c(&bytes[..44]).to_le_bytes();
        bytes[44..48].copy_from_slice(&checksum);
        std::fs::write(segment, bytes).unwrap();
    }
    let spoken = Spoken::new("other-version");
    let server = MemoryServer::new();
    let stream = on_disk(folder.path())
        .diagnostics(spoken.diagnostics())
        .transport(server.transport())
        .build()
        .unwrap();
    stream.start();
    wait_inherited(&stream);
    assert!(stream.close(LONG).is_complete());
    assert_eq!(server.taken(), Vec::<String>::new());
    let said = spoken.lines();
    assert_eq!(
        said.iter().filter(|line| line.contains("version 2")).count(),
        6,
        "{said:?}"
    );
    assert_eq!(segments(folder.path()).len(), others.len());
}
