//! The process has as many files open as it may when a backlog is to be read: that is waited out, and costs no record.
//!
//! The only test of this program, as it is the whole process that may open no more.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(target_os = "linux")]

mod support;

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{LONG, assert_adds_up, driven, expected_names, named, names, on_disk, segments, wait_until};
use tnt4::Spool;
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};

fn open_segments() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.extension().is_some_and(|extension| extension == "segment"))
        .count()
}

/// Lets the process open nothing more, whatever it closes; returns what it was allowed before.
fn open_nothing_more() -> Rlimit {
    let before = getrlimit(Resource::Nofile);
    // The numbers below are those of standard input and output.
    let current = Some(3);
    setrlimit(Resource::Nofile, Rlimit { current, ..before }).unwrap();
    before
}

#[test]
fn a_backlog_waits_until_files_can_be_opened() {
    let (folder, server) = (tempfile::tempdir().unwrap(), MemoryServer::new());
    server.script([Step::Hold]);
    let spool = Spool::disk().state_folder(folder.path()).bytes(4 << 20);
    let builder = on_disk(folder.path())
        .spool(spool)
        .transport(server.transport())
        .batch(10, 64 << 10, Duration::ZERO);
    let (stream, clock) = driven(builder);
    // While the server holds the first nothing more is read, so what becomes full is not opened again.
    stream.send(named(0)).unwrap();
    assert!(server.wait_offered(1));
    let mut sent = 1;
    wait_until("several are full, and closed", || {
        while segments(folder.path()).len() < 5 {
            stream.send(named(sent).message("x".repeat(1000))).unwrap();
            sent += 1;
        }
        // The open one, and the next.
        stream.stats().in_memory == 0 && open_segments() <= 2
    });

    let before = open_nothing_more();
    server.release();
    // The server takes everything: it is the file that is waited for.
    let wait = clock.expect(Wait::BackOff).unwrap();
    let stats = stream.stats();
    assert_eq!(stats.dropped.total(), 0, "{stats:?}");
    assert!(stats.pending > 0, "{stats:?}");
    setrlimit(Resource::Nofile, before).unwrap();
    clock.advance(wait);
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_adds_up(&stream.stats());
    assert_eq!(names(&server.taken()), expected_names(0..sent));
}
