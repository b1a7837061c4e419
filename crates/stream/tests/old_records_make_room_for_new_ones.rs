//! A stream that drops the oldest keeps the newest, in memory and on disk, while the server takes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{
    AFTER_OUTAGE, assert_adds_up, assert_within, named, names, on_disk, quiet, segments, wait_until,
    without_back_off,
};
use tnt4::testing::MemoryServer;
use tnt4::{Builder, Dropped, Overflow, Spool, Stats};

const TEXT: usize = 1000;

/// Sends so many during an outage, and returns what arrived after it, and the numbers.
fn after_an_outage(builder: Builder, count: usize, after_each: impl Fn()) -> (Vec<String>, Stats) {
    let server = MemoryServer::new();
    server.set_down(true);
    let builder = without_back_off(
        builder
            .transport(server.transport())
            .overflow(Overflow::DropOldest),
    );
    let stream = builder.build().unwrap();
    for number in 0..count {
        let _ = stream.send(named(number).message("x".repeat(TEXT)));
        after_each();
        assert_adds_up(&stream.stats());
    }
    server.set_down(false);
    // It tells what was lost.
    let _ = stream.flush(AFTER_OUTAGE);
    let outcome = stream.close(AFTER_OUTAGE);
    assert!(outcome.is_complete(), "{outcome}");
    let stats = stream.stats();
    assert_adds_up(&stats);
    (names(&server.taken()), stats)
}

#[track_caller]
fn assert_newest(taken: &[String], stats: &Stats, count: usize, at_least: usize) {
    assert_eq!(stats.dropped.by(Dropped::QueueFull), 0, "{stats:?}");
    assert_eq!(
        taken.len() as u64,
        stats.enqueued - stats.dropped.by(Dropped::Evicted)
    );
    assert!(taken.len() >= at_least, "{} of {count}", taken.len());
    let newest = (count - at_least + 100..count).map(|number| format!("event-{number}"));
    for name in newest {
        assert!(taken.contains(&name), "{name} is missing among the newest");
    }
}

#[test]
fn in_memory() {
    // Room for about 280 of them.
    let builder = quiet()
        .queue_bytes(400_000)
        .batch(10, 4096, std::time::Duration::ZERO);
    let (taken, stats) = after_an_outage(builder, 2000, || {});
    assert_newest(&taken, &stats, 2000, 200);
}

#[test]
fn on_disk_where_the_oldest_are_evicted() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::disk().state_folder(folder.path()).bytes(1 << 20);
    let builder = on_disk(folder.path())
        .spool(spool)
        .batch(10, 4096, std::time::Duration::ZERO);
    let place = folder.path().join("spool");
    let (taken, stats) = after_an_outage(builder, 4000, || assert_within(&place, 1 << 20));
    assert!(stats.dropped.by(Dropped::Evicted) > 0, "{stats:?}");
    assert_newest(&taken, &stats, 4000, 400);
    wait_until("all is removed", || segments(&place).is_empty());
}
