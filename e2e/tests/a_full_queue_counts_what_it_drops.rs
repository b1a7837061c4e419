//! Sixteen threads send into a queue that is full, for its server is gone: what is dropped is what callers
//! were told, to the event, and what is accepted arrives once the server is back.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::sync::Barrier;
use std::time::{Duration, Instant};

use tnt4::{Diagnostics, Dropped, Stream};
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Mode, Oracle, Shape, Sink};

const PRODUCERS: usize = 16;
const EVENTS: usize = 2_000;
const ROOM: u64 = 1 << 20;

#[test]
fn sixteen_producers_and_a_full_memory() {
    fill(Mode::Memory);
}

#[test]
fn sixteen_producers_and_a_full_spool() {
    fill(Mode::Disk);
}

/// All that the producers send takes several times the room.
fn fill(mode: Mode) {
    let state = tempfile::tempdir().unwrap();
    let mut sink = Sink::start(Manner::default());
    sink.stop();
    let stream = Stream::builder()
        .url(&sink.url())
        .queue_bytes(ROOM as usize)
        .spool(mode.spool(state.path()).bytes(ROOM))
        .report_drops(false)
        .diagnostics(Diagnostics::off())
        .build()
        .unwrap();
    let oracle = Oracle::new(Dice::seed(), Shape::Plain);
    let together = Barrier::new(PRODUCERS);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                together.wait();
                for _ in 0..EVENTS {
                    let outcome = oracle.send(&stream);
                    assert!(matches!(outcome, Ok(()) | Err(Dropped::QueueFull)), "{outcome:?}");
                    let stats = stream.stats();
                    assert_eq!(
                        stats.enqueued,
                        stats.acknowledged + stats.dropped.total() + stats.pending
                    );
                }
            });
        }
    });
    eprintln!(
        "{} calls in {:?}, the worst {:?}",
        oracle.issued(),
        start.elapsed(),
        oracle.worst_call()
    );
    let stats = stream.stats();
    let refused = oracle.refused(Dropped::QueueFull);
    assert_eq!(
        (stats.enqueued, stats.dropped.total()),
        ((PRODUCERS * EVENTS) as u64, refused)
    );
    assert_eq!(stats.pending, stats.enqueued - refused);
    assert!(refused > 0 && stats.pending > 0, "{stats:?}");

    sink.start_again();
    assert!(stream.flush(Duration::from_secs(60)).is_complete());
    oracle.send_fresh(&stream, Duration::from_secs(60));
    oracle.judge_with(&sink, &stream.stats());
    // Nobody was there to be waited for.
    assert!(
        oracle.worst_call() < Duration::from_secs(1),
        "{:?}",
        oracle.worst_call()
    );
}
