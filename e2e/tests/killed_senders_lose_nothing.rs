//! `kill -9` of a process that sends: what it had accepted arrives all the same, sent by its successor.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::path::Path;
use std::time::Duration;

use tnt4_e2e::sink::{Act, Fault, Manner, Mood};
use tnt4_e2e::{Actor, Dice, Ending, Mode, Oracle, Shape, Sink};

const ACTOR: &str = env!("CARGO_BIN_EXE_actor");
const EVENTS: u64 = 10_000;
const KILLS: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends these events in a process and kills it, when the sink has as many copies as are wanted.
fn killed(sink: &Sink, oracle: &Oracle, state: &Path, count: u64, when: u64) {
    let from = oracle.issued();
    oracle.issued_elsewhere(count);
    let numbers = from..from + count;
    let kept = (Mode::Disk, state);
    let mut actor = Actor::start(ACTOR, sink, oracle.play(), numbers, Ending::Wait, kept);
    assert_eq!(actor.accepted(), count);
    assert!(
        sink.wait(PATIENCE, |book| book.copies() >= when),
        "nothing was sent"
    );
    actor.kill();
}

/// Runs a successor, which sends one event, until all have arrived.
fn succeeded(sink: &Sink, oracle: &Oracle, state: &Path) {
    let from = oracle.issued();
    oracle.issued_elsewhere(1);
    let (play, kept) = (oracle.play(), (Mode::Disk, state));
    let mut actor = Actor::start(ACTOR, sink, play, from..from + 1, Ending::Wait, kept);
    assert_eq!(actor.accepted(), 1);
    let all = sink.wait(PATIENCE, |book| book.different(play.id) == from + 1);
    let (_, said) = actor.finish();
    assert!(
        all,
        "{} of {} arrived; {said}",
        sink.book().different(play.id),
        from + 1
    );
    oracle.judge(sink);
}

#[test]
fn the_process_aborts_as_soon_as_it_has_sent() {
    let (mut sink, oracle) = (
        Sink::start(Manner::default()),
        Oracle::new(Dice::seed(), Shape::Varied),
    );
    let state = tempfile::tempdir().unwrap();
    sink.stop();
    oracle.issued_elsewhere(EVENTS);
    let (play, kept) = (oracle.play(), (Mode::Disk, state.path()));
    let mut actor = Actor::start(ACTOR, &sink, play, 0..EVENTS, Ending::Abort, kept);
    assert_eq!(actor.accepted(), EVENTS);
    assert!(!actor.finish().0.success());
    sink.start_again();
    succeeded(&sink, &oracle, state.path());
}

/// Successors that are killed in the middle of their work have successors.
#[test]
fn every_successor_is_killed_after_some_more() {
    let seed = Dice::seed();
    let mut dice = Dice::new(seed);
    let (sink, oracle) = (Sink::start(Manner::default()), Oracle::new(seed, Shape::Varied));
    let state = tempfile::tempdir().unwrap();
    let mut when = 0;
    for _ in 0..KILLS {
        when = sink.book().copies().max(when) + dice.within(1..EVENTS / KILLS);
        killed(&sink, &oracle, state.path(), EVENTS / KILLS, when);
    }
    succeeded(&sink, &oracle, state.path());
    let (book, all) = (sink.book(), oracle.issued());
    eprintln!("{KILLS} kills: {all} events, {} copies", book.copies());
    // Each may have had one batch on its way whose answers nobody read.
    assert!(
        book.copies() < all + KILLS * 1_024,
        "what had arrived was sent again"
    );
}

#[test]
fn what_was_left_goes_once_however_many_successors_there_are() {
    let (mut sink, oracle) = (
        Sink::start(Manner::default()),
        Oracle::new(Dice::seed(), Shape::Varied),
    );
    let state = tempfile::tempdir().unwrap();
    sink.stop();
    for _ in 0..4 {
        killed(&sink, &oracle, state.path(), EVENTS / 4, 0);
    }
    sink.start_again();
    let (play, kept, from) = (oracle.play(), (Mode::Disk, state.path()), oracle.issued());
    oracle.issued_elsewhere(4);
    let mut actors: Vec<Actor> = (from..from + 4)
        .map(|number| Actor::start(ACTOR, &sink, play, number..number + 1, Ending::Wait, kept))
        .collect();
    let all = sink.wait(PATIENCE, |book| book.different(play.id) == from + 4);
    let said: Vec<String> = actors.iter_mut().map(|actor| actor.finish().1).collect();
    assert!(all, "{} arrived; {said:?}", sink.book().different(play.id));
    oracle.judge(&sink);
    assert_eq!(sink.book().copies(), from + 4, "{said:?}");
}

#[test]
fn ten_thousand_queued_and_the_server_down() {
    for many in [false, true] {
        let manner = Manner {
            many,
            ..Manner::default()
        };
        let (mut sink, oracle) = (Sink::start(manner), Oracle::new(Dice::seed(), Shape::Varied));
        let state = tempfile::tempdir().unwrap();
        sink.stop();
        killed(&sink, &oracle, state.path(), EVENTS, 0);
        sink.start_again();
        succeeded(&sink, &oracle, state.path());
        let book = sink.book();
        let lines = &book.lines(oracle.play().id)[..EVENTS as usize];
        assert!(
            lines.is_sorted_by_key(|line| line.turn),
            "in the order of one producer"
        );
    }
}

#[test]
fn the_server_had_the_body_and_nobody_read_the_answer() {
    for many in [false, true] {
        let manner = Manner {
            many,
            ..Manner::default()
        };
        let (sink, oracle) = (Sink::start(manner), Oracle::new(Dice::seed(), Shape::Varied));
        let state = tempfile::tempdir().unwrap();
        sink.set_mood(Mood::Records(Fault::keeping(Act::Silence)));
        killed(&sink, &oracle, state.path(), EVENTS, 1);
        sink.set_mood(Mood::Well);
        let taken = taken(&sink, &oracle);
        succeeded(&sink, &oracle, state.path());
        // The oracle has seen that copies are alike; that there are copies is for us to see.
        let book = sink.book();
        let lines = book.lines(oracle.play().id);
        let again = taken.iter().all(|number| lines[*number].copies > 1);
        assert!(again, "what was not acknowledged goes again");
    }
}

/// The numbers of the events that the sink has.
fn taken(sink: &Sink, oracle: &Oracle) -> Vec<usize> {
    let book = sink.book();
    let lines = book.lines(oracle.play().id).iter().enumerate();
    lines
        .filter(|(_, line)| line.copies > 0)
        .map(|(number, _)| number)
        .collect()
}
