//! The end of the process that sent: nothing is lost where the handle is dropped, and with a spool in no case,
//! once another process has sent to the same destination.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::time::{Duration, Instant};

use tnt4_e2e::sink::{Act, Fault, Manner, Mood};
use tnt4_e2e::{Actor, Dice, Ending, Mode, Oracle, Shape, Sink};

const ACTOR: &str = env!("CARGO_BIN_EXE_actor");
const EVENTS: u64 = 200;
const ENDINGS: [Ending; 5] = [
    Ending::Return,
    Ending::Exit,
    Ending::Panic,
    Ending::Abort,
    Ending::Leak,
];
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_handle_that_is_dropped_delivers() {
    for mode in Mode::ALL {
        for ending in [Ending::Return, Ending::Panic] {
            let (sink, oracle) = (
                Sink::start(Manner::default()),
                Oracle::new(Dice::seed(), Shape::Varied),
            );
            let state = tempfile::tempdir().unwrap();
            let kept = (mode, state.path());
            let mut actor = Actor::start(ACTOR, &sink, oracle.play(), 0..EVENTS, ending, kept);
            assert_eq!(actor.accepted(), EVENTS);
            oracle.issued_elsewhere(EVENTS);
            let (status, _) = actor.finish();
            assert_eq!(status.success(), ending == Ending::Return, "{ending:?}");
            oracle.judge(&sink);
        }
    }
}

#[test]
fn with_a_spool_every_end_is_a_good_one() {
    for ending in ENDINGS {
        let (mut sink, oracle) = (
            Sink::start(Manner::default()),
            Oracle::new(Dice::seed(), Shape::Varied),
        );
        // Nothing is delivered before the end.
        sink.stop();
        let state = tempfile::tempdir().unwrap();
        let kept = (Mode::Disk, state.path());
        let mut actor = Actor::start(ACTOR, &sink, oracle.play(), 0..EVENTS, ending, kept);
        assert_eq!(actor.accepted(), EVENTS);
        let start = Instant::now();
        actor.finish();
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{ending:?} took {:?}",
            start.elapsed()
        );
        oracle.issued_elsewhere(EVENTS + 1);

        sink.start_again();
        let play = oracle.play();
        let mut successor = Actor::start(ACTOR, &sink, play, EVENTS..EVENTS + 1, Ending::Wait, kept);
        assert_eq!(successor.accepted(), 1);
        let all = sink.wait(PATIENCE, |book| book.different(play.id) == EVENTS + 1);
        let (_, said) = successor.finish();
        assert!(
            all,
            "{ending:?}: {} arrived; {said}",
            sink.book().different(play.id)
        );
        oracle.judge(&sink);
    }
}

#[test]
fn one_event_and_an_immediate_end() {
    for mode in Mode::ALL {
        let (sink, oracle) = (
            Sink::start(Manner::default()),
            Oracle::new(Dice::seed(), Shape::Plain),
        );
        sink.set_mood(Mood::Each(Fault::keeping(Act::Late(Duration::from_millis(300)))));
        let state = tempfile::tempdir().unwrap();
        let start = Instant::now();
        let kept = (mode, state.path());
        let mut actor = Actor::start(ACTOR, &sink, oracle.play(), 0..1, Ending::Return, kept);
        assert_eq!(actor.accepted(), 1);
        oracle.issued_elsewhere(1);
        assert!(actor.finish().0.success());
        eprintln!(
            "{mode:?}: one event and the end of the process took {:?}",
            start.elapsed()
        );
        oracle.judge(&sink);
        assert_eq!(sink.book().copies(), 1, "delivered once, and heard of");
    }
}
