//! CONNECT: who a client is, and what it wants kept.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Qos, Version};

pub(crate) const CONNECT: u8 = 0x10;

const NAME: &str = "MQTT";
const CLEAN: u8 = 0x02;
const WILL: u8 = 0x04;
const WILL_RETAIN: u8 = 0x20;
const PASSWORD: u8 = 0x40;
const USER_NAME: u8 = 0x80;

/// Who a client is, and what it wants kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Connect<'a> {
    /// Which MQTT is to be spoken.
    pub version: Version,
    /// Whether it begins with nothing: neither subscriptions nor messages in flight.
    pub clean: bool,
    /// The longest silence of the client's, in seconds; 0 for any.
    pub keep_alive: u16,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// May be empty: the server then chooses one.
    pub client_id: &'a str,
    /// What the server says in the client's name when the connection breaks.
    pub will: Option<Will<'a>>,
    /// By which it is known.
    pub user_name: Option<&'a str>,
    /// Never shown.
    pub password: Option<&'a [u8]>,
}

/// What the server says in the client's name when the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Will<'a> {
    /// How sure its delivery is to be.
    pub qos: Qos,
    /// Whether the server keeps it for those who subscribe later.
    pub retain: bool,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
    /// Where it belongs.
    pub topic: &'a str,
    /// The message.
    pub payload: &'a [u8],
}

/// Without user name and password.
impl std::fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("version", &self.version)
            .field("clean", &self.clean)
            .field("keep_alive", &self.keep_alive)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl<'a> Connect<'a> {
    pub(crate) fn read(frame: &Frame<'a>) -> Result<Self, Malformed> {
        let mut reader = Reader(frame.body);
        let name = reader.text()?;
        let level = reader.byte()?;
        let version = match (name, level) {
            (NAME, 4) => Version::V3,
            (NAME, 5) => Version::V5,
            (NAME, other) => return Err(Malformed::Version(Some(other))),
            _ => return Err(Malformed::Version(None)),
        };
        let flags = reader.byte()?;
        let has = |flag: u8| flags & flag != 0;
        let will_bits_alone = !has(WILL) && flags & 0x38 != 0;
        let password_alone = version == Version::V3 && has(PASSWORD) && !has(USER_NAME);
        if has(1) || will_bits_alone || password_alone {
            return Err(Malformed::Value("flags"));
        }
        let keep_alive = reader.two()?;
        let with_properties = version == Version::V5;
        let properties = |reader: &mut Reader<'a>| match with_properties {
            true => Properties::read(reader),
            false => Ok(Properties::NONE),
        };
        let own = properties(&mut reader)?;
        let client_id = reader.text()?;
        let will = if has(WILL) {
            Some(Will {
                qos: Qos::of_bits(flags >> 3, "will's QoS")?,
                retain: has(WILL_RETAIN),
                properties: properties(&mut reader)?,
                topic: reader.text()?,
                payload: reader.binary()?,
            })
        } else {
            None
        };
        let user_name = has(USER_NAME).then(|| reader.text()).transpose()?;
        let password = has(PASSWORD).then(|| reader.binary()).transpose()?;
        reader.end()?;
        Ok(Connect {
            version,
            clean: has(CLEAN),
            keep_alive,
            properties: own,
            client_id,
            will,
            user_name,
            password,
        })
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = Vec::with_capacity(64);
        write::text("the protocol's name", NAME, &mut body)?;
        body.push(self.version.level());
        let mut flags = u8::from(self.clean) * CLEAN;
        if let Some(will) = &self.will {
            flags |= WILL | ((will.qos as u8) << 3) | (u8::from(will.retain) * WILL_RETAIN);
        }
        flags |= u8::from(self.user_name.is_some()) * USER_NAME;
        flags |= u8::from(self.password.is_some()) * PASSWORD;
        body.push(flags);
        write::two(self.keep_alive, &mut body);
        let with_properties = self.version == Version::V5;
        if with_properties {
            self.properties.write(&mut body)?;
        }
        write::text("the client identifier", self.client_id, &mut body)?;
        if let Some(will) = &self.will {
            if with_properties {
                will.properties.write(&mut body)?;
            }
            write::text("the will's topic", will.topic, &mut body)?;
            write::binary("the will", will.payload, &mut body)?;
        }
        if let Some(name) = self.user_name {
            write::text("the user name", name, &mut body)?;
        }
        if let Some(password) = self.password {
            write::binary("the password", password, &mut body)?;
        }
        write::packet(CONNECT, &body, out)
    }
}
