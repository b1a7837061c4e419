//! The properties of MQTT 5: those that somebody here needs, read and written; the others read past.

use crate::Malformed;
use crate::read::Reader;
use crate::write::{self, TooLong};

/// Properties of a packet. Each is for some packets only, as the standard says; here any packet may have any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Properties<'a> {
    /// How many seconds the session is kept after the connection's end.
    pub session_expiry: Option<u32>,
    /// The client identifier that the server has chosen.
    pub assigned_client_id: Option<&'a str>,
    /// The keep-alive that the server wants instead, in seconds.
    pub server_keep_alive: Option<u16>,
    /// Another server to use.
    pub server_reference: Option<&'a str>,
    /// Whether whoever connects wants words with reason codes; where it says nothing, it does.
    pub request_problem: Option<bool>,
    /// Why, in the words of the other end.
    pub reason: Option<&'a str>,
    /// How many QoS 1 and 2 messages may be on their way to whoever says so; never 0.
    pub receive_maximum: Option<u16>,
    /// The highest topic alias that whoever says so takes.
    pub topic_alias_maximum: Option<u16>,
    /// A number that stands for a topic.
    pub topic_alias: Option<u16>,
    /// The highest QoS that the server takes, where it is not 2.
    pub maximum_qos: Option<u8>,
    /// The longest packet that whoever says so takes, in bytes; never 0.
    pub maximum_packet_size: Option<u32>,
    /// What the payload is, in words of the application's.
    pub content_type: Option<&'a str>,
}

const SESSION_EXPIRY: u8 = 0x11;
const ASSIGNED_CLIENT_ID: u8 = 0x12;
const SERVER_KEEP_ALIVE: u8 = 0x13;
const SERVER_REFERENCE: u8 = 0x1C;
const REQUEST_PROBLEM: u8 = 0x17;
const REASON: u8 = 0x1F;
const RECEIVE_MAXIMUM: u8 = 0x21;
const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
const TOPIC_ALIAS: u8 = 0x23;
const MAXIMUM_QOS: u8 = 0x24;
const MAXIMUM_PACKET_SIZE: u8 = 0x27;
const CONTENT_TYPE: u8 = 0x03;

impl<'a> Properties<'a> {
    /// None at all.
    pub const NONE: Properties<'static> = Properties {
        session_expiry: None,
        assigned_client_id: None,
        server_keep_alive: None,
        server_reference: None,
        request_problem: None,
        reason: None,
        receive_maximum: None,
        topic_alias_maximum: None,
        topic_alias: None,
        maximum_qos: None,
        maximum_packet_size: None,
        content_type: None,
    };

    /// Reads their length and them.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let length = reader.variable()?;
        let mut reader = Reader(reader.take(length as usize)?);
        let mut found = Properties::default();
        while !reader.is_empty() {
            found.read_one(&mut reader)?;
        }
        Ok(found)
    }

    fn read_one(&mut self, reader: &mut Reader<'a>) -> Result<(), Malformed> {
        let id = reader.variable()?;
        match u8::try_from(id).map_err(|_| Malformed::Property(id))? {
            SESSION_EXPIRY => self.session_expiry = Some(reader.four()?),
            ASSIGNED_CLIENT_ID => self.assigned_client_id = Some(reader.text()?),
            SERVER_KEEP_ALIVE => self.server_keep_alive = Some(reader.two()?),
            SERVER_REFERENCE => self.server_reference = Some(reader.text()?),
            REQUEST_PROBLEM => self.request_problem = Some(reader.flag("wish for words")?),
            REASON => self.reason = Some(reader.text()?),
            RECEIVE_MAXIMUM => {
                let value = reader.two()?;
                self.receive_maximum = Some(not_zero(value, "receive maximum")?);
            }
            TOPIC_ALIAS_MAXIMUM => self.topic_alias_maximum = Some(reader.two()?),
            TOPIC_ALIAS => self.topic_alias = Some(reader.two()?),
            MAXIMUM_QOS => self.maximum_qos = Some(u8::from(reader.flag("maximum QoS")?)),
            MAXIMUM_PACKET_SIZE => {
                let value = reader.four()?;
                self.maximum_packet_size = Some(not_zero(value, "maximum packet size")?);
            }
            CONTENT_TYPE => self.content_type = Some(reader.text()?),
            // Payload format, response information, what a server can do.
            0x01 | 0x19 | 0x25 | 0x28 | 0x29 | 0x2A => {
                reader.byte()?;
            }
            // Message expiry, will delay.
            0x02 | 0x18 => {
                reader.four()?;
            }
            // Subscription identifier.
            0x0B => {
                reader.variable()?;
            }
            // Response topic, authentication method, response information.
            0x08 | 0x15 | 0x1A => {
                reader.text()?;
            }
            // Correlation data, authentication data.
            0x09 | 0x16 => {
                reader.binary()?;
            }
            // A user's name and value.
            0x26 => {
                reader.text()?;
                reader.text()?;
            }
            _ => return Err(Malformed::Property(id)),
        }
        Ok(())
    }

    /// Writes their length and them.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        if *self == Properties::NONE {
            out.push(0);
            return Ok(());
        }
        let mut bytes = Vec::new();
        self.write_each(&mut bytes)?;
        // At most a dozen, of at most 64 KiB each.
        write::variable(bytes.len() as u32, out);
        out.extend_from_slice(&bytes);
        Ok(())
    }

    fn write_each(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        for (id, value) in [
            (SESSION_EXPIRY, self.session_expiry),
            (MAXIMUM_PACKET_SIZE, self.maximum_packet_size),
        ] {
            if let Some(value) = value {
                out.push(id);
                write::four(value, out);
            }
        }
        for (id, value) in [
            (SERVER_KEEP_ALIVE, self.server_keep_alive),
            (RECEIVE_MAXIMUM, self.receive_maximum),
            (TOPIC_ALIAS_MAXIMUM, self.topic_alias_maximum),
            (TOPIC_ALIAS, self.topic_alias),
        ] {
            if let Some(value) = value {
                out.push(id);
                write::two(value, out);
            }
        }
        for (id, value) in [
            (MAXIMUM_QOS, self.maximum_qos),
            (REQUEST_PROBLEM, self.request_problem.map(u8::from)),
        ] {
            if let Some(value) = value {
                out.extend_from_slice(&[id, value]);
            }
        }
        for (id, value) in [
            (ASSIGNED_CLIENT_ID, self.assigned_client_id),
            (SERVER_REFERENCE, self.server_reference),
            (REASON, self.reason),
            (CONTENT_TYPE, self.content_type),
        ] {
            if let Some(value) = value {
                out.push(id);
                write::text("a property", value, out)?;
            }
        }
        Ok(())
    }
}

fn not_zero<T: Default + PartialEq>(value: T, what: &'static str) -> Result<T, Malformed> {
    if value == T::default() {
        return Err(Malformed::Value(what));
    }
    Ok(value)
}
