//! A stream that has delivered 160,000 events takes no more memory than one that has delivered 40,000: what is
//! settled is given back. No faults, no chance: the storm tells the rest.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::time::Duration;

use tnt4::Stream;
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Mode, Oracle, Shape, Sink, Vitals};

const ROUNDS: usize = 8;
/// Until then, buffers and segments grow to their size.
const EARLY: usize = 2;
/// Each of some 300 bytes: together, a round is 6 MB.
const EVENTS: usize = 20_000;
/// Two of the largest segments may be mapped at one moment, and none at another.
const GROWTH: u64 = 18 << 20;

fn sizes(mode: Mode) {
    let state = tempfile::tempdir().unwrap();
    let sink = Sink::start(Manner {
        many: true,
        ..Manner::default()
    });
    let builder = Stream::builder().url(&sink.url()).spool(mode.spool(state.path()));
    let stream = builder.build().unwrap();
    let oracle = Oracle::new(Dice::seed(), Shape::Plain);
    let mut sizes = Vec::new();
    for _ in 0..ROUNDS {
        for number in 0..EVENTS {
            oracle.send(&stream).unwrap();
            if number % 1_000 == 0 {
                assert!(stream.flush(Duration::from_secs(30)).is_complete());
            }
        }
        let Some(vitals) = Vitals::own() else {
            eprintln!("skipped: this system does not tell what a process takes");
            return;
        };
        sizes.push(vitals.resident - sink.book().size());
    }
    eprintln!("{mode:?}: {sizes:?}");
    assert!(
        sizes[ROUNDS - 1] <= sizes[EARLY - 1] + GROWTH,
        "{mode:?}: {sizes:?}"
    );
    assert!(stream.flush(Duration::from_secs(30)).is_complete());
    oracle.judge_with(&sink, &stream.stats());
}

/// In one test, for two at a time would be looking at the same memory.
#[test]
fn in_memory_and_on_disk() {
    Mode::ALL.into_iter().for_each(sizes);
}
