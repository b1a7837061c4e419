//! A TCP connection whose every read and write ends at a deadline.
//!
//! The deadline holds for a whole exchange, however many reads it takes: a server that sends a byte now and
//! then does not gain time by it, not even below TLS.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A TCP connection with a deadline.
pub(crate) struct Socket {
    stream: TcpStream,
    /// `None` where it lies beyond what the system's clock can tell.
    deadline: Option<Instant>,
}

impl Socket {
    /// Connects to this address, within `timeout`.
    pub(crate) fn connect(address: &SocketAddr, timeout: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(address, at_least_a_moment(timeout))?;
        // Requests are written whole: waiting for more to fill a packet only delays them.
        stream.set_nodelay(true)?;
        Ok(Socket {
            stream,
            deadline: Instant::now().checked_add(timeout),
        })
    }

    /// Everything from now on must be done within `timeout`.
    pub(crate) fn allow(&mut self, timeout: Duration) {
        self.deadline = Instant::now().checked_add(timeout);
    }

    /// Writes as much as goes without waiting; the error is `WouldBlock` where that is nothing.
    pub(crate) fn write_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_nonblocking(true)?;
        let outcome = self.stream.write(bytes);
        self.stream.set_nonblocking(false)?;
        outcome
    }

    /// Reads what is there without waiting; the error is `WouldBlock` where that is nothing.
    pub(crate) fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_nonblocking(true)?;
        let outcome = self.stream.read(buffer);
        self.stream.set_nonblocking(false)?;
        outcome
    }

    /// Has the system tell the other side at once what has come. It would wait up to 40 ms for something to go along with it,
    /// and a side that gathers small packets meanwhile (Nagle's algorithm) would send nothing more. It holds until the next
    /// packet, where the system can do it.
    pub(crate) fn confirm_at_once(&self) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = rustix::net::sockopt::set_tcp_quickack(&self.stream, true);
    }

    /// Whether there is something to read, the end and errors included, after at most `wait`.
    pub(crate) fn has_news(&self, wait: Duration) -> bool {
        let peeked = self
            .stream
            .set_read_timeout(Some(at_least_a_moment(wait)))
            .and_then(|()| self.stream.peek(&mut [0]));
        !peeked.is_err_and(|error| is_late(&error) || error.kind() == io::ErrorKind::Interrupted)
    }

    /// Whether there is something to read already, the end and errors included.
    pub(crate) fn has_news_now(&self) -> bool {
        let peeked = self
            .stream
            .set_nonblocking(true)
            .and_then(|()| self.stream.peek(&mut [0]));
        let restored = self.stream.set_nonblocking(false);
        restored.is_err() || !peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// The time until the deadline; an error after it.
    pub(crate) fn left(&self) -> io::Result<Duration> {
        let Some(deadline) = self.deadline else {
            return Ok(Duration::MAX);
        };
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether time was up, in the words of any system.
pub(crate) fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// The system refuses a timeout of zero.
fn at_least_a_moment(timeout: Duration) -> Duration {
    timeout.max(Duration::from_millis(1))
}
