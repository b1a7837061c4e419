//! What `send` accepted arrives, at servers of all kinds, with the requests that they expect.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use support::{LONG, NO_LINGER, Reply, Server, driven, expected_names, named, names, quiet, secret};
use tnt4::clock::Wait;
use tnt4::{Activity, Event, Log, Snapshot};

#[track_caller]
fn assert_all_arrive(server: &Server, count: usize) {
    let stream = quiet().url(&server.url()).build().unwrap();
    for number in 0..count {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    let mut arrived = names(&server.records());
    arrived.dedup();
    assert_eq!(arrived, expected_names(0..count));
}

#[test]
fn requests_are_as_servers_expect_them() {
    let server = Server::of_objects();
    let url = format!("{}/JESL/event?a=%41&b=c", server.url());
    let stream = quiet()
        .url(&url)
        .token(secret("t<k>&-0123456789"))
        .build()
        .unwrap();
    stream.send(Event::new("one")).unwrap();
    assert!(stream.close(LONG).is_complete());

    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        seen[0].body,
        "<access-request><token>t&lt;k&gt;&amp;-0123456789</token></access-request>"
    );
    for request in &seen {
        assert!(
            request
                .head
                .starts_with("POST /JESL/event?a=%41&b=c HTTP/1.1\r\n"),
            "{}",
            request.head
        );
        assert_eq!(request.header("Host"), Some(server.address.to_string().as_str()));
        assert_eq!(request.header("X-API-Key"), Some("t<k>&-0123456789"));
        assert!(request.header("User-Agent").unwrap().starts_with("tnt4/"));
        assert_eq!(request.connection, 0);
    }
    assert_eq!(seen[1].header("Content-Type"), Some("application/json"));
}

#[test]
fn all_kinds_of_items_are_sent() {
    let server = Server::of_objects();
    let stream = quiet().url(&server.url()).build().unwrap();
    stream.send(Event::new("e")).unwrap();
    stream.send(Log::new("l")).unwrap();
    stream.send(Activity::new("a")).unwrap();
    stream.send(Snapshot::new("s")).unwrap();
    assert!(stream.close(LONG).is_complete());
    assert!(server.seen()[0].header("X-API-Key").is_none());
    let records = server.records();
    assert!(records.iter().all(|record| record.contains(r#""tnt4-id":""#)));
    for (record, word) in records.iter().zip(["EVENT", "LOG", "ACTIVITY", "SNAPSHOT"]) {
        assert!(record.contains(&format!(r#""type":"{word}""#)), "{record}");
    }
}

#[test]
fn many_go_in_one_body_where_that_is_announced() {
    let server = Server::start(|request| match request.body.lines().count() {
        _ if request.is_access() => Reply::announce(),
        1 => Reply::status(202),
        count => Reply::new(202, "", &format!(r#"{{"accepted":{count},"rejected":[]}}"#)),
    });
    let stream = quiet()
        .url(&server.url())
        .batch(100, 1 << 20, LONG)
        .build()
        .unwrap();
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!((server.bodies().len(), server.records().len()), (1, 100));
    assert!(server.bodies()[0].ends_with("}\n"));
}

#[test]
fn at_a_server_that_closes_after_each_answer() {
    let server = Server::start(|_| Reply::new(202, "Connection: close\r\n", "").and_close());
    assert_all_arrive(&server, 5);
    assert_eq!(
        server.seen().iter().filter(|request| request.is_access()).count(),
        1
    );
}

#[test]
fn at_a_server_that_closes_after_each_answer_without_a_word() {
    assert_all_arrive(&Server::start(|_| Reply::status(202).and_close()), 5);
}

#[test]
fn at_a_server_that_speaks_http_1_0() {
    assert_all_arrive(
        &Server::start(|_| Reply::Last(b"HTTP/1.0 200 OK\r\n\r\nfine".to_vec())),
        5,
    );
}

#[test]
fn at_a_server_that_closes_now_and_then() {
    let server = Server::start(|request| match request.turn {
        0..3 => Reply::status(202),
        _ => Reply::status(202).and_close(),
    });
    assert_all_arrive(&server, 20);
    let access = server
        .seen()
        .into_iter()
        .filter(support::Request::is_access)
        .count();
    assert!(
        (6..=8).contains(&access),
        "{access} access-requests: one opens each connection"
    );
}

#[test]
fn at_a_server_that_answers_in_chunks_and_with_interim_answers() {
    let server = Server::start(|_| {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                    2\r\nok\r\n0\r\n\r\n";
        Reply::Bytes(text.as_bytes().to_vec())
    });
    assert_all_arrive(&server, 5);
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

#[test]
fn a_connection_that_died_while_idle_costs_no_pause() {
    let server = Server::start(|request| match (request.connection, request.turn) {
        (0, 1) => Reply::status(202).and_close(),
        _ => Reply::status(202),
    });
    // The clock stands still: a pause would last for ever.
    let (stream, _clock) = driven(quiet().url(&server.url()));
    for number in 0..3 {
        stream.send(named(number)).unwrap();
        assert!(stream.flush(LONG).is_complete());
    }
    assert_eq!(names(&server.records()), expected_names(0..3));
}

#[test]
fn although_the_server_comes_later() {
    // Nobody listens at this port for now.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (stream, clock) = driven(
        quiet()
            .url(&format!("http://{address}"))
            .batch(1, 1000, NO_LINGER),
    );
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let up = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&up);
    std::thread::spawn(move || {
        let _connection = listener.accept().unwrap();
        heard.store(true, Ordering::SeqCst);
    });
    clock.advance(wait);
    // It hangs up without an answer: another setback, but it was tried again.
    assert!(clock.expect(Wait::BackOff).is_some());
    assert!(up.load(Ordering::SeqCst));
    assert_eq!(stream.stats().pending, 1);
}

#[test]
fn from_many_threads() {
    let server = Server::of_objects();
    let stream = quiet().url(&server.url()).build().unwrap();
    let start = Arc::new(Barrier::new(8));
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let (stream, start) = (stream.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                for number in 0..100 {
                    stream.send(named(thread * 100 + number)).unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(stream.flush(LONG).is_complete());
    let mut arrived = names(&server.records());
    arrived.sort();
    let mut expected = expected_names(0..800);
    expected.sort();
    assert_eq!(arrived, expected);
}
