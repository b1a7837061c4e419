//! A server on loopback that answers every POST in its turn, also where many come at once, and counts.
//!
//! It reads what has come, answers all of it in one piece and does nothing else: what it costs is what any
//! server would. One thread a connection.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use memchr::memchr;
use memchr::memmem::Finder;

/// As much as is read at once.
const READ: usize = 256 * 1024;

/// Counts the records of a body.
pub type Count = fn(&[u8], &mut Seen);

/// A server that answers everything.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// How it behaves.
#[derive(Debug, Clone, Copy)]
struct Manners {
    /// Whether it takes bodies of many records, and says so.
    takes_many: bool,
    /// How long it works on each request, one after the other.
    work: Duration,
    count: Count,
}

/// What has come.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many records.
    pub records: u64,
    /// Their identities.
    pub ids: Vec<u128>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    idle: Condvar,
}

#[derive(Debug, Default)]
struct State {
    connections: usize,
    seen: Seen,
}

impl Seen {
    /// How many different records.
    #[must_use]
    pub fn unique(&mut self) -> usize {
        self.ids.sort_unstable();
        self.ids.dedup();
        self.ids.len()
    }

    fn take_up(&mut self, mut other: Seen) {
        self.records += other.records;
        self.ids.append(&mut other.ids);
    }
}

impl Sink {
    /// A server that takes one object a request and counts records by their `tnt4-id`.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn of_one() -> io::Result<Self> {
        Sink::working(Duration::ZERO)
    }

    /// As [`of_one`](Self::of_one), but it works so long on each request of a connection, one after the other.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn working(work: Duration) -> io::Result<Self> {
        Sink::start(Manners {
            takes_many: false,
            work,
            count: count_ids,
        })
    }

    /// A server that takes many objects a request, one a line.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn of_many() -> io::Result<Self> {
        Sink::start(Manners {
            takes_many: true,
            work: Duration::ZERO,
            count: count_ids,
        })
    }

    /// A server that takes anything and counts it in a way of its own.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn counting(count: Count) -> io::Result<Self> {
        Sink::start(Manners {
            takes_many: false,
            work: Duration::ZERO,
            count,
        })
    }

    fn start(manners: Manners) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let for_all = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                for_all.begin();
                let shared = Arc::clone(&for_all);
                // The name is what a profile tells it by.
                let connection = thread::Builder::new().name("sink".to_owned());
                let _ = connection.spawn(move || {
                    let mut seen = Seen::default();
                    // Whoever sends has gone: what came has been counted.
                    let _ = serve(stream, manners, &mut seen);
                    shared.end(seen);
                });
            }
        });
        Ok(Sink { address, shared })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for a stream.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has come since this was last called. It waits until every connection has ended.
    #[must_use]
    pub fn take(&self) -> Seen {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.connections > 0 {
            state = self
                .shared
                .idle
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut state.seen)
    }
}

impl Shared {
    fn begin(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .connections += 1;
    }

    fn end(&self, seen: Seen) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.connections -= 1;
        state.seen.take_up(seen);
        self.idle.notify_all();
    }
}

/// Serves a connection until it ends.
fn serve(mut stream: TcpStream, manners: Manners, seen: &mut Seen) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (head_ends, length_begins) = (Finder::new(b"\r\n\r\n"), Finder::new(b"ength: "));
    let mut buffer = vec![0; READ];
    let (mut start, mut end) = (0, 0);
    let mut answers = Vec::new();
    loop {
        // All requests that are there.
        while let Some(head_end) = head_ends.find(&buffer[start..end]) {
            let head = &buffer[start..start + head_end];
            let length = length_begins
                .find(head)
                .map_or(0, |at| number(&head[at + b"ength: ".len()..]));
            let body_start = start + head_end + b"\r\n\r\n".len();
            if body_start + length > buffer.len() {
                buffer.resize(body_start + length + READ, 0);
            }
            if body_start + length > end {
                break;
            }
            let body = &buffer[body_start..body_start + length];
            answer(body, manners, seen, &mut answers)?;
            if !manners.work.is_zero() {
                thread::sleep(manners.work);
                stream.write_all(&answers)?;
                answers.clear();
            }
            start = body_start + length;
        }
        stream.write_all(&answers)?;
        answers.clear();
        buffer.copy_within(start..end, 0);
        (start, end) = (0, end - start);
        if end == buffer.len() {
            buffer.resize(end + READ, 0);
        }
        match stream.read(&mut buffer[end..])? {
            0 => return Ok(()),
            count => end += count,
        }
    }
}

fn answer(body: &[u8], manners: Manners, seen: &mut Seen, out: &mut Vec<u8>) -> io::Result<()> {
    if body.starts_with(b"<access-request>") {
        let announced = if manners.takes_many {
            "Accept-Post: application/x-ndjson\r\n"
        } else {
            ""
        };
        return write!(out, "HTTP/1.1 200 OK\r\n{announced}Content-Length: 0\r\n\r\n");
    }
    let before = seen.records;
    (manners.count)(body, seen);
    if manners.takes_many {
        let said = format!(r#"{{"accepted":{},"rejected":[]}}"#, seen.records - before);
        return write!(
            out,
            "HTTP/1.1 202 Accepted\r\nContent-Length: {}\r\n\r\n{said}",
            said.len()
        );
    }
    out.extend_from_slice(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    Ok(())
}

/// Counts records by their `tnt4-id`, one or many a body.
pub fn count_ids(body: &[u8], seen: &mut Seen) {
    let mut rest = body;
    while !rest.is_empty() {
        seen.records += 1;
        // It is the first key of what a stream sends.
        let id = rest
            .strip_prefix(br#"{"tnt4-id":""#)
            .and_then(|rest| rest.get(..36));
        seen.ids.extend(id.map(hexadecimal));
        rest = match memchr(b'\n', rest) {
            Some(end) => &rest[end + 1..],
            None => &[],
        };
    }
}

fn number(digits: &[u8]) -> usize {
    digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |sum, byte| sum * 10 + usize::from(byte - b'0'))
}

fn hexadecimal(digits: &[u8]) -> u128 {
    let digits = digits.iter().filter(|byte| **byte != b'-');
    digits.fold(0, |sum, byte| {
        let digit = if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte - b'a' + 10
        };
        sum << 4 | u128::from(digit)
    })
}
