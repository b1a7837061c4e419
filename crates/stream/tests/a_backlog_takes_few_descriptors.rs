//! A backlog of any number of segments takes a handful of descriptors: while nothing can be delivered, and while it is.
//!
//! The only test of this program, as it counts what the whole process has open.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(target_os = "linux")]

mod support;

use std::fs;

use support::{AFTER_OUTAGE, assert_adds_up, files, named, on_disk, segments, wait_until, without_back_off};
use tnt4::testing::MemoryServer;

/// What a stream may have open.
const FEW: usize = 8;

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn however_many_segments_wait() {
    let folder = tempfile::tempdir().unwrap();
    let before = descriptors();
    let server = MemoryServer::new();
    server.set_down(true);
    // What memory takes while the disk takes nothing becomes many short files.
    let builder = on_disk(folder.path())
        .transport(server.transport())
        .queue_bytes(256 << 10);
    let stream = without_back_off(builder).build().unwrap();
    stream.send(named(0)).unwrap();
    let lock = files(folder.path())
        .into_iter()
        .find(|path| path.ends_with("lock"))
        .unwrap();
    let mut sent = 1;
    while segments(folder.path()).len() < 120 {
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        while stream.stats().in_memory < 150 {
            stream.send(named(sent).message("x".repeat(1000))).unwrap();
            sent += 1;
        }
        fs::remove_dir(&lock).unwrap();
        wait_until("memory is in files", || stream.stats().in_memory == 0);
    }
    let waiting = descriptors() - before;
    assert!(waiting <= FEW, "{waiting} open for what waits");

    server.set_down(false);
    let mut most = 0;
    wait_until("all is delivered", || {
        most = most.max(descriptors() - before);
        stream.stats().pending == 0
    });
    assert!(most <= FEW, "{most} open while it is delivered");
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(server.taken().len(), sent);
    assert_adds_up(&stream.stats());
    assert_eq!(descriptors(), before);
}
