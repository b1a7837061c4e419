//! What a packet says.

use crate::acknowledgement::{AckKind, Acknowledgement};
use crate::connack::{CONNACK, ConnAck};
use crate::connect::{CONNECT, Connect};
use crate::disconnect::{DISCONNECT, Disconnect};
use crate::publish::{PUBLISH, Publish};
use crate::subscribe::{SUBACK, SUBSCRIBE, SubAck, Subscribe, UNSUBACK, UNSUBSCRIBE, UnsubAck, Unsubscribe};
use crate::{Frame, Malformed, TooLong, Version};

const PINGREQ: u8 = 0xC0;
const PINGRESP: u8 = 0xD0;

/// A packet. AUTH is none of them: nobody here offers an authentication of several steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A client introduces itself.
    Connect(Connect<'a>),
    /// The server lets it in, or not.
    ConnAck(ConnAck<'a>),
    /// A message.
    Publish(Publish<'a>),
    /// What became of one.
    Acknowledgement(Acknowledgement<'a>),
    /// A client wants messages.
    Subscribe(Subscribe<'a>),
    /// Which it gets.
    SubAck(SubAck<'a>),
    /// It wants them no more.
    Unsubscribe(Unsubscribe<'a>),
    /// It will not get them.
    UnsubAck(UnsubAck<'a>),
    /// A client is still there.
    PingReq,
    /// So is the server.
    PingResp,
    /// An end.
    Disconnect(Disconnect<'a>),
}

impl<'a> Packet<'a> {
    /// Reads a packet. A CONNECT says itself which version it is of.
    ///
    /// # Errors
    /// [`Malformed`], where it is none.
    pub fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let acknowledgement = |kind| Acknowledgement::read(kind, frame, version).map(Packet::Acknowledgement);
        Ok(match frame.first {
            CONNECT => Packet::Connect(Connect::read(frame)?),
            CONNACK => Packet::ConnAck(ConnAck::read(frame, version)?),
            first if first & 0xF0 == PUBLISH => Packet::Publish(Publish::read(frame, version)?),
            0x40 => acknowledgement(AckKind::PubAck)?,
            0x50 => acknowledgement(AckKind::PubRec)?,
            0x62 => acknowledgement(AckKind::PubRel)?,
            0x70 => acknowledgement(AckKind::PubComp)?,
            SUBSCRIBE => Packet::Subscribe(Subscribe::read(frame, version)?),
            SUBACK => Packet::SubAck(SubAck::read(frame, version)?),
            UNSUBSCRIBE => Packet::Unsubscribe(Unsubscribe::read(frame, version)?),
            UNSUBACK => Packet::UnsubAck(UnsubAck::read(frame, version)?),
            PINGREQ | PINGRESP if !frame.body.is_empty() => return Err(Malformed::Ends),
            PINGREQ => Packet::PingReq,
            PINGRESP => Packet::PingResp,
            DISCONNECT => Packet::Disconnect(Disconnect::read(frame, version)?),
            other => return Err(Malformed::Kind(other)),
        })
    }

    /// Writes the packet at the end of `out`, which is as it was where that fails.
    ///
    /// # Errors
    /// [`TooLong`], where something in it is.
    pub fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let start = out.len();
        let outcome = match self {
            Packet::Connect(packet) => packet.write(out),
            Packet::ConnAck(packet) => packet.write(version, out),
            Packet::Publish(packet) => packet.write(version, out),
            Packet::Acknowledgement(packet) => packet.write(version, out),
            Packet::Subscribe(packet) => packet.write(version, out),
            Packet::SubAck(packet) => packet.write(version, out),
            Packet::Unsubscribe(packet) => packet.write(version, out),
            Packet::UnsubAck(packet) => packet.write(version, out),
            Packet::PingReq => {
                out.extend_from_slice(&[PINGREQ, 0]);
                Ok(())
            }
            Packet::PingResp => {
                out.extend_from_slice(&[PINGRESP, 0]);
                Ok(())
            }
            Packet::Disconnect(packet) => packet.write(version, out),
        };
        if outcome.is_err() {
            out.truncate(start);
        }
        outcome
    }
}
