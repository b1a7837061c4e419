//! A disk without room costs neither records that memory can hold nor time; and once there is room again it is used.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::{LONG, Spoken, named, on_disk};
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Dropped, Spool};

/// A file system in memory of four mebibytes; it is gone with this value.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where only others may mount.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=0700", "none"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(SmallDisk(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).output();
    }
}

#[test]
fn memory_takes_what_the_disk_does_not_until_it_does() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: only root can mount a small disk");
        return;
    };
    let server = MemoryServer::new();
    server.script([Step::Hold]);
    let spoken = Spoken::new("full-disk");
    let stream = on_disk(disk.path())
        .transport(server.transport())
        .diagnostics(spoken.diagnostics())
        .queue_bytes(2 << 20)
        .build()
        .unwrap();
    let text = "x".repeat(1000);
    let (mut accepted, mut refused, mut worst) = (0, 0, Duration::ZERO);
    // More than disk and memory hold together. It takes its time, so that the disk is asked again and again.
    while refused < 100 && accepted < 100_000 {
        let start = Instant::now();
        match stream.send(named(accepted).message(&text)) {
            Ok(()) => accepted += 1,
            Err(reason) => {
                assert_eq!(reason, Dropped::QueueFull);
                refused += 1;
            }
        }
        worst = worst.max(start.elapsed());
    }
    // Some three mebibytes of segments, and nine tenths of what memory may hold.
    assert!((3_000..8_000).contains(&accepted), "{accepted}");
    assert!(worst < Duration::from_secs(1), "{worst:?}");
    let stats = stream.stats();
    assert_eq!(stats.dropped.by(Dropped::QueueFull), refused);
    assert_eq!(
        (stats.enqueued, stats.pending),
        (accepted as u64 + refused, accepted as u64)
    );
    let complaints = |spoken: &Spoken| {
        let lines = spoken.lines();
        lines
            .iter()
            .filter(|line| line.contains("kept in memory"))
            .count()
    };
    assert_eq!(complaints(&spoken), 1, "{:?}", spoken.lines());

    // What is acknowledged is removed, which needs no room.
    server.release();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(server.taken().len(), accepted);
    let until = Instant::now() + LONG;
    while !spoken
        .lines()
        .iter()
        .any(|line| line.contains("takes records again"))
    {
        assert!(Instant::now() < until, "{:?}", spoken.lines());
        let _ = stream.send(named(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(stream.close(LONG).is_complete());
    assert_eq!(complaints(&spoken), 1, "{:?}", spoken.lines());
}

#[test]
fn a_place_that_is_none_is_taken_once_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("state");
    std::fs::write(&place, "a file").unwrap();
    let server = MemoryServer::new();
    let spoken = Spoken::new("no-place");
    let stream = support::quiet()
        .spool(Spool::disk().state_folder(&place))
        .transport(server.transport())
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    let lines = spoken.lines();
    assert!(
        lines.len() == 1 && lines[0].contains("kept in memory only"),
        "{lines:?}"
    );

    std::fs::remove_file(&place).unwrap();
    let until = Instant::now() + LONG;
    while !spoken
        .lines()
        .iter()
        .any(|line| line.contains("takes records again"))
    {
        assert!(Instant::now() < until, "{:?}", spoken.lines());
        let _ = stream.send(named(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(place.join("spool").is_dir());
    assert!(stream.close(LONG).is_complete());
}
