//! `Spool::synchronous`: when `send` returns, the record is in a file, whatever else goes on; and a disk that takes
//! nothing keeps nobody waiting.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use support::{
    AFTER_OUTAGE, Spoken, assert_adds_up, files, named, on_disk, segments, wait_until, without_back_off,
};
use tnt4::testing::MemoryServer;
use tnt4::{Spool, Stream};

fn stream(folder: &Path, server: &MemoryServer, spoken: &Spoken) -> Stream {
    let spool = Spool::synchronous().state_folder(folder).bytes(16 << 20);
    let builder = on_disk(folder).spool(spool).transport(server.transport());
    without_back_off(builder)
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap()
}

fn numbers_on_disk(folder: &Path) -> BTreeSet<u64> {
    let mut numbers = BTreeSet::new();
    for path in segments(folder) {
        // It may just be on its way out.
        let file = std::fs::read(path).unwrap_or_default();
        numbers.extend(support::harm::places(&file).iter().map(|place| place.number));
    }
    numbers
}

#[test]
fn each_of_eight_threads_finds_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (server, spoken) = (MemoryServer::new(), Spoken::new("confirmed"));
    server.set_down(true);
    let stream = stream(folder.path(), &server, &spoken);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let stream = &stream;
            let folder = folder.path();
            scope.spawn(move || {
                for nth in 0..40 {
                    let number = thread * 1000 + nth;
                    // So that segments become full, and gaps are bridged, meanwhile.
                    let length = if nth % 10 == 9 { 100_000 } else { 100 };
                    stream.send(named(number).message("x".repeat(length))).unwrap();
                    if nth % 5 == 4 {
                        assert!(
                            numbers_on_disk(folder).contains(&(number as u64)),
                            "{number} is not in a file"
                        );
                    }
                }
            });
        }
    });
    let stats = stream.stats();
    assert_adds_up(&stats);
    assert_eq!((stats.enqueued, stats.pending, stats.in_memory), (320, 320, 0));
    server.set_down(false);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(server.taken().len(), 320);
    assert!(
        spoken.lines().iter().all(|line| !line.contains("disk")),
        "{:?}",
        spoken.lines()
    );
}

#[test]
fn a_disk_that_takes_nothing_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let (server, spoken) = (MemoryServer::new(), Spoken::new("unconfirmed"));
    server.set_down(true);
    let stream = stream(folder.path(), &server, &spoken);
    stream.send(named(0)).unwrap();
    let lock = files(folder.path())
        .into_iter()
        .find(|path| path.ends_with("lock"))
        .unwrap();
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    for number in 1..1000 {
        stream.send(named(number).message("x".repeat(1000))).unwrap();
    }
    assert!(stream.stats().in_memory > 0);
    let said = spoken
        .lines()
        .iter()
        .filter(|line| line.contains("kept in memory"))
        .count();
    assert_eq!(said, 1, "{:?}", spoken.lines());
    std::fs::remove_dir(&lock).unwrap();
    wait_until("memory is in files", || stream.stats().in_memory == 0);
    stream.send(named(1000)).unwrap();
    assert!(numbers_on_disk(folder.path()).contains(&1000));
    server.set_down(false);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
}

#[test]
fn a_close_lets_go_of_those_who_wait() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let (server, spoken) = (MemoryServer::new(), Spoken::new("closing"));
        server.set_down(true);
        let stream = stream(folder.path(), &server, &spoken);
        stream.send(named(0)).unwrap();
        let accepted: u64 = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..4)
                .map(|thread| {
                    let stream = &stream;
                    scope.spawn(move || {
                        (0..10)
                            .filter(|nth| stream.send(named(thread * 100 + nth)).is_ok())
                            .count()
                    })
                })
                .collect();
            let _ = stream.close(Duration::ZERO);
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap() as u64)
                .sum()
        });
        let stats = stream.stats();
        assert_adds_up(&stats);
        assert_eq!(stats.pending, accepted + 1, "all that was accepted stays on disk");
    }
}
