//! A process that inherits a large backlog: it delivers at once, stays small, opens few segments at a time,
//! and accepts new events meanwhile.
//!
//! The backlog has 200 MiB; `TNT4_BACKLOG_MIB` says otherwise.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::time::{Duration, Instant};

use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Actor, Dice, Ending, Mode, Oracle, Shape, Sink, Vitals};

const ACTOR: &str = env!("CARGO_BIN_EXE_actor");
const MIB: u64 = 1 << 20;
/// The length of a message.
const LENGTH: usize = 16 << 10;
/// New events of the successor.
const NEW: u64 = 1_000;
/// How much larger than an idle process the successor may become.
const GROWTH: u64 = 64 * MIB;
const SEGMENTS: usize = 8;
/// How long the first event may take. What it takes is printed; this is for machines that do other work.
const FIRST: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(600);

fn backlog() -> u64 {
    std::env::var("TNT4_BACKLOG_MIB").map_or(160, |text| text.parse().expect("a number of MiB"))
}

#[test]
fn whatever_a_dead_process_left() {
    let mut sink = Sink::start(Manner {
        many: true,
        ..Manner::default()
    });
    sink.stop();
    let oracle = Oracle::new(Dice::seed(), Shape::Long(LENGTH));
    let play = oracle.play();
    let state = tempfile::tempdir().unwrap();
    let kept = (Mode::Disk, state.path());
    let old = backlog() * MIB / LENGTH as u64;

    let mut idle = Actor::start(ACTOR, &sink, play, 0..0, Ending::Wait, kept);
    assert_eq!(idle.accepted(), 0);
    let idle_size = Vitals::of(idle.id()).map_or(0, |vitals| vitals.peak);
    idle.finish();

    let mut actor = Actor::start(ACTOR, &sink, play, 0..old, Ending::Wait, kept);
    assert_eq!(actor.accepted(), old, "the bound is meant to be larger than that");
    actor.kill();

    sink.start_again();
    oracle.issued_elsewhere(old + NEW);
    let start = Instant::now();
    let mut successor = Actor::start(ACTOR, &sink, play, old..old + NEW, Ending::Wait, kept);
    assert!(sink.wait(PATIENCE, |book| book.copies() > 0), "nothing came");
    let first = start.elapsed();
    assert_eq!(successor.accepted(), NEW, "new events are accepted meanwhile");
    let mut segments = 0;
    // Looked at with each batch that comes.
    let all = sink.wait(PATIENCE, |book| {
        segments = segments.max(Vitals::of(successor.id()).map_or(0, |vitals| vitals.segments));
        book.different(play.id) == old + NEW
    });
    let peak = Vitals::of(successor.id()).map_or(0, |vitals| vitals.peak);
    let drained = start.elapsed();
    let (_, said) = successor.finish();
    assert!(
        all,
        "{} of {} arrived; {said}",
        sink.book().different(play.id),
        old + NEW
    );
    oracle.judge(&sink);
    eprintln!(
        "{} MiB: first event after {first:?}, all after {drained:?}; {} MiB at most, {} MiB idle; {segments} segments open",
        backlog(),
        peak / MIB,
        idle_size / MIB,
    );
    assert!(first < FIRST, "{first:?}");
    assert!(peak < idle_size + GROWTH, "{peak} bytes, {idle_size} idle");
    assert!(segments <= SEGMENTS, "{segments} segments open");
}
