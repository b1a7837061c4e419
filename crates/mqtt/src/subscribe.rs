//! SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK: which messages a client wants.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Qos, Reason, Version};

pub(crate) const SUBSCRIBE: u8 = 0x82;
pub(crate) const SUBACK: u8 = 0x90;
pub(crate) const UNSUBSCRIBE: u8 = 0xA2;
pub(crate) const UNSUBACK: u8 = 0xB0;

/// A topic filter, and what is wanted of what matches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter<'a> {
    /// A topic, with `+` for any level and `#` for all that follow.
    pub filter: &'a str,
    /// The highest QoS that is wanted.
    pub qos: Qos,
    /// MQTT 5: no message of the client's own.
    pub no_local: bool,
    /// MQTT 5: messages keep the mark that they were kept by the server.
    pub retain_as_published: bool,
    /// MQTT 5: 0 for all that the server has kept, 1 where the subscription is new, 2 for none.
    pub retain_handling: u8,
}

impl<'a> Filter<'a> {
    /// A filter without options.
    #[must_use]
    pub const fn new(filter: &'a str, qos: Qos) -> Self {
        Filter {
            filter,
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: 0,
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let filter = reader.text()?;
        let options = reader.byte()?;
        let retain_handling = (options >> 4) & 3;
        if filter.is_empty() || options & 0xC0 != 0 || retain_handling == 3 {
            return Err(Malformed::Value("filter"));
        }
        Ok(Filter {
            filter,
            qos: Qos::of_bits(options, "QoS")?,
            no_local: options & 4 != 0,
            retain_as_published: options & 8 != 0,
            retain_handling,
        })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        write::text("a topic filter", self.filter, out)?;
        let no_local = u8::from(self.no_local) << 2;
        let as_published = u8::from(self.retain_as_published) << 3;
        let handling = (self.retain_handling & 3) << 4;
        out.push(self.qos as u8 | no_local | as_published | handling);
        Ok(())
    }
}

/// A client wants messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// Its number until it is answered.
    pub packet_id: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// At least one.
    pub filters: Vec<Filter<'a>>,
}

/// The answer: the QoS that each filter gets, or why it gets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAck<'a> {
    /// The question's.
    pub packet_id: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// One for each filter: 0 to 2, or a failure.
    pub reasons: Vec<Reason>,
}

/// A client wants messages no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    /// Its number until it is answered.
    pub packet_id: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// At least one.
    pub filters: Vec<&'a str>,
}

/// The answer to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubAck<'a> {
    /// The question's.
    pub packet_id: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// One for each filter; in 3.1.1 none.
    pub reasons: Vec<Reason>,
}

/// What all four begin with.
fn begin<'a>(frame: &Frame<'a>, version: Version) -> Result<(u16, Properties<'a>, Reader<'a>), Malformed> {
    let mut reader = Reader(frame.body);
    let packet_id = reader.packet_id()?;
    let properties = match version {
        Version::V3 => Properties::NONE,
        Version::V5 => Properties::read(&mut reader)?,
    };
    Ok((packet_id, properties, reader))
}

fn body(packet_id: u16, properties: &Properties<'_>, version: Version) -> Result<Vec<u8>, TooLong> {
    let mut body = packet_id.to_be_bytes().to_vec();
    if version == Version::V5 {
        properties.write(&mut body)?;
    }
    Ok(body)
}

/// As many as there are, and at least one.
fn all<'a, T>(
    mut reader: Reader<'a>,
    one: impl Fn(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let mut found = vec![one(&mut reader)?];
    while !reader.is_empty() {
        found.push(one(&mut reader)?);
    }
    Ok(found)
}

impl<'a> Subscribe<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let (packet_id, properties, reader) = begin(frame, version)?;
        let filters = all(reader, Filter::read)?;
        Ok(Subscribe {
            packet_id,
            properties,
            filters,
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = body(self.packet_id, &self.properties, version)?;
        self.filters
            .iter()
            .try_for_each(|filter| filter.write(&mut body))?;
        write::packet(SUBSCRIBE, &body, out)
    }
}

impl<'a> SubAck<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let (packet_id, properties, mut reader) = begin(frame, version)?;
        Ok(SubAck {
            packet_id,
            properties,
            reasons: reader.rest().iter().copied().map(Reason).collect(),
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = body(self.packet_id, &self.properties, version)?;
        // 3.1.1 knows one failure.
        let code = |reason: &Reason| match version {
            Version::V3 => reason.0.min(0x80),
            Version::V5 => reason.0,
        };
        body.extend(self.reasons.iter().map(code));
        write::packet(SUBACK, &body, out)
    }
}

impl<'a> Unsubscribe<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let (packet_id, properties, reader) = begin(frame, version)?;
        let filters = all(reader, |reader| reader.text())?;
        Ok(Unsubscribe {
            packet_id,
            properties,
            filters,
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = body(self.packet_id, &self.properties, version)?;
        for filter in &self.filters {
            write::text("a topic filter", filter, &mut body)?;
        }
        write::packet(UNSUBSCRIBE, &body, out)
    }
}

impl<'a> UnsubAck<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let (packet_id, properties, mut reader) = begin(frame, version)?;
        if version == Version::V3 {
            reader.end()?;
        }
        Ok(UnsubAck {
            packet_id,
            properties,
            reasons: reader.rest().iter().copied().map(Reason).collect(),
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = body(self.packet_id, &self.properties, version)?;
        if version == Version::V5 {
            body.extend(self.reasons.iter().map(|reason| reason.0));
        }
        write::packet(UNSUBACK, &body, out)
    }
}
