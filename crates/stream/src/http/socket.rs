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
    deadline: Instant,
}

impl Socket {
    /// Connects to the first address that lets us, within `timeout` for each.
    pub(crate) fn connect(addresses: &[SocketAddr], timeout: Duration) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in addresses {
            match TcpStream::connect_timeout(address, at_least_a_moment(timeout)) {
                Ok(stream) => {
                    // Requests are written whole: waiting for more to fill a packet only delays them.
                    stream.set_nodelay(true)?;
                    return Ok(Socket {
                        stream,
                        deadline: Instant::now() + timeout,
                    });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Everything from now on must be done within `timeout`.
    pub(crate) fn allow(&mut self, timeout: Duration) {
        self.deadline = Instant::now() + timeout;
    }

    fn left(&self) -> io::Result<Duration> {
        match self.deadline.saturating_duration_since(Instant::now()) {
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

/// The system refuses a timeout of zero.
fn at_least_a_moment(timeout: Duration) -> Duration {
    timeout.max(Duration::from_millis(1))
}
