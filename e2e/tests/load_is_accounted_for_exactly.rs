//! 50,000 events a second for some seconds, to a server that is healthy, slow or down: every event is
//! delivered, pending or counted as dropped. Times are printed; on a machine that others use as well they
//! prove nothing.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::thread::sleep;
use std::time::{Duration, Instant};

use tnt4::{Diagnostics, Stream};
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Mode, Oracle, Shape, Sink};

const PRODUCERS: u32 = 2;
/// Each producer sends a volley, and then has time until the next.
const VOLLEY: u32 = 250;
const BETWEEN: Duration = Duration::from_millis(10);
/// Less than what is sent.
const ROOM: u64 = 8 << 20;
const DURATION: Duration = Duration::from_secs(2);

/// Sends, and says how it went.
fn load(what: &str, stream: &Stream, oracle: &Oracle) {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                let mut next = start;
                while next < start + DURATION && start.elapsed() < 2 * DURATION {
                    for _ in 0..VOLLEY {
                        // No outcome is wrong here: the oracle has heard it.
                        let _ = oracle.send(stream);
                    }
                    next += BETWEEN;
                    sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
    });
    let rate = oracle.issued() as f64 / start.elapsed().as_secs_f64();
    eprintln!(
        "{what}: {rate:.0} events/s, worst call {:?}, {:?}",
        oracle.worst_call(),
        stream.stats()
    );
}

fn stories(mode: Mode) {
    let lines = Manner {
        many: true,
        ..Manner::default()
    };
    let slow = Manner {
        rests: Some(Duration::from_millis(1)),
        ..lines
    };
    for (what, manner, is_up) in [
        ("healthy", lines, true),
        ("slow", slow, true),
        ("down", lines, false),
    ] {
        let state = tempfile::tempdir().unwrap();
        let mut sink = Sink::start(manner);
        if !is_up {
            sink.stop();
        }
        let stream = Stream::builder()
            .url(&sink.url())
            .queue_bytes(ROOM as usize)
            .spool(mode.spool(state.path()).bytes(ROOM))
            .report_drops(false)
            .diagnostics(Diagnostics::off())
            .build()
            .unwrap();
        let oracle = Oracle::new(Dice::seed(), Shape::Plain);
        load(&format!("{mode:?}, {what}"), &stream, &oracle);
        oracle.judge_with(&sink, &stream.stats());
        sink.start_again();
        sink.set_manner(lines);
        sink.reset_connections();
        let outcome = stream.flush(Duration::from_secs(60));
        assert!(outcome.is_complete(), "{outcome}");
        oracle.send_fresh(&stream, Duration::from_secs(60));
        oracle.judge_with(&sink, &stream.stats());
        assert_eq!(stream.stats().pending, 0);
    }
}

#[test]
fn kept_in_memory() {
    stories(Mode::Memory);
}

#[test]
fn kept_on_disk() {
    stories(Mode::Disk);
}
