//! The oracle itself: every way in which a delivery can be wrong is found, and a right one passes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use tnt4::{Item, RecordId};
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Oracle, Play, Shape, Sink};

/// The record of an event, as a stream would send it.
fn record(play: Play, number: u64, id: RecordId) -> Vec<u8> {
    let mut record = Vec::new();
    Item::from(play.event(number)).encode(Some(id), &mut record);
    record
}

/// Posts records one by one to a sink, whose oracle has issued three events; returns what it says to that.
fn verdict(records: impl Fn(Play) -> Vec<Vec<u8>>) -> String {
    let sink = Sink::start(Manner::default());
    let oracle = Oracle::new(Dice::seed(), Shape::Varied);
    oracle.issued_elsewhere(3);
    let mut stream = TcpStream::connect(sink.url().trim_start_matches("http://")).unwrap();
    for record in records(oracle.play()) {
        write!(
            stream,
            "POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n",
            record.len()
        )
        .unwrap();
        stream.write_all(&record).unwrap();
    }
    stream.shutdown(Shutdown::Write).unwrap();
    // When the last answer has come, all is in the book.
    stream.read_to_end(&mut Vec::new()).unwrap();
    oracle.verdict(&sink).err().unwrap_or_default()
}

/// What a stream should send for three events.
fn right(play: Play) -> Vec<Vec<u8>> {
    (0..3)
        .map(|number| record(play, number, RecordId::new()))
        .collect()
}

fn found(kind: &str, wrong: impl Fn(Play, &mut Vec<Vec<u8>>)) {
    let said = verdict(|play| {
        let mut records = right(play);
        wrong(play, &mut records);
        records
    });
    assert!(
        said.contains(kind) && said.contains("TNT4_SEED="),
        "{kind}: {said}"
    );
}

#[test]
fn what_is_right_passes() {
    assert_eq!(verdict(right), "");
    let again = |play| {
        let mut records = right(play);
        records.extend_from_within(1..);
        records
    };
    assert_eq!(verdict(again), "");
}

#[test]
fn what_is_wrong_is_found() {
    found("I1: accepted, and never delivered: 1", |_, records| {
        records.remove(1);
    });
    found("I2: never issued", |play, records| {
        records.push(record(play, 3, RecordId::new()));
    });
    found("I2: nobody's", |_, records| records.push(b"{}".to_vec()));
    found("I3", |_, records| {
        let before_last = records[2].len() - 2;
        records[2][before_last] ^= 1;
    });
    found("I4: a copy", |play, records| {
        records.push(record(play, 0, RecordId::new()));
    });
    found("I4: the tnt4-id of another", |play, records| {
        let id = RecordId::new();
        records[0] = record(play, 0, id);
        records[1] = record(play, 1, id);
    });
}
