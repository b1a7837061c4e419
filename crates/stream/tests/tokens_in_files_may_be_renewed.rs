//! A token that stands in a file is read again after it was refused; nothing is lost in between.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::{Arc, Mutex};

use support::{
    LONG, NO_LINGER, Reply, Server, driven, expected_names, first_problem, named, names, quiet, secret,
};
use tnt4::TokenSource;
use tnt4::clock::Wait;

/// A server that lets in who has the token that is valid now.
fn server(valid: &Arc<Mutex<&'static str>>) -> Server {
    let valid = Arc::clone(valid);
    Server::start(move |request| {
        let valid = *valid.lock().unwrap();
        let body = format!("<access-request><token>{valid}</token></access-request>");
        let is_valid =
            request.header("X-API-Key") == Some(valid) && (!request.is_access() || request.body == body);
        Reply::status(if is_valid { 200 } else { 401 })
    })
}

#[test]
fn a_renewed_token_is_used_after_the_pause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "the-old-token\n").unwrap();
    let valid = Arc::new(Mutex::new("the-old-token"));
    let server = server(&valid);
    let builder = quiet()
        .url(&server.url())
        .token(secret("never used"))
        .token_file(&path);
    let (stream, clock) = driven(builder.batch(1, 1000, NO_LINGER));
    for number in 0..1000 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());

    *valid.lock().unwrap() = "the-new-token";
    for number in 1000..1010 {
        stream.send(named(number)).unwrap();
    }
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!((stream.stats().acknowledged, stream.stats().pending), (1000, 10));
    // Whoever renews it may be slow, or between two steps.
    std::fs::remove_file(&path).unwrap();
    clock.advance(wait);
    let wait = clock.expect(Wait::BackOff).unwrap();
    let outcome = stream.flush(std::time::Duration::ZERO);
    let problem = outcome.problem().unwrap();
    assert!(
        problem.contains(path.to_str().unwrap()) && problem.contains("check path"),
        "{problem}"
    );
    std::fs::write(&path, "the-new-token").unwrap();
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    let mut arrived = names(&server.records());
    arrived.dedup();
    assert_eq!(arrived, expected_names(0..1010));
}

#[test]
fn the_source_that_was_named_last_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "from-file").unwrap();
    let valid = Arc::new(Mutex::new("given"));
    let server = server(&valid);
    let builder = || quiet().url(&server.url());
    for builder in [
        builder().token_file("/nowhere/token").token(secret("given")),
        builder()
            .token_file(&path)
            .token_source(TokenSource::parse("given").unwrap()),
    ] {
        let stream = builder.build().unwrap();
        stream.send(named(0)).unwrap();
        assert!(stream.flush(LONG).is_complete());
    }
    *valid.lock().unwrap() = "from-file";
    let source = TokenSource::parse(&format!("file://{}", path.display())).unwrap();
    let stream = builder()
        .token(secret("given"))
        .token_source(source)
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn a_file_without_a_token_says_so_and_keeps_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let server = Server::of_objects();
    for (content, words) in [("", "is empty"), ("canary\nbird", "line break")] {
        std::fs::write(&path, content).unwrap();
        let problem = first_problem(quiet().url(&server.url()).token_file(&path));
        assert!(
            problem.contains(words) && problem.contains(path.to_str().unwrap()),
            "{problem}"
        );
        assert!(!problem.contains("canary"), "{problem}");
    }
    assert!(server.seen().is_empty());
}
