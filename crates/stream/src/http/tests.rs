//! Whatever a server does: each record gets the verdict that the server gave to it, once, and none is lost.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "the server serves other tests too"
)]

#[path = "../../tests/support/server.rs"]
mod server;
mod slow_links;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use server::{Reply, Server};

use super::*;
use crate::batch::tests::Verdicts;
use crate::{Record, Verdict};

/// Longer than any wait that is to succeed.
const LONG: Duration = Duration::from_secs(30);

/// What the server does with a request.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Answer,
    AnswerInPieces,
    AnswerAndClose,
    AnswerSayingClose,
    AnswerAsOldServersDo,
    Trouble,
    Refuse,
    HalfAnAnswer,
    Hang,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        60 => Just(Deed::Answer),
        2 => Just(Deed::AnswerInPieces),
        2 => Just(Deed::AnswerAndClose),
        2 => Just(Deed::AnswerSayingClose),
        1 => Just(Deed::AnswerAsOldServersDo),
        2 => Just(Deed::Trouble),
        1 => Just(Deed::Refuse),
        1 => Just(Deed::HalfAnAnswer),
        2 => Just(Deed::Hang),
    ];
    prop::collection::vec(deed, 0..300)
}

/// What the server always says about this record.
fn verdict_about(number: &str) -> Verdict {
    match number.parse::<u64>().unwrap() % 5 {
        2 => Verdict::Rejected(format!("422 Unprocessable Content: no {number}")),
        _ => Verdict::Done,
    }
}

fn act(deed: Deed, about: Option<&str>) -> Reply {
    let (status, body) = match about.map(verdict_about) {
        Some(Verdict::Rejected(_)) => (422, format!("no {}", about.unwrap())),
        _ => (202, String::new()),
    };
    let bytes = |reply: Reply| match reply {
        Reply::Bytes(bytes) => bytes,
        _ => Vec::new(),
    };
    match deed {
        Deed::Answer => Reply::new(status, "", &body),
        Deed::AnswerInPieces => Reply::Slowly(bytes(Reply::new(status, "", &body))),
        Deed::AnswerAndClose => Reply::new(status, "", &body).and_close(),
        Deed::AnswerSayingClose => Reply::new(status, "Connection: close\r\n", &body).and_close(),
        Deed::AnswerAsOldServersDo => Reply::Last(format!("HTTP/1.0 {status} X\r\n\r\n{body}").into_bytes()),
        Deed::Trouble => Reply::new(503, "Retry-After: 3\r\n", ""),
        Deed::Refuse => Reply::status(401),
        Deed::HalfAnAnswer => Reply::Last(bytes(Reply::status(status))[..20].to_vec()),
        Deed::Hang => Reply::Close,
    }
}

fn transport_to(server: &Server) -> HttpTransport {
    let timeouts = Timeouts {
        connect: Duration::from_secs(30),
        answer: Duration::from_secs(30),
    };
    let endpoint = Endpoint::parse(&server.url()).unwrap();
    let plan = Plan::new(endpoint, None, timeouts, Options::default());
    HttpTransport::new(plan, Diagnostics::off())
}

fn assert_settled_as_the_server_says(deeds: Vec<Deed>, count: u64, batches: usize) {
    let script = Mutex::new(VecDeque::from(deeds));
    let said = Arc::new(Mutex::new(BTreeMap::new()));
    let saying = Arc::clone(&said);
    let server = Server::start(move |request| {
        let deed = script.lock().unwrap().pop_front().unwrap_or(Deed::Answer);
        if request.is_access() {
            return act(deed, None);
        }
        if !matches!(
            deed,
            Deed::Trouble | Deed::Refuse | Deed::HalfAnAnswer | Deed::Hang
        ) {
            let number: u64 = request.body.parse().unwrap();
            *saying.lock().unwrap().entry(number).or_insert(0) += 1;
        }
        act(deed, Some(&request.body))
    });
    let desk = Verdicts::default();
    let mut transport = transport_to(&server);
    let all: Vec<u64> = (0..count).collect();
    for numbers in all.chunks(batches) {
        let mut left = numbers.to_vec();
        while !left.is_empty() {
            let records: Vec<Record> = left
                .iter()
                .map(|number| Record::alone(*number, number.to_string().into_bytes()))
                .collect();
            let mut batch = Batch::new(&records, &desk);
            let outcome = transport.deliver(&mut batch);
            left = batch.unsettled().map(|(_, record)| record.sequence).collect();
            assert_eq!(outcome.is_ok(), left.is_empty(), "{outcome:?}");
        }
    }

    let mut verdicts = desk.0.into_inner().unwrap();
    verdicts.sort_by_key(|(number, _)| *number);
    let expected: Vec<_> = all
        .iter()
        .map(|number| (*number, verdict_about(&number.to_string())))
        .collect();
    assert_eq!(verdicts, expected);
    // The server has indeed said so, of each.
    assert!(said.lock().unwrap().keys().copied().eq(0..count));
    // Those that come for the first time come in their order.
    let mut first = Vec::new();
    for body in server.bodies() {
        let number: u64 = body.parse().unwrap();
        if !first.contains(&number) {
            first.push(number);
        }
    }
    assert_eq!(first, all);
}

/// Delivers a record, which must be taken without a setback.
fn deliver_one(transport: &mut HttpTransport, number: u64) {
    let desk = Verdicts::default();
    let records = [Record::alone(number, number.to_string().into_bytes())];
    assert_eq!(transport.deliver(&mut Batch::new(&records, &desk)), Ok(()));
    assert_eq!(desk.0.into_inner().unwrap(), [(number, Verdict::Done)]);
}

#[test]
fn what_a_server_says_unasked_is_no_answer() {
    let farewells = [
        "HTTP/1.1 408 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 X\r\nRetry-After: 300\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n",
        "",
    ];
    for (farewell, ends) in farewells.into_iter().zip([true, false, false, false, true]) {
        let hands = Arc::<Mutex<Vec<TcpStream>>>::default();
        let other_hands = Arc::clone(&hands);
        let wrap = move |stream: TcpStream| -> io::Result<Box<dyn server::Duplex>> {
            other_hands.lock().unwrap().push(stream.try_clone()?);
            Ok(Box::new(stream))
        };
        let server = Server::start_wrapped(Box::new(wrap), |_| Reply::status(202));
        let mut transport = transport_to(&server);
        deliver_one(&mut transport, 0);
        let mut hand = hands.lock().unwrap().remove(0);
        hand.write_all(farewell.as_bytes()).unwrap();
        if ends {
            hand.shutdown(Shutdown::Both).unwrap();
        }
        let connection = transport.connection.as_mut().unwrap();
        assert!(connection.wire.has_news(LONG));
        deliver_one(&mut transport, 1);
        assert_eq!(server.bodies(), ["0", "1"], "{farewell}");
        assert_eq!(server.seen().last().unwrap().connection, 1);
        // And the connection is used again where nothing was said.
        deliver_one(&mut transport, 2);
        assert_eq!(server.seen().last().unwrap().connection, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn each_record_is_settled_as_the_server_says(deeds in deeds(), count in 0_u64..200, batches in 1_usize..200) {
        assert_settled_as_the_server_says(deeds, count, batches);
    }
}

#[test]
fn a_server_that_ends_connections_after_a_hundred_answers_gets_no_request_in_vain_but_once() {
    let server = Server::start(|request| match request.turn {
        99 => Reply::new(202, "Connection: close\r\n", "").and_close(),
        _ => Reply::status(202),
    });
    let mut transport = transport_to(&server);
    let desk = Verdicts::default();
    let records: Vec<Record> = (0..990)
        .map(|number| Record::alone(number, number.to_string().into_bytes()))
        .collect();
    let mut batch = Batch::new(&records, &desk);
    assert_eq!(transport.deliver(&mut batch), Ok(()));
    // 10 connections of 99 records and an access-request each.
    assert_eq!(server.seen().len(), 1000);
    assert_eq!(server.seen()[999].connection, 9);
}
