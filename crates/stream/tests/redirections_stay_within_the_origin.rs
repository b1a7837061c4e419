//! A redirection within the origin is followed and remembered; any other is an address to be corrected: everything is
//! kept, and the token goes nowhere.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{
    LONG, NO_LINGER, Reply, Request, Server, driven, expected_names, first_problem, named, names, quiet,
    secret,
};
use tnt4::Stream;
use tnt4::clock::Wait;

fn path(request: &Request) -> &str {
    request.head.split(' ').nth(1).unwrap()
}

fn redirect(status: u16, to: &str) -> Reply {
    Reply::new(status, &format!("Location: {to}\r\n"), "")
}

fn send(stream: &Stream, numbers: std::ops::Range<usize>) {
    for number in numbers {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
}

#[test]
fn the_new_path_is_asked_and_remembered() {
    for status in [307, 308] {
        let server = Server::start(move |request| match path(request) {
            "/" => redirect(status, "/v2/records?from=1"),
            _ => Reply::status(202),
        });
        let (stream, _clock) = driven(quiet().url(&server.url()).token(secret("0123456789abcdef")));
        send(&stream, 0..10);
        send(&stream, 10..20);
        assert_eq!(names(&server.records()), expected_names(0..20));
        let seen = server.seen();
        assert_eq!(path(&seen[0]), "/");
        assert!(
            seen[1..]
                .iter()
                .all(|request| path(request) == "/v2/records?from=1")
        );
        assert!(seen[1].is_access() && seen.iter().filter(|request| request.is_access()).count() == 2);
    }
}

#[test]
fn also_where_only_records_are_sent_on() {
    for many in [false, true] {
        let server = Server::start(move |request| match (path(request), request.is_access()) {
            (_, true) if many => Reply::announce(),
            (_, true) => Reply::status(200),
            ("/", _) => redirect(307, "records"),
            _ => match request.body.lines().count() {
                1 => Reply::status(202),
                count => Reply::new(202, "", &format!(r#"{{"accepted":{count},"rejected":[]}}"#)),
            },
        });
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(50, 1 << 20, LONG));
        send(&stream, 0..50);
        let arrived: Vec<String> = server
            .seen()
            .iter()
            .filter(|request| path(request) == "/records" && !request.is_access())
            .flat_map(|request| request.body.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        assert_eq!(names(&arrived), expected_names(0..50));
    }
}

#[test]
fn three_in_a_row_and_no_more() {
    let server = Server::start(|request| match path(request) {
        "/" => redirect(307, "/1"),
        "/1" => redirect(307, "/2"),
        "/2" => redirect(308, "/3"),
        _ => Reply::status(202),
    });
    let (stream, _clock) = driven(quiet().url(&server.url()));
    send(&stream, 0..3);

    let circle = Server::start(|request| match path(request) {
        "/a" => redirect(307, "/b"),
        _ => redirect(307, "/a"),
    });
    // The clock stands still: there is one attempt, and no other in the end.
    let (stream, clock) = driven(quiet().url(&circle.url()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    assert_eq!(circle.seen().len(), 4);
    let outcome = stream.flush(Duration::ZERO);
    let problem = outcome.problem().unwrap();
    assert!(problem.contains("more than 3 times"), "{problem}");
}

#[test]
fn after_a_setback_the_configured_address_counts_again() {
    let server = Server::start(|request| match (path(request), request.connection) {
        ("/", 0) => redirect(307, "/elsewhere"),
        ("/elsewhere", _) => Reply::status(503),
        _ => Reply::status(202),
    });
    let (stream, clock) = driven(quiet().url(&server.url()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(path(server.seen().last().unwrap()), "/");
}

#[test]
fn and_no_token_goes_anywhere_else() {
    let elsewhere = Server::of_objects();
    for (status, to, shown) in [
        (
            307,
            format!("{}/records?secret", elsewhere.url()),
            elsewhere.url(),
        ),
        (
            308,
            format!("http://localhost:{}/", elsewhere.address.port()),
            "http://localhost:".to_owned(),
        ),
        (
            307,
            "https://127.0.0.1/?secret".to_owned(),
            "https://127.0.0.1,".to_owned(),
        ),
        (301, "/records?secret".to_owned(), "another path".to_owned()),
        (302, elsewhere.url(), elsewhere.url()),
        (303, "/".to_owned(), "another path".to_owned()),
        (307, String::new(), "another path".to_owned()),
    ] {
        // To the access-request, or to a record.
        for access in [true, false] {
            let to = to.clone();
            let server = Server::start(move |request| match request.is_access() == access {
                true => redirect(status, &to),
                false => Reply::status(202),
            });
            let builder = quiet().url(&server.url()).token(secret("0123456789abcdef"));
            // Which also sees that the record is kept.
            let problem = first_problem(builder);
            let words = format!("{status} redirects to {shown}");
            assert!(
                problem.contains(&words) && problem.contains("give the address"),
                "{problem}"
            );
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
    assert!(elsewhere.seen().is_empty());
}
