//! MQTT over WebSocket, for brokers that are reached by way of HTTP: binary messages, under the subprotocol `mqtt`.
//!
//! The library keeps what cannot be written at once, so that what was given to it counts as written when it has been
//! [flushed](WebSocket::flush_now). A message that comes in has as much as a packet that does, at most.

use std::io::{self, Read, Write};
use std::time::Duration;

use tungstenite::client::{ClientRequestBuilder, client_with_config};
use tungstenite::http::{StatusCode, Uri};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Bytes, Error, HandshakeError, Message};

use super::channel::read_wire;
use super::connection::LONGEST_INCOMING;
use crate::Setback;
use crate::net::socket::is_late;
use crate::net::wire::Wire;

/// So many bytes go in one message.
const MESSAGE: usize = 16 * 1024;

/// WebSocket on a wire.
pub(super) struct WebSocket {
    socket: tungstenite::WebSocket<Stream>,
    /// Of the message that came last: what nobody has read yet.
    rest: Bytes,
}

/// A wire that waits for what comes as long as it is told, and never for what goes, once hands are shaken.
struct Stream {
    wire: Wire,
    wait: Duration,
    shaking_hands: bool,
}

impl WebSocket {
    /// Asks for WebSocket at this URL, within `timeout`.
    pub(super) fn open(mut wire: Wire, url: &str, timeout: Duration) -> Result<Self, Setback> {
        let uri: Uri = url.parse().map_err(|_| Setback::Blocked {
            why: format!("{url} is no address of a WebSocket: check its path"),
        })?;
        wire.socket().allow(timeout);
        let stream = Stream {
            wire,
            wait: timeout,
            shaking_hands: true,
        };
        let request = ClientRequestBuilder::new(uri).with_sub_protocol("mqtt");
        let config = WebSocketConfig::default()
            .write_buffer_size(0)
            .max_message_size(Some(2 * LONGEST_INCOMING))
            .max_frame_size(Some(2 * LONGEST_INCOMING));
        let (mut socket, _) = client_with_config(request, stream, Some(config)).map_err(refused)?;
        socket.get_mut().shaking_hands = false;
        Ok(WebSocket {
            socket,
            rest: Bytes::new(),
        })
    }

    pub(super) fn wire(&mut self) -> &mut Wire {
        &mut self.socket.get_mut().wire
    }

    pub(super) fn write_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is held goes first, and is not to become more.
        self.flush_now()?;
        let piece = bytes.get(..MESSAGE).unwrap_or(bytes);
        match self
            .socket
            .write(Message::binary(piece.to_vec()))
            .map_err(io_error)
        {
            // It is in the hands of the library, and goes with what follows or with `flush_now`.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(piece.len()),
        }
    }

    pub(super) fn flush_now(&mut self) -> io::Result<()> {
        self.socket.flush().map_err(io_error)
    }

    pub(super) fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.socket.get_mut().wait = wait;
        while self.rest.is_empty() {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => self.rest = bytes,
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Ok(0),
                Ok(_) => {}
                Err(error) => return Err(io_error(error)),
            }
        }
        let count = self.rest.len().min(buffer.len());
        let taken = self.rest.split_to(count);
        if let Some(target) = buffer.get_mut(..count) {
            target.copy_from_slice(&taken);
        }
        Ok(count)
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shaking_hands {
            return self.wire.read(buffer);
        }
        read_wire(&mut self.wire, buffer, self.wait)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.shaking_hands {
            return self.wire.write(bytes);
        }
        self.wire.write_now(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.shaking_hands {
            return self.wire.flush();
        }
        self.wire.flush_now()
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}

/// Why there is no WebSocket, as a setback.
fn refused<R: tungstenite::handshake::HandshakeRole>(error: HandshakeError<R>) -> Setback {
    const REMEDY: &str = "check path and port, and whether the broker speaks WebSocket there";
    let error = match error {
        HandshakeError::Interrupted(_) => {
            return Setback::retry("no answer to WebSocket's handshake in time");
        }
        HandshakeError::Failure(error) => error,
    };
    match error {
        Error::Http(response) => {
            let status = response.status();
            let why = format!("no WebSocket there: the server answers {status}; {REMEDY}");
            match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Setback::Refused { why },
                status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    Setback::retry(why)
                }
                _ => Setback::Blocked { why },
            }
        }
        Error::Io(error) if is_late(&error) => Setback::retry("no answer to WebSocket's handshake in time"),
        Error::Io(error) => Setback::retry(format!(
            "WebSocket's handshake was broken off ({error}): {REMEDY}"
        )),
        other => Setback::retry(format!("no WebSocket there ({other}): {REMEDY}")),
    }
}
