//! How many events a second the collector commits on one connection.
//!
//! `cargo run --release -p tnt4-bench --bin ingest -- --rows 1000000 --rounds 3`
//!
//! NDJSON bodies of 500 events of 400 bytes, each with three properties and a correlator, into an empty
//! store on the disk of the temporary folder; the generator runs in the same process, and encodes every
//! event as it goes. *In turn* waits for each answer before it sends the next body; *ahead* has up to four
//! bodies unanswered. With identities of version 4 every insert touches pages of an index at random.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to report"
)]
#![expect(clippy::print_stdout, reason = "the report")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use tnt4_bench::{Rounds, Settings};
use tnt4_collector::Collector;
use tnt4_model::{Event, EventType, Item, RecordId, Severity, SourceFqn};

const HELP: &str = "
ingest: how many events a second the collector commits on one connection

    --rows 1000000     events a measurement
    --rounds 3
";

const EVENTS: usize = 500;
const BYTES: usize = 400;

struct Way {
    name: &'static str,
    ahead: usize,
    random_ids: bool,
}

const WAYS: [Way; 3] = [
    Way {
        name: "ids of version 7, in turn",
        ahead: 1,
        random_ids: false,
    },
    Way {
        name: "ids of version 7, ahead",
        ahead: 4,
        random_ids: false,
    },
    Way {
        name: "ids of version 4, ahead",
        ahead: 4,
        random_ids: true,
    },
];

fn main() {
    let settings = Settings::from_arguments(HELP);
    let (rows, rounds) = (settings.number("rows", 1_000_000), settings.number("rounds", 3));
    println!(
        "{rows} events of about {} bytes a round, {rounds} rounds, events/s committed:",
        body(false).len() / EVENTS
    );
    let mut measured = vec![Rounds::default(); WAYS.len()];
    for _ in 0..rounds {
        for (way, measured) in WAYS.iter().zip(&mut measured) {
            measured.add(run(way, rows));
        }
    }
    for (way, measured) in WAYS.iter().zip(&measured) {
        println!("{:28} {measured}", way.name);
    }
    println!("generator alone              {:>10.0}", generate_alone(rows));
}

fn run(way: &Way, rows: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let settings = tnt4_collector::Settings::new(address, folder.path().join("store.db"));
    let collector = Collector::start(settings).expect("a collector");
    let mut stream = BufReader::new(TcpStream::connect(collector.address()).expect("a connection"));
    let begun = Instant::now();
    let (mut sent, mut answered) = (0, 0);
    while answered < rows {
        while sent < rows && sent - answered < way.ahead * EVENTS {
            let body = body(way.random_ids);
            let head = format!(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.get_mut().write_all(head.as_bytes()).expect("written");
            stream.get_mut().write_all(&body).expect("written");
            sent += EVENTS;
        }
        assert_eq!(accepted(&mut stream), EVENTS);
        answered += EVENTS;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    collector.stop();
    rate
}

/// Reads one answer, and how many events it says are committed.
fn accepted(stream: &mut BufReader<TcpStream>) -> usize {
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).expect("an answer");
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    let body = String::from_utf8(body).expect("text");
    let digits: String = body
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().expect("a number")
}

/// One body, made as a sender makes it.
fn body(random_ids: bool) -> Vec<u8> {
    let mut body = Vec::with_capacity(EVENTS * (BYTES + 1));
    for number in 0..EVENTS {
        let mut event = Event::new("ReceiveOrder")
            .event_type(EventType::Receive)
            .severity(if number % 20 == 0 {
                Severity::Error
            } else {
                Severity::Info
            })
            .source(SourceFqn::from_wire("APPL=WebOrders#SERVER=web100"))
            .correlator(format!("order-{}", number / 4))
            .property("amount", 12.5)
            .property("items", 3)
            .property("region", "north");
        if random_ids {
            event = event.tracking_id(uuid::Uuid::from_u128(mix(number)).to_string());
        }
        let before = body.len();
        let record = RecordId::new();
        let mut encoded = Vec::with_capacity(BYTES);
        Item::from(event.clone()).encode(Some(record), &mut encoded);
        let fill = BYTES.saturating_sub(encoded.len() + r#","msg-text":"""#.len());
        Item::from(event.message("m".repeat(fill))).encode(Some(record), &mut body);
        debug_assert!(body.len() - before >= BYTES - 1);
        body.push(b'\n');
    }
    body
}

/// Numbers without order, so that they fall anywhere in an index.
fn mix(number: usize) -> u128 {
    let mut bytes = *RecordId::new().as_bytes();
    bytes.reverse();
    u128::from_be_bytes(bytes)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
        .wrapping_add(number as u128)
}

fn generate_alone(rows: usize) -> f64 {
    let begun = Instant::now();
    let mut bytes = 0;
    for _ in 0..rows / EVENTS {
        bytes += body(false).len();
    }
    assert!(bytes > 0);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    rate
}
