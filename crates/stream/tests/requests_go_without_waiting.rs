//! Requests of one record do not wait for the answers to those before, and each answer finds its record.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use support::{LONG, Reply, Server, expected_names, named, names, quiet};
use tnt4::{Dropped, Event};

const YES: &str = "HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n";

/// Sends so many records, in one batch, and sees that they all arrive once, in order.
#[track_caller]
fn assert_all_arrive_once(server: &Server, count: usize) {
    let stream = quiet()
        .url(&server.url())
        .batch(count, 1 << 20, LONG)
        .build()
        .unwrap();
    for number in 0..count {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(names(&server.records()), expected_names(0..count));
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

#[test]
fn more_and_more_are_on_the_wire_before_the_first_answer() {
    // It answers 1, 2, 4 … 128 requests only when it has as many.
    let server = Server::start(|request| match request.turn {
        0 => Reply::status(200),
        turn if (turn + 1).is_power_of_two() => Reply::Bytes(YES.repeat(turn.div_ceil(2)).into_bytes()),
        _ => Reply::Bytes(Vec::new()),
    });
    assert_all_arrive_once(&server, 255);
}

#[test]
fn but_http_1_0_gets_one_at_a_time_although_it_keeps_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = b"HTTP/1.0 202 X\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n";
    std::thread::spawn(move || {
        let mut connection = listener.accept().unwrap().0;
        let mut some = vec![0; 1 << 20];
        // All that has come is one request: a second one in it would have no answer.
        while connection.read(&mut some).unwrap_or(0) > 0 {
            connection.write_all(answer).unwrap();
        }
    });
    let stream = quiet().url(&url).batch(50, 1 << 20, LONG).build().unwrap();
    for number in 0..50 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn to_a_server_whose_answers_come_byte_by_byte() {
    let server = Server::start(|request| match request.is_access() {
        true => Reply::status(200),
        false => Reply::Slowly(b"HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\nfine".to_vec()),
    });
    assert_all_arrive_once(&server, 100);
}

#[test]
fn to_a_proxy_that_handles_one_at_a_time() {
    // What is behind it hears of a request when the one before has been answered.
    let behind = Arc::new(Server::of_objects());
    let one = Mutex::new(());
    let relay = Arc::clone(&behind);
    let server = Server::start(move |request| {
        let _one = one.lock().unwrap();
        let mut connection = BufReader::new(std::net::TcpStream::connect(relay.address).unwrap());
        let bytes = format!("{}{}", request.head, request.body);
        connection.get_mut().write_all(bytes.as_bytes()).unwrap();
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            connection.read_line(&mut answer).unwrap();
        }
        Reply::Bytes(answer.into_bytes())
    });
    assert_all_arrive_once(&server, 100);
    assert_eq!(names(&behind.records()), expected_names(0..100));
}

#[test]
fn to_a_server_whose_answers_are_longer_than_the_requests() {
    let page = "x".repeat(60_000);
    let server = Server::start(move |request| match request.is_access() {
        true => Reply::status(200),
        false => Reply::new(202, "", &page),
    });
    assert_all_arrive_once(&server, 400);
}

#[test]
fn records_larger_than_the_buffers_go_too() {
    let server = Server::of_objects();
    let stream = quiet().url(&server.url()).build().unwrap();
    for number in 0..8 {
        stream.send(named(number).message("x".repeat(900_000))).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(names(&server.records()), expected_names(0..8));
}

#[test]
fn an_answer_is_read_although_the_server_reads_no_further() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // The connection stays open until the test has seen the verdict.
    let server = std::thread::spawn(move || {
        let mut connection = BufReader::new(listener.accept().unwrap().0);
        for answer in [
            "HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n",
        ] {
            let (mut line, mut length) = (String::new(), 0);
            while line != "\r\n" {
                line.clear();
                connection.read_line(&mut line).unwrap();
                if let Some(value) = line.strip_prefix("Content-Length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            if answer.contains("200") {
                connection.read_exact(&mut vec![0; length]).unwrap();
            }
            connection.get_mut().write_all(answer.as_bytes()).unwrap();
        }
        connection
    });
    let stream = quiet().url(&url).answer_timeout(LONG * 9).build().unwrap();
    stream
        .send(Event::new("long").message("x".repeat(1_000_000)))
        .unwrap();
    let outcome = stream.flush(LONG);
    assert_eq!(outcome.rejected(), 1, "{outcome}");
    assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 1);
    drop(server.join().unwrap());
}
