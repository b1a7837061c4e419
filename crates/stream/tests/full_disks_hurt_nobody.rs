//! A disk that is full, or is not there: sending neither fails nor waits for it, memory takes what it can, what is
//! delivered makes room, and when the disk is well again the stream goes back to it by itself, and says so.
//!
//! That needs small disks, which only root can have. Where there can be none, the tests say so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(target_os = "linux")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use support::{
    AFTER_OUTAGE, Spoken, assert_adds_up, files, named, names, on_disk, segments, wait_until,
    without_back_off,
};
use tempfile::TempDir;
use tnt4::testing::MemoryServer;
use tnt4::{Dropped, Overflow, Severity, Spool, Stream};

/// Far more than a call takes, and less than a wait for anything.
const NO_WAIT: Duration = Duration::from_millis(500);

/// A disk of a few megabytes, for as long as this lives.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=0700", "tnt4-test"])
            .arg(folder.path())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(SmallDisk(folder));
        }
        eprintln!("not tested: there can be no small disk here");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        assert!(std::fs::write(self.filler(), vec![1; 8 << 20]).is_err());
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn stream(folder: &Path, server: &MemoryServer, spoken: &Spoken) -> Stream {
    let builder = on_disk(folder)
        .transport(server.transport())
        .queue_bytes(512 << 10);
    without_back_off(builder)
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap()
}

/// Sends so many, none of which may take long. The names of those that were accepted.
#[track_caller]
fn send(stream: &Stream, numbers: std::ops::Range<usize>) -> Vec<String> {
    let mut accepted = Vec::new();
    for number in numbers {
        let severity = if number % 7 == 0 {
            Severity::Error
        } else {
            Severity::Info
        };
        let began = Instant::now();
        let sent = stream.send(named(number).severity(severity).message("x".repeat(900)));
        assert!(began.elapsed() < NO_WAIT, "{:?} for {number}", began.elapsed());
        match sent {
            Ok(()) => accepted.push(format!("event-{number}")),
            Err(reason) => assert_eq!(reason, Dropped::QueueFull),
        }
    }
    accepted
}

fn count(spoken: &Spoken, what: &str) -> usize {
    spoken.lines().iter().filter(|line| line.contains(what)).count()
}

#[test]
fn a_full_disk_is_bridged_by_memory_until_it_has_room() {
    let Some(disk) = SmallDisk::new() else { return };
    let (server, spoken) = (MemoryServer::new(), Spoken::new("full-disk"));
    server.set_down(true);
    let stream = stream(disk.path(), &server, &spoken);
    let mut accepted = send(&stream, 0..100);
    disk.fill();
    accepted.extend(send(&stream, 100..5000));
    let stats = stream.stats();
    assert_adds_up(&stats);
    assert!(
        stats.in_memory > 100 && stats.dropped.by(Dropped::QueueFull) > 1000,
        "{stats:?}"
    );
    assert_eq!(
        stats.enqueued - stats.dropped.by(Dropped::QueueFull),
        accepted.len() as u64
    );
    assert_eq!(
        count(&spoken, "kept in memory until the disk takes them"),
        1,
        "{:?}",
        spoken.lines()
    );

    disk.make_room();
    wait_until("memory is in files", || stream.stats().in_memory == 0);
    wait_until("it is said", || {
        count(&spoken, "the disk takes records again") == 1
    });
    accepted.extend(send(&stream, 5000..5100));
    assert!(accepted.ends_with(&["event-5099".to_owned()]));
    server.set_down(false);
    assert!(stream.flush(AFTER_OUTAGE).is_complete());
    assert!(
        names(&server.taken()) == accepted,
        "{} of {}",
        server.taken().len(),
        accepted.len()
    );
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_adds_up(&stream.stats());
    assert!(segments(disk.path()).is_empty());
    assert_eq!(
        count(&spoken, "kept in memory until the disk takes them"),
        1,
        "{:?}",
        spoken.lines()
    );
}

#[test]
fn what_is_acknowledged_leaves_a_full_disk() {
    let Some(disk) = SmallDisk::new() else { return };
    let (server, spoken) = (MemoryServer::new(), Spoken::new("acknowledging"));
    server.set_down(true);
    let stream = stream(disk.path(), &server, &spoken);
    let accepted = send(&stream, 0..1000);
    assert_eq!(accepted.len(), 1000);
    disk.fill();
    server.set_down(false);
    assert!(stream.flush(AFTER_OUTAGE).is_complete());
    assert!(
        names(&server.taken()) == accepted,
        "{} of {}",
        server.taken().len(),
        accepted.len()
    );
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(segments(disk.path()), Vec::<PathBuf>::new());
}

#[test]
fn what_the_dead_left_leaves_a_full_disk() {
    let Some(disk) = SmallDisk::new() else { return };
    let (server, spoken) = (MemoryServer::new(), Spoken::new("inheriting"));
    server.set_down(true);
    let first = stream(disk.path(), &server, &spoken);
    let accepted = send(&first, 0..1000);
    assert_eq!(first.close(Duration::ZERO).kept(), 1000);
    disk.fill();

    server.set_down(false);
    let second = stream(disk.path(), &server, &spoken);
    // There is not even room for a folder of its own, until something has left.
    second.start();
    disk.make_room();
    wait_until("all is delivered", || {
        second.stats().inherited.acknowledged == 1000
    });
    assert!(
        names(&server.taken()) == accepted,
        "{} of {}",
        server.taken().len(),
        accepted.len()
    );
    assert!(second.close(AFTER_OUTAGE).is_complete());
    assert_eq!(segments(disk.path()), Vec::<PathBuf>::new());
}

#[test]
fn the_oldest_make_room_on_a_full_disk_too() {
    let Some(disk) = SmallDisk::new() else { return };
    let (server, spoken) = (MemoryServer::new(), Spoken::new("oldest"));
    server.set_down(true);
    let spool = Spool::disk().state_folder(disk.path());
    let builder = on_disk(disk.path())
        .spool(spool)
        .transport(server.transport())
        .queue_bytes(256 << 10);
    let builder = builder
        .overflow(Overflow::DropOldest)
        .batch(10, 8192, Duration::ZERO);
    let stream = without_back_off(builder)
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap();
    let accepted = send(&stream, 0..10_000);
    assert_adds_up(&stream.stats());
    assert!(accepted.ends_with(&["event-9999".to_owned()]));
    server.set_down(false);
    let _ = stream.close(AFTER_OUTAGE);
    let stats = stream.stats();
    assert_adds_up(&stats);
    assert_eq!(
        stats.acknowledged,
        accepted.len() as u64 - stats.dropped.by(Dropped::Evicted)
    );
    assert!(names(&server.taken()).ends_with(&["event-9999".to_owned()]));
}

#[test]
fn a_place_that_cannot_be_had_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("state");
    std::fs::write(&place, "not a folder").unwrap();
    let (server, spoken) = (MemoryServer::new(), Spoken::new("no-place"));
    server.set_down(true);
    let stream = stream(&place, &server, &spoken);
    let mut accepted = send(&stream, 0..100);
    assert_eq!((accepted.len(), stream.stats().in_memory), (100, 100));
    assert_eq!(count(&spoken, "kept in memory only"), 1, "{:?}", spoken.lines());

    std::fs::remove_file(&place).unwrap();
    wait_until("memory is in files", || stream.stats().in_memory == 0);
    wait_until("it is said", || {
        count(&spoken, "the disk takes records again") == 1
    });
    accepted.extend(send(&stream, 100..200));
    assert!(files(&place).iter().any(|path| path.ends_with("owner")));
    server.set_down(false);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert!(
        names(&server.taken()) == accepted,
        "{} of {}",
        server.taken().len(),
        accepted.len()
    );
    assert_eq!(segments(&place), Vec::<PathBuf>::new());
    assert_eq!(
        spoken.lines().len(),
        2 + count(&spoken, "deliver"),
        "{:?}",
        spoken.lines()
    );
}
