//! PUBLISH: a message, to a server or from one.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Version};

pub(crate) const PUBLISH: u8 = 0x30;

const DUPLICATE: u8 = 0x08;
const RETAIN: u8 = 0x01;

/// How sure a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Qos {
    /// QoS 0: nobody says that a message has arrived.
    AtMostOnce = 0,
    /// QoS 1: it is acknowledged, and sent again until it is.
    #[default]
    AtLeastOnce = 1,
    /// QoS 2: it is acknowledged in two steps, and taken once.
    ExactlyOnce = 2,
}

impl Qos {
    /// From its number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Qos::AtMostOnce),
            1 => Some(Qos::AtLeastOnce),
            2 => Some(Qos::ExactlyOnce),
            _ => None,
        }
    }

    pub(crate) fn of_bits(bits: u8, what: &'static str) -> Result<Self, Malformed> {
        Qos::from_number(bits & 3).ok_or(Malformed::Value(what))
    }
}

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Whether it may be there already.
    pub duplicate: bool,
    /// How sure its delivery is to be.
    pub qos: Qos,
    /// Whether the server keeps it for those who subscribe later.
    pub retain: bool,
    /// Where it belongs. Empty where a topic alias says it.
    pub topic: &'a str,
    /// Its number until it is acknowledged. Never 0; of no meaning at QoS 0, where it is 0.
    pub packet_id: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// The message itself.
    pub payload: &'a [u8],
}

impl<'a> Publish<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let mut reader = Reader(frame.body);
        let qos = Qos::of_bits(frame.first >> 1, "QoS")?;
        let topic = reader.text()?;
        let packet_id = match qos {
            Qos::AtMostOnce => 0,
            _ => reader.packet_id()?,
        };
        let properties = match version {
            Version::V3 => Properties::NONE,
            Version::V5 => Properties::read(&mut reader)?,
        };
        if topic.contains(['+', '#']) || topic.is_empty() && properties.topic_alias.is_none() {
            return Err(Malformed::Value("topic"));
        }
        Ok(Publish {
            duplicate: frame.first & DUPLICATE != 0,
            qos,
            retain: frame.first & RETAIN != 0,
            topic,
            packet_id,
            properties,
            payload: reader.rest(),
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        // Where there are none, as nearly always, nothing is allocated.
        let mut properties = Vec::new();
        if version == Version::V5 && self.properties != Properties::NONE {
            self.properties.write(&mut properties)?;
        }
        let length = self.length_with(version, properties.len());
        let flags = (u8::from(self.duplicate) * DUPLICATE) | ((self.qos as u8) << 1) | u8::from(self.retain);
        let start = out.len();
        write::header(PUBLISH | flags, length, out)?;
        if let Err(error) = write::text("a topic", self.topic, out) {
            out.truncate(start);
            return Err(error);
        }
        if self.qos != Qos::AtMostOnce {
            write::two(self.packet_id, out);
        }
        if version == Version::V5 && properties.is_empty() {
            out.push(0);
        }
        out.extend_from_slice(&properties);
        out.extend_from_slice(self.payload);
        Ok(())
    }

    /// How many bytes the whole packet takes, without properties.
    #[must_use]
    pub fn packet_length(&self, version: Version) -> usize {
        let length = self.length_with(version, 0);
        1 + write::variable_length(length) + length
    }

    fn length_with(&self, version: Version, properties: usize) -> usize {
        let id = if self.qos == Qos::AtMostOnce { 0 } else { 2 };
        let properties = match version {
            Version::V3 => 0,
            Version::V5 => properties.max(1),
        };
        2 + self.topic.len() + id + properties + self.payload.len()
    }
}
