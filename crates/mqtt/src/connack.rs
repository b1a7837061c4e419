//! CONNACK: whether a client is let in, and what the server takes.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Reason, Version};

pub(crate) const CONNACK: u8 = 0x20;

/// Whether a client is let in, and what the server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnAck<'a> {
    /// Whether the server has kept a session of this client's, which goes on.
    pub session_present: bool,
    /// Success, or why not.
    pub reason: Reason,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
}

impl<'a> ConnAck<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let mut reader = Reader(frame.body);
        let session_present = reader.flag("session present")?;
        let code = reader.byte()?;
        let (reason, properties) = match version {
            Version::V3 => (Reason::of_return_code(code), Properties::NONE),
            // A server that speaks no 5 answers in the form of 3.1.1.
            Version::V5 if reader.is_empty() => {
                let reason = if code < 0x80 {
                    Reason::of_return_code(code)
                } else {
                    Reason(code)
                };
                (reason, Properties::NONE)
            }
            Version::V5 => (Reason(code), Properties::read(&mut reader)?),
        };
        reader.end()?;
        Ok(ConnAck {
            session_present,
            reason,
            properties,
        })
    }

    pub(crate) fn write(&self, version: Version, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let mut body = vec![u8::from(self.session_present)];
        match version {
            Version::V3 => body.push(self.reason.return_code()),
            Version::V5 => {
                body.push(self.reason.0);
                self.properties.write(&mut body)?;
            }
        }
        write::packet(CONNACK, &body, out)
    }
}
