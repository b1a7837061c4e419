//! What a connection runs over: TCP, or TLS on it.
//!
//! Reading waits until the deadline and never writes: where what is to be written is stuck because the server
//! wants its answers read first, only reading helps. (rustls's own stream writes before it reads.)

use std::io::{self, Read, Write};
use std::time::Duration;

use rustls::ClientConnection;

use super::socket::Socket;
use super::tls::{self, TlsSocket};

/// What a connection runs over.
pub(crate) enum Wire {
    Plain(Socket),
    Tls(Box<TlsSocket>),
}

impl Wire {
    pub(crate) fn socket(&mut self) -> &mut Socket {
        match self {
            Wire::Plain(socket) => socket,
            Wire::Tls(stream) => &mut stream.sock,
        }
    }

    /// Writes as much as goes without waiting; the error is `WouldBlock` where that is nothing.
    pub(crate) fn write_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.write_now(bytes),
            Wire::Tls(stream) => {
                flush_now(stream)?;
                let count = stream.conn.writer().write(bytes)?;
                match flush_now(stream) {
                    // It is in the hands of TLS, and goes with what follows or with `flush_now`.
                    Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
                    _ => Ok(count),
                }
            }
        }
    }

    /// Reads what is there without waiting; the error is `WouldBlock` where that is nothing.
    pub(crate) fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read_now(buffer),
            Wire::Tls(stream) => read_tls(stream, buffer, |connection, socket| {
                connection.read_tls(&mut Impatient(socket))
            }),
        }
    }

    /// Writes what TLS holds, without waiting; the error is `WouldBlock` where some remains.
    pub(crate) fn flush_now(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(_) => Ok(()),
            Wire::Tls(stream) => flush_now(stream),
        }
    }

    /// Whether there is something to read, the end included, after at most `wait`.
    pub(crate) fn has_news(&mut self, wait: Duration) -> bool {
        let stream = match self {
            Wire::Plain(socket) => return socket.has_news(wait),
            Wire::Tls(stream) => stream,
        };
        if has_plain_text(stream) {
            return true;
        }
        if !stream.sock.has_news(wait) {
            return false;
        }
        // What came may be a part of a TLS record, or of no concern to us: that is no news.
        match stream.conn.read_tls(&mut stream.sock) {
            Ok(count) => count == 0 || has_plain_text(stream),
            Err(_) => true,
        }
    }
    /// Whether something has come, the end included. It need not be for us: below TLS it may be anything.
    pub(crate) fn is_addressed(&mut self) -> bool {
        match self {
            Wire::Plain(socket) => socket.has_news_now(),
            Wire::Tls(stream) => has_plain_text(stream) || stream.sock.has_news_now(),
        }
    }
}

/// Whether something of the other side's can be read. An error is to be read, too.
fn has_plain_text(stream: &mut TlsSocket) -> bool {
    stream
        .conn
        .process_new_packets()
        .map_or(true, |state| state.plaintext_bytes_to_read() > 0)
}

fn flush_now(stream: &mut TlsSocket) -> io::Result<()> {
    while stream.conn.wants_write() {
        stream.conn.write_tls(&mut Impatient(&mut stream.sock))?;
    }
    Ok(())
}

/// A socket whose reads and writes do not wait.
struct Impatient<'a>(&'a mut Socket);

impl Read for Impatient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_now(buffer)
    }
}

impl Write for Impatient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_now(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read(buffer),
            Wire::Tls(stream) => read_tls(stream, buffer, |connection, socket| connection.read_tls(socket)),
        }
    }
}

/// Reads what has been decrypted, and takes in more, by `take_in`, until there is some.
fn read_tls(
    stream: &mut TlsSocket,
    buffer: &mut [u8],
    take_in: impl Fn(&mut ClientConnection, &mut Socket) -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        match stream.conn.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            outcome => return outcome,
        }
        take_in(&mut stream.conn, &mut stream.sock)?;
        stream
            .conn
            .process_new_packets()
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, tls::words(&error)))?;
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.write(bytes),
            Wire::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(socket) => socket.flush(),
            Wire::Tls(stream) => stream.flush(),
        }
    }
}
