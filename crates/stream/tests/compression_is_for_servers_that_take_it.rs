//! Bodies of many are compressed where the server announces it, and go as they are where it then refuses it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{LONG, Reply, Request, Server, driven, expected_names, named, names, quiet};
use tnt4::clock::Wait;
use tnt4::{Builder, Compression, Stream};

const ANNOUNCED: &str = "Accept-Post: application/x-ndjson\r\nAccept-Encoding: gzip\r\n";

/// A server that takes all, but for what the closure answers.
fn server(refuses: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        if request.is_access() {
            return Reply::new(200, ANNOUNCED, "");
        }
        refuses(request).unwrap_or_else(|| match request.body.lines().count() {
            1 => Reply::status(202),
            count => Reply::new(202, "", &format!(r#"{{"accepted":{count},"rejected":[]}}"#)),
        })
    })
}

fn is_compressed(request: &Request) -> bool {
    request.header("Content-Encoding") == Some("gzip")
}

/// A stream to a server beyond this machine, which is this one: as its own proxy.
fn far(server: &Server, compression: Compression) -> Stream {
    builder(server, compression).build().unwrap()
}

fn builder(server: &Server, compression: Compression) -> Builder {
    let builder = quiet()
        .url("http://192.0.2.1")
        .proxy(server.url().parse().unwrap());
    builder.compression(compression).batch(100, 1 << 20, LONG)
}

fn send(stream: &Stream, numbers: std::ops::Range<usize>) {
    for number in numbers {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
}

/// The requests with records.
fn requests(server: &Server) -> Vec<Request> {
    let mut seen = server.seen();
    seen.retain(|request| !request.is_access());
    seen
}

#[test]
fn long_bodies_are_compressed() {
    let server = server(|_| None);
    let stream = far(&server, Compression::Auto);
    for start in [0, 100] {
        send(&stream, start..start + 100);
    }
    send(&stream, 200..201);
    assert_eq!(names(&server.records()), expected_names(0..201));
    let requests = requests(&server);
    assert_eq!(
        requests.iter().map(is_compressed).collect::<Vec<_>>(),
        [true, true, false]
    );
    let length: usize = requests[0].header("Content-Length").unwrap().parse().unwrap();
    assert!(
        length * 4 < requests[0].body.len(),
        "{length} of {}",
        requests[0].body.len()
    );
}

#[test]
fn but_not_where_it_is_of_no_use_or_not_wanted() {
    let server = server(|_| None);
    send(&far(&server, Compression::Never), 0..100);
    // On this machine.
    let stream = quiet()
        .url(&server.url())
        .batch(100, 1 << 20, LONG)
        .build()
        .unwrap();
    send(&stream, 100..200);
    assert!(!requests(&server).iter().any(is_compressed));
    assert_eq!(names(&server.records()), expected_names(0..200));

    let unannounced = Server::start(|request| match request.is_access() {
        true => Reply::announce(),
        false => Reply::new(202, "", r#"{"accepted":100,"rejected":[]}"#),
    });
    send(&far(&unannounced, Compression::Auto), 0..100);
    assert!(!requests(&unannounced).iter().any(is_compressed));
}

#[test]
fn a_server_that_refuses_it_after_all_gets_the_same_lines_as_they_are() {
    for status in [400, 415] {
        for headers in ["", "Connection: close\r\n"] {
            let server = server(move |request| {
                let reply = is_compressed(request).then(|| Reply::new(status, headers, "what is this?"))?;
                Some(if headers.is_empty() {
                    reply
                } else {
                    reply.and_close()
                })
            });
            let stream = far(&server, Compression::Auto);
            for start in [0, 100, 200] {
                send(&stream, start..start + 100);
            }
            let requests = requests(&server);
            assert_eq!(
                requests.iter().map(is_compressed).collect::<Vec<_>>(),
                [true, false, false, false]
            );
            assert_eq!(requests[0].body, requests[1].body);
            assert_eq!(names(&server.records()[100..]), expected_names(0..300));
            assert_eq!(stream.stats().acknowledged, 300);
        }
    }
}

#[test]
fn a_setback_compresses_again() {
    let server = server(|request| (request.connection == 0).then(|| Reply::status(503)));
    let (stream, clock) = driven(builder(&server, Compression::Auto));
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    clock.advance(clock.expect(Wait::BackOff).unwrap());
    assert!(stream.flush(LONG).is_complete());
    let requests = requests(&server);
    assert!(requests.len() == 2 && requests.iter().all(is_compressed));
}
