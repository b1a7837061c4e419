//! A connection that ends in the middle costs nothing but another one: the clock of these stories stands
//! still, so a pause would last for ever.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::cmp::Ordering;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use support::{
    LONG, NO_LINGER, Reply, Request, Server, driven, expected_names, name_of, named, names, quiet,
};
use tnt4::clock::Wait;

const CLOSE: &str = "Connection: close\r\n";

/// Sends so many records, in one batch, and sees that they all arrive in order; some may come again.
#[track_caller]
fn assert_all_arrive_without_a_pause(
    count: usize,
    handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) {
    let server = Server::start(handler);
    let (stream, _clock) = driven(quiet().url(&server.url()).batch(count, 1 << 20, LONG));
    for number in 0..count {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(stream.stats().acknowledged, count as u64);
    let mut first = Vec::new();
    for name in names(&server.records()) {
        if !first.contains(&name) {
            first.push(name);
        }
    }
    assert_eq!(first, expected_names(0..count));
}

#[test]
fn after_every_few_answers_with_a_word() {
    for few in [1, 2, 3, 7, 50] {
        assert_all_arrive_without_a_pause(100, move |request| match request.turn == few {
            true => Reply::new(202, CLOSE, "").and_close(),
            false => Reply::status(202),
        });
    }
}

#[test]
fn after_every_few_answers_without_a_word() {
    for few in [1, 2, 3, 7, 50] {
        assert_all_arrive_without_a_pause(100, move |request| match request.turn == few {
            true => Reply::status(202).and_close(),
            false => Reply::status(202),
        });
    }
}

#[test]
fn with_each_answer() {
    assert_all_arrive_without_a_pause(50, |_| Reply::new(202, CLOSE, "").and_close());
    assert_all_arrive_without_a_pause(50, |_| Reply::status(202).and_close());
    assert_all_arrive_without_a_pause(50, |_| Reply::Last(b"HTTP/1.0 200 OK\r\n\r\nfine".to_vec()));
}

#[test]
fn with_requests_unanswered() {
    assert_all_arrive_without_a_pause(200, |request| match (request.connection, request.turn) {
        // It reads a few more than it answers.
        (0, 40..50) => Reply::Bytes(Vec::new()),
        (0, 50..) => Reply::Close,
        _ => Reply::status(202),
    });
}

#[test]
fn within_an_answer_after_others() {
    assert_all_arrive_without_a_pause(60, |request| match request.turn {
        20 => Reply::Last(b"HTTP/1.1 202 Acc".to_vec()),
        _ => Reply::status(202),
    });
}

#[test]
fn with_a_rejection() {
    for status in [400, 422] {
        let server = Server::start(move |request| {
            let is_bad = !request.is_access()
                && ["event-9", "event-20", "event-40"].contains(&name_of(&request.body).as_str());
            match is_bad {
                true => Reply::new(status, CLOSE, "").and_close(),
                false => Reply::status(202),
            }
        });
        let (stream, _clock) = driven(quiet().url(&server.url()).batch(60, 1 << 20, LONG));
        for number in 0..60 {
            stream.send(named(number)).unwrap();
        }
        let outcome = stream.flush(LONG);
        assert_eq!(
            (outcome.rejected(), outcome.unacknowledged()),
            (3, 3),
            "{outcome}"
        );
        let mut arrived = names(&server.records());
        arrived.dedup();
        assert_eq!(arrived, expected_names(0..60));
    }
}

#[test]
fn with_a_400_that_means_requests_that_do_not_wait() {
    // What has come beyond a request's end is no request to it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let taking = Arc::clone(&taken);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            serve_one_at_a_time(connection.unwrap(), &taking);
        }
    });
    let (stream, _clock) = driven(quiet().url(&url).batch(30, 1 << 20, LONG));
    for number in 0..30 {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(names(&taken.lock().unwrap()), expected_names(0..30));
}

fn serve_one_at_a_time(mut connection: TcpStream, taken: &Mutex<Vec<String>>) {
    let mut come = Vec::new();
    let mut some = [0; 4096];
    loop {
        let count = connection.read(&mut some).unwrap_or(0);
        if count == 0 {
            return;
        }
        come.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&come).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "))
            .unwrap();
        match body.len().cmp(&length.parse().unwrap()) {
            Ordering::Less => {}
            Ordering::Equal => {
                if body.starts_with('{') {
                    taken.lock().unwrap().push(body.to_owned());
                }
                come.clear();
                connection
                    .write_all(b"HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n")
                    .unwrap();
            }
            Ordering::Greater => {
                let _ =
                    connection.write_all(b"HTTP/1.1 400 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                return;
            }
        }
    }
}

#[test]
fn after_a_thousand_answers() {
    for word in [CLOSE, ""] {
        assert_all_arrive_without_a_pause(2500, move |request| match request.turn {
            999 => Reply::new(202, word, "").and_close(),
            _ => Reply::status(202),
        });
    }
}

#[test]
fn old_servers_get_one_request_at_a_time() {
    let server = Server::start(|request| match request.turn {
        0 => Reply::Bytes(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec()),
        // It would hear of a second request on this connection.
        _ => Reply::Silence,
    });
    let (stream, _clock) = driven(quiet().url(&server.url()).batch(20, 1 << 20, LONG));
    for number in 0..20 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(names(&server.records()), expected_names(0..20));
}

#[test]
fn but_a_server_that_gives_no_answer_is_left_in_peace() {
    let server = Server::start(|request| match (request.connection, request.turn) {
        (0, 8..) => Reply::Bytes(Vec::new()),
        _ => Reply::status(202),
    });
    let builder = quiet().url(&server.url()).batch(30, 1 << 20, NO_LINGER);
    let (stream, clock) = driven(builder.answer_timeout(std::time::Duration::from_millis(300)));
    let batch: Vec<_> = (0..30).map(named).collect();
    for event in batch {
        stream.send(event).unwrap();
    }
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!(stream.stats().pending, 23);
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    let second: Vec<_> = server
        .seen()
        .into_iter()
        .filter(|request| request.connection == 1 && !request.is_access())
        .map(|request| request.body)
        .collect();
    assert_eq!(names(&second), expected_names(7..30));
}
