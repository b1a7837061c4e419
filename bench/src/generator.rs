//! The bare generator: requests that were made before, written ahead of their answers, and nothing else.
//!
//! It shows what the server and the machine allow. Its window is as large as the stream's, it writes in strokes
//! of half a window as the stream does, and where it is told after how many answers the server ends a
//! connection it asks for no more.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Events;

/// Requests that were made before.
#[derive(Debug)]
pub struct Generator {
    requests: Vec<u8>,
    /// Where each request ends.
    ends: Vec<usize>,
}

impl Generator {
    /// Makes so many requests of one event each, which look as a stream's do.
    #[must_use]
    pub fn new(events: &Events, count: usize, address: SocketAddr) -> Self {
        let mut generator = Generator {
            requests: Vec::new(),
            ends: Vec::with_capacity(count),
        };
        for number in 0..count {
            let record = events.record(number);
            let head = format!(
                "POST / HTTP/1.1\r\nHost: {address}\r\nUser-Agent: tnt4/0.1.0\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                record.len()
            );
            generator.requests.extend_from_slice(head.as_bytes());
            generator.requests.extend_from_slice(&record);
            generator.ends.push(generator.requests.len());
        }
        generator
    }

    /// Sends all requests with up to `window` of them unanswered, on one connection after the other where each
    /// ends after `lasts` answers. Returns how long that took.
    ///
    /// # Errors
    /// Where the server cannot be reached, or answers with a body.
    pub fn run(&self, address: SocketAddr, window: usize, lasts: usize) -> io::Result<Duration> {
        let begun = Instant::now();
        let mut answered = 0;
        while answered < self.ends.len() {
            let until = answered.saturating_add(lasts).min(self.ends.len());
            answered = self.connection(address, window, answered..until)?;
        }
        Ok(begun.elapsed())
    }

    /// Sends these requests on one connection; returns how many were answered in all.
    fn connection(
        &self,
        address: SocketAddr,
        window: usize,
        requests: std::ops::Range<usize>,
    ) -> io::Result<usize> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let (mut sent, mut answered) = (requests.start, requests.start);
        let mut answers = Answers::default();
        while answered < requests.end {
            if (sent - answered) * 2 <= window {
                let until = (answered + window).min(requests.end);
                stream.write_all(&self.requests[self.offset(sent)..self.offset(until)])?;
                sent = until;
            }
            match answers.read(&mut stream)? {
                0 => break,
                count => answered += count,
            }
        }
        if answered == requests.start {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(answered)
    }

    fn offset(&self, request: usize) -> usize {
        request.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

/// Counts answers that have no body.
#[derive(Default)]
struct Answers {
    /// How much of the end of a head was seen last.
    matched: usize,
}

impl Answers {
    /// Reads until at least one more has ended; 0 at the connection's end.
    fn read(&mut self, stream: &mut TcpStream) -> io::Result<usize> {
        let mut buffer = [0; 64 * 1024];
        loop {
            let length = stream.read(&mut buffer)?;
            if length == 0 {
                return Ok(0);
            }
            let count = self.count(&buffer[..length]);
            if count > 0 {
                return Ok(count);
            }
        }
    }

    fn count(&mut self, bytes: &[u8]) -> usize {
        let mut count = 0;
        for byte in bytes {
            self.matched = match (self.matched, byte) {
                (0 | 2, b'\r') | (1, b'\n') => self.matched + 1,
                (3, b'\n') => {
                    count += 1;
                    0
                }
                (_, b'\r') => 1,
                _ => 0,
            };
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_wherever_they_are_cut() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2);
        for cut in 0..bytes.len() {
            let mut answers = Answers::default();
            assert_eq!(answers.count(&bytes[..cut]) + answers.count(&bytes[cut..]), 2);
        }
    }
}
