//! A body may take longer than the timeout as long as it moves, and writing does not wait for a server that answers.
//!
//! The bodies are far longer than what the system buffers between two sockets.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::time::Instant;

use super::*;

const ANNOUNCE: &str = "HTTP/1.1 200 X\r\nAccept-Post: application/x-ndjson\r\nContent-Length: 0\r\n\r\n";
const TAKEN: &str = "HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n";
const RECORDS: u64 = 30;
const LONG: Duration = Duration::from_secs(270);

/// What reads a body of so many bytes, and answers.
type Serve = fn(&mut BufReader<TcpStream>, usize) -> io::Result<()>;

/// A transport to a server that lets everybody in, and the lengths of the bodies of records that came there.
fn transport(serve: Serve, answer: Duration) -> (HttpTransport, Arc<Mutex<Vec<usize>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let lengths = Arc::<Mutex<Vec<usize>>>::default();
    let seen = Arc::clone(&lengths);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let seen = Arc::clone(&seen);
            std::thread::spawn(move || converse(BufReader::new(stream.unwrap()), serve, &seen));
        }
    });
    let timeouts = Timeouts {
        connect: LONG,
        answer,
    };
    let plan = Plan::new(endpoint, None, timeouts, Options::default());
    (HttpTransport::new(plan, Diagnostics::off()), lengths)
}

fn converse(mut stream: BufReader<TcpStream>, serve: Serve, seen: &Mutex<Vec<usize>>) -> io::Result<()> {
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.unwrap().parse().unwrap();
        if head.contains("text/xml") {
            stream.read_exact(&mut vec![0; length])?;
            stream.get_mut().write_all(ANNOUNCE.as_bytes())?;
        } else {
            seen.lock().unwrap().push(length);
            serve(&mut stream, length)?;
        }
    }
}

/// Reads nothing, and keeps the connection open.
fn look_away() -> io::Result<()> {
    loop {
        std::thread::park();
    }
}

fn records() -> Vec<Record> {
    let body = vec![b'x'; 800_000];
    (0..RECORDS)
        .map(|number| Record::alone(number, body.clone()))
        .collect()
}

#[test]
fn a_body_arrives_however_long_it_takes() {
    // 5 MB/s: what the buffers hold is read in half a second or so, and the whole body in five.
    let serve: Serve = |stream, length| {
        let mut left = length;
        while left > 0 {
            std::thread::sleep(Duration::from_millis(50));
            let count = left.min(256 * 1024);
            stream.read_exact(&mut vec![0; count])?;
            left -= count;
        }
        stream.get_mut().write_all(TAKEN.as_bytes())
    };
    let timeout = Duration::from_secs(3);
    let (mut transport, bodies) = transport(serve, timeout);
    let (records, desk) = (records(), Verdicts::default());
    let begun = Instant::now();
    assert_eq!(transport.deliver(&mut Batch::new(&records, &desk)), Ok(()));
    assert!(begun.elapsed() > timeout, "nothing was tried");
    assert_eq!(bodies.lock().unwrap().len(), 1);
}

#[test]
fn but_not_to_a_server_that_reads_nothing_and_the_next_ones_are_shorter() {
    let serve: Serve = |_, _| look_away();
    let (mut transport, bodies) = transport(serve, Duration::from_millis(200));
    let (records, desk) = (records(), Verdicts::default());
    for _ in 0..3 {
        let setback = transport.deliver(&mut Batch::new(&records, &desk)).unwrap_err();
        assert!(
            setback.why().contains("did not read the request in time"),
            "{setback:?}"
        );
    }
    let bodies = bodies.lock().unwrap();
    assert!(
        bodies[1] <= bodies[0] / 2 && bodies[2] <= bodies[1] / 2,
        "{bodies:?}"
    );
}

#[test]
fn an_answer_is_read_although_the_server_reads_no_further() {
    let serve: Serve = |stream, length| {
        if length > 1_700_000 {
            let too_large = b"HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            stream.get_mut().write_all(too_large)?;
            return look_away();
        }
        stream.read_exact(&mut vec![0; length])?;
        stream.get_mut().write_all(TAKEN.as_bytes())
    };
    let (mut transport, _) = transport(serve, LONG);
    let (records, desk) = (records(), Verdicts::default());
    let begun = Instant::now();
    assert_eq!(transport.deliver(&mut Batch::new(&records, &desk)), Ok(()));
    assert!(begun.elapsed() < LONG);
}
