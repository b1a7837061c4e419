//! A server that takes whatever a shipper of logs sends, and can be told to fail.
//!
//! Every event that is sent to it has a number in its text, `seq=` and eight digits, which is found in bodies of any
//! format as long as they are not compressed. It speaks HTTP/1.1, one object a request; what does not begin as a request is a
//! bare stream that is never answered. It reads what has come, answers all of it in one piece, and counts.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use memchr::memmem;

const READ: usize = 256 * 1024;
/// What an event is known by, and how long that is with its eight digits.
const MARK: &[u8] = b"seq=";
const WIDTH: usize = 12;
/// No number is as high: it would be none of ours.
const HIGHEST: usize = 50_000_000;
/// What jKool says to a token.
const LET_IN: &str = "<access-resp><success>true</success></access-resp>";

/// The server.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What has come since it was last forgotten.
#[derive(Debug, Default, Clone, Copy)]
pub struct Received {
    /// Events, repeated ones as well.
    pub events: u64,
    /// Different numbers.
    pub unique: u64,
    /// When the last event came, by the system's monotonic clock, in nanoseconds.
    pub last_nanos: i128,
    /// Events that were sent while it refused.
    pub refused: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    received: Received,
    /// Which numbers have come.
    seen: Vec<bool>,
    refuses: bool,
    is_down: bool,
    listener: Option<JoinHandle<()>>,
    open: Vec<TcpStream>,
}

impl Receiver {
    /// A server on a free port of loopback.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let receiver = Receiver {
            address: listener.local_addr()?,
            shared: Arc::default(),
        };
        receiver.accept(listener);
        Ok(receiver)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has come.
    #[must_use]
    pub fn received(&self) -> Received {
        self.shared.lock().received
    }

    /// Waits until so many different events have come, or nothing new has for this long.
    pub fn wait(&self, unique: u64, patience: Duration) {
        let mut state = self.shared.lock();
        let (mut before, mut since) = (state.received.events, Instant::now());
        while state.received.unique < unique && since.elapsed() < patience {
            let left = patience.saturating_sub(since.elapsed());
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.received.events != before {
                (before, since) = (state.received.events, Instant::now());
            }
        }
    }

    /// Forgets what has come.
    pub fn forget(&self) {
        let mut state = self.shared.lock();
        state.received = Received::default();
        state.seen.clear();
    }

    /// Whether it answers 401 from now on.
    pub fn refuse(&self, refuses: bool) {
        self.shared.lock().refuses = refuses;
    }

    /// Ends all connections and refuses new ones.
    pub fn go_down(&self) {
        let mut state = self.shared.lock();
        state.is_down = true;
        for connection in state.open.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        let listener = state.listener.take();
        drop(state);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect(self.address);
        let _ = listener.map(JoinHandle::join);
    }

    /// Listens again.
    ///
    /// # Errors
    /// Where somebody else has the port by now.
    pub fn come_up(&self) -> io::Result<()> {
        self.accept(TcpListener::bind(self.address)?);
        Ok(())
    }

    fn accept(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        let mut state = self.shared.lock();
        state.is_down = false;
        state.listener = Some(thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut state = shared.lock();
                if state.is_down {
                    return;
                }
                state.open.extend(stream.try_clone());
                drop(state);
                let shared = Arc::clone(&shared);
                // Whoever sends may go at any time: what has come has been counted.
                thread::spawn(move || serve(stream, &shared));
            }
        }));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the events of a body; `false` where they are refused.
    fn count(&self, body: &[u8]) -> bool {
        let mut state = self.lock();
        if state.refuses {
            state.received.refused += numbers(body).count() as u64;
            return false;
        }
        if state.count(body) {
            drop(state);
            self.changed.notify_all();
        }
        true
    }
}

impl State {
    /// Whether there were any.
    fn count(&mut self, body: &[u8]) -> bool {
        let received = &mut self.received;
        let before = received.events;
        for number in numbers(body) {
            if number >= self.seen.len() {
                self.seen.resize((number + 1).next_power_of_two(), false);
            }
            received.events += 1;
            received.unique += u64::from(!std::mem::replace(&mut self.seen[number], true));
        }
        let any = received.events > before;
        if any {
            let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
            received.last_nanos = i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec);
        }
        any
    }
}

/// The numbers of a body.
fn numbers(body: &[u8]) -> impl Iterator<Item = usize> {
    let found = memmem::find_iter(body, MARK).filter_map(|at| body.get(at + MARK.len()..at + WIDTH));
    let numbers = found.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    numbers.filter(|number| *number < HIGHEST)
}

fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    stream.peek(&mut first)?;
    let is_http = first == *b"P";
    let mut answers = Vec::new();
    let (mut buffer, mut filled) = (vec![0; READ], 0);
    loop {
        let count = stream.read(&mut buffer[filled..])?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let done = if is_http {
            answer_all(&buffer[..filled], shared, &mut answers)?
        } else {
            let done = whole(&buffer[..filled]);
            shared.count(&buffer[..done]);
            done
        };
        stream.write_all(&answers)?;
        answers.clear();
        buffer.copy_within(done..filled, 0);
        filled -= done;
        if filled == buffer.len() {
            buffer.resize(filled + READ, 0);
        }
    }
}

/// How much of a bare stream's bytes has no beginning of a number whose end has not come.
fn whole(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(WIDTH - 1);
    if let Some(at) = memmem::rfind(&bytes[tail..], MARK) {
        return tail + at;
    }
    let begun = (1..MARK.len())
        .rev()
        .find(|length| bytes.ends_with(&MARK[..*length]));
    bytes.len() - begun.unwrap_or_default()
}

/// Answers the requests that are whole, and says how many bytes they were.
fn answer_all(bytes: &[u8], shared: &Shared, out: &mut Vec<u8>) -> io::Result<usize> {
    let mut done = 0;
    while let Some(head) = memmem::find(&bytes[done..], b"\r\n\r\n").map(|end| &bytes[done..done + end]) {
        let length = memmem::find(head, b"ength: ").map_or(0, |at| number(&head[at + b"ength: ".len()..]));
        let begin = done + head.len() + b"\r\n\r\n".len();
        let Some(body) = bytes.get(begin..begin + length) else {
            break;
        };
        done = begin + length;
        let status = match shared.count(body) {
            true if head.starts_with(b"POST /loki") => "204 No Content",
            true => "200 OK",
            false => "401 Unauthorized",
        };
        // Loki's answer may not have a length, and its client does not mind one of nothing.
        let said = if body.starts_with(b"<access-request>") {
            LET_IN
        } else {
            ""
        };
        write!(
            out,
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{said}",
            said.len()
        )?;
    }
    Ok(done)
}

fn number(digits: &[u8]) -> usize {
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |sum, byte| sum * 10 + usize::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_any_body() {
        assert_eq!(
            numbers(b"{\"a\":\"seq=00000007 b\"} seq=00000012").collect::<Vec<_>>(),
            [7, 12]
        );
        assert_eq!(numbers(b"seq= seq=1 seq=0000000x seq=99999999").count(), 0);
    }

    #[test]
    fn a_number_that_comes_in_pieces_is_counted_once() {
        let text = b"..seq=00000007..seq=00000008..";
        for cut in 0..text.len() {
            let mut state = State::default();
            let done = whole(&text[..cut]);
            state.count(&text[..done]);
            state.count(&text[done..]);
            let received = state.received;
            assert_eq!((received.events, received.unique), (2, 2), "cut at {cut}");
        }
    }

    #[test]
    fn it_counts_refuses_goes_and_comes_back() {
        let receiver = Receiver::start().unwrap();
        let post = |body: &str| {
            let mut stream = TcpStream::connect(receiver.address()).unwrap();
            write!(
                stream,
                "POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            String::from_utf8_lossy(&answer[9..]).into_owned()
        };
        assert_eq!(post("seq=00000001"), "200");
        receiver.refuse(true);
        assert_eq!(post("seq=00000002"), "401");
        receiver.refuse(false);
        receiver.go_down();
        assert!(TcpStream::connect(receiver.address()).is_err());
        receiver.come_up().unwrap();
        assert_eq!(post("seq=00000001"), "200");
        let received = receiver.received();
        assert_eq!((received.events, received.unique, received.refused), (2, 1, 1));
    }
}
