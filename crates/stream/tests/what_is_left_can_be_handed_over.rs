//! What dead streams left, and what a server rejected, can be delivered under another token and to another server.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{LONG, Reply, Server, expected_names, named, names, quiet, secret};
use tnt4::Stream;
use tnt4::spools::{Destination, Resender, Resent, Selection, Spools};

const NEVER: &dyn Fn() -> bool = &|| false;

fn stream(folder: &Path, server: &Server, token: &str) -> Stream {
    let spools = Spools::at(folder);
    quiet()
        .url(&server.url())
        .token(secret(token))
        .spool(spools.spool())
        .build()
        .unwrap()
}

/// A server that has no time.
fn busy() -> Server {
    Server::start(|request| Reply::status(if request.is_access() { 200 } else { 503 }))
}

fn destinations(folder: &Path) -> Vec<Destination> {
    Spools::at(folder).destinations().unwrap()
}

fn wait_inherited(stream: &Stream) {
    let begun = std::time::Instant::now();
    loop {
        let inherited = stream.stats().inherited;
        if inherited.pending == 0 && !inherited.more {
            return;
        }
        assert!(begun.elapsed() < LONG, "{inherited:?}");
        std::thread::yield_now();
    }
}

/// Sends the letters of a stream that has been dropped, as soon as its last thread has let go of them.
fn resend_patiently(through: &Stream, folder: &Path, patience: Duration) -> Resent {
    let begun = std::time::Instant::now();
    loop {
        let mut resender = Resender::new(through, patience, NEVER).unwrap();
        resender.resend(&destinations(folder)[0]).unwrap();
        let resent = resender.finish();
        if resent.alive == 0 {
            return resent;
        }
        assert!(begun.elapsed() < LONG, "{resent:?}");
    }
}

#[test]
fn what_was_taken_under_one_token_goes_under_another() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (busy(), Server::of_objects());
    for batch in 0..3 {
        let dead = stream(folder.path(), &old, "the-old-token");
        for number in 0..10 {
            dead.send(named(batch * 10 + number)).unwrap();
        }
        assert_eq!(dead.close(Duration::ZERO).kept(), 10);
    }
    let alive = stream(folder.path(), &old, "the-old-token-of-another");
    alive.send(named(99)).unwrap();
    let to = stream(folder.path(), &new, "the-new-token");
    let (mut streams, mut living) = (0, 0);
    for from in destinations(folder.path()) {
        assert_eq!(from.address(), old.url());
        assert!(!from.is_for(&to) && from.is_for(&alive));
        let moved = Spools::at(folder.path()).hand_over(&from, &to).unwrap();
        assert_eq!(moved.problems, Vec::<String>::new());
        streams += moved.streams;
        living += moved.alive;
    }
    assert_eq!((streams, living), (3, 1));
    to.start();
    wait_inherited(&to);
    assert!(to.close(LONG).is_complete());
    let mut arrived = names(&new.records());
    arrived.sort();
    let mut wanted = expected_names(0..30);
    wanted.sort();
    assert_eq!(arrived, wanted);
    assert!(
        new.seen()
            .iter()
            .all(|request| request.header("X-API-Key") == Some("the-new-token"))
    );
    let _ = alive.close(Duration::ZERO);
}

#[test]
fn a_stream_in_memory_takes_nothing_over() {
    let folder = tempfile::tempdir().unwrap();
    let server = busy();
    let dead = stream(folder.path(), &server, "a-token");
    dead.send(named(0)).unwrap();
    let _ = dead.close(Duration::ZERO);
    let from = destinations(folder.path()).remove(0);
    let to = quiet().url(&server.url()).build().unwrap();
    let error = Spools::at(folder.path()).hand_over(&from, &to).unwrap_err();
    assert!(error.to_string().contains("in memory"), "{error}");
}

#[test]
fn letters_that_arrive_are_dead_no_more_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let strict = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&strict);
    let server = Server::start(move |request| {
        let never = request.body.contains("event-3\"");
        let bad = asked.load(Ordering::SeqCst) && !request.body.contains("event-0\"");
        match (request.is_access(), never || bad) {
            (true, _) => Reply::status(200),
            (false, true) => Reply::new(422, "", "not this one"),
            (false, false) => Reply::status(202),
        }
    });
    let dead = stream(folder.path(), &server, "a-token");
    for number in 0..6 {
        dead.send(named(number)).unwrap();
    }
    assert_eq!(dead.flush(LONG).rejected(), 5);
    // What is settled is written down a moment later.
    let begun = std::time::Instant::now();
    while destinations(folder.path())[0].survey().unwrap().streams[0].records > 0 {
        assert!(begun.elapsed() < LONG);
    }
    let with_letters = Selection {
        dead_letters: true,
        ..Selection::default()
    };
    let letters = || {
        let mut output = Vec::new();
        let destination = destinations(folder.path()).remove(0);
        let _ = destination.export(with_letters, &mut output).unwrap();
        let lines: Vec<String> = String::from_utf8(output)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        lines
    };
    let before = letters();
    assert_eq!(names(&before), expected_names(1..6));
    strict.store(false, Ordering::SeqCst);

    let resend = || {
        let through = stream(folder.path(), &server, "another-token");
        let mut resender = Resender::new(&through, LONG, NEVER).unwrap();
        resender.resend(&destinations(folder.path())[0]).unwrap();
        resender.finish()
    };
    let resent = resend();
    assert_eq!((resent.arrived, resent.alive), (0, 1), "its owner lives");
    drop(dead);
    let seen = server.records().len();
    let resent = resend();
    assert_eq!(
        (resent.arrived, resent.rejected, resent.left),
        (4, 1, 0),
        "{resent:?}"
    );
    assert!(resent.problem.unwrap().contains("not this one"));
    assert_eq!(server.records()[seen..], before, "the same bytes");
    assert_eq!(letters(), before[2..3]);
    let survey = destinations(folder.path())[0].survey().unwrap();
    assert_eq!((survey.dead_letters.files, survey.dead_letters.records), (1, 1));

    let resent = resend();
    assert_eq!(
        (resent.arrived, resent.rejected, resent.left),
        (0, 1, 0),
        "{resent:?}"
    );
    assert_eq!(letters(), before[2..3]);
}

#[test]
fn a_refusal_leaves_all_letters() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|request| Reply::status(if request.is_access() { 200 } else { 400 }));
    let dead = stream(folder.path(), &server, "a-token");
    dead.send(named(0)).unwrap();
    assert_eq!(dead.close(LONG).rejected(), 1);
    drop(dead);
    let refusing = Server::start(|_| Reply::status(401));
    let through = stream(folder.path(), &refusing, "a-token");
    let resent = resend_patiently(&through, folder.path(), LONG);
    let destination = destinations(folder.path()).remove(0);
    assert_eq!((resent.arrived, resent.rejected, resent.left), (0, 0, 1));
    assert!(resent.problem.unwrap().contains("unauthorized"));
    assert_eq!(destination.survey().unwrap().dead_letters.records, 1);
}

#[test]
fn patience_may_be_endless() {
    let folder = tempfile::tempdir().unwrap();
    let rejecting = Server::start(|request| Reply::status(if request.is_access() { 200 } else { 422 }));
    let dead = stream(folder.path(), &rejecting, "a-token");
    dead.send(named(0)).unwrap();
    assert_eq!(dead.close(LONG).rejected(), 1);
    drop(dead);
    let busy_at_first = Server::start(|request| match (request.connection, request.is_access()) {
        (0, false) => Reply::status(503),
        _ => Reply::status(202),
    });
    let through = quiet()
        .url(&busy_at_first.url())
        .connect_timeout(Duration::MAX)
        .answer_timeout(Duration::MAX)
        .build()
        .unwrap();
    let resent = resend_patiently(&through, folder.path(), Duration::MAX);
    assert_eq!((resent.arrived, resent.left), (1, 0), "{resent:?}");
}
