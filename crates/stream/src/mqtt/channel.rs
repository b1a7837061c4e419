//! What packets go over: a wire, or WebSocket on it.
//!
//! Either way bytes go in and out, and it makes no difference where one message of WebSocket ends and the next begins.

use std::io;
use std::time::Duration;

use super::web_socket::WebSocket;
use crate::net::wire::Wire;

/// What packets go over.
pub(super) enum Channel {
    Wire(Wire),
    WebSocket(Box<WebSocket>),
}

impl Channel {
    /// Writes as much as goes without waiting; the error is `WouldBlock` where that is nothing.
    pub(super) fn write_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Wire(wire) => wire.write_now(bytes),
            Channel::WebSocket(socket) => socket.write_now(bytes),
        }
    }

    /// Writes what the layers in between hold, without waiting; the error is `WouldBlock` where some remains.
    pub(super) fn flush_now(&mut self) -> io::Result<()> {
        match self {
            Channel::Wire(wire) => wire.flush_now(),
            Channel::WebSocket(socket) => socket.flush_now(),
        }
    }

    /// Reads what comes within `wait`; the error is a late one where that is nothing.
    pub(super) fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let outcome = match self {
            Channel::Wire(wire) => read_wire(wire, buffer, wait),
            Channel::WebSocket(socket) => socket.read(buffer, wait),
        };
        // Brokers write each acknowledgement by itself.
        let wire = match self {
            Channel::Wire(wire) => wire,
            Channel::WebSocket(socket) => socket.wire(),
        };
        wire.socket().confirm_at_once();
        outcome
    }
}

/// Reads what comes within `wait`.
pub(super) fn read_wire(wire: &mut Wire, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
    if wait.is_zero() {
        return wire.read_now(buffer);
    }
    wire.socket().allow(wait);
    io::Read::read(wire, buffer)
}
