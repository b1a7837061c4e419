//! PUBACK, PUBREC, PUBREL, PUBCOMP: four packets of one form.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Reason, Version};

/// Which of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckKind {
    /// A message of QoS 1 was taken.
    PubAck,
    /// A message of QoS 2 was received.
    PubRec,
    /// The sender knows that, and will not send it again.
    PubRel,
    /// A message of QoS 2 is done with.
    PubComp,
}

impl AckKind {
    /// The first byte of its packets.
    pub(crate) fn first(self) -> u8 {
        match self {
            AckKind::PubAck => 0x40,
            AckKind::PubRec => 0x50,
            AckKind::PubRel => 0x62,
            AckKind::PubComp => 0x70,
        }
    }
}

/// What one end says about a message that it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement<'a> {
    /// Which of the four it is.
    pub kind: AckKind,
    /// The message's.
    pub packet_id: u16,
    /// In 3.1.1 always success.
    pub reason: Reason,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
}

impl<'a> Acknowledgement<'a> {
    /// One that says success.
    #[must_use]
    pub const fn new(kind: AckKind, packet_id: u16) -> Self {
        Acknowledgement {
            kind,
            packet_id,
            reason: Reason::SUCCESS,
            properties: Properties::NONE,
        }
    }

    pub(crate) fn read(kind: AckKind, frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let mut reader = Reader(frame.body);
        let mut read = Acknowledgement::new(kind, reader.packet_id()?);
        if version == Version::V5 && !reader.is_empty() {
            read.reason = Reason(reader.byte()?);
            if !reader.is_empty() {
                read.properties = Properties::read(&mut reader)?;
            }
        }
        reader.end()?;
        Ok(read)
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let [high, low] = self.packet_id.to_be_bytes();
        let first = self.kind.first();
        let plain = self.reason == Reason::SUCCESS && self.properties == Properties::NONE;
        if version == Version::V3 || plain {
            out.extend_from_slice(&[first, 2, high, low]);
            return Ok(());
        }
        let mut body = vec![high, low, self.reason.0];
        if self.properties != Properties::NONE {
            self.properties.write(&mut body)?;
        }
        write::packet(first, &body, out)
    }
}
