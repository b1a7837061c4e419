//! DISCONNECT: an end that says why.

use crate::read::Reader;
use crate::write::{self, TooLong};
use crate::{Frame, Malformed, Properties, Reason, Version};

pub(crate) const DISCONNECT: u8 = 0xE0;

/// An end that says why. In 3.1.1 only a client sends it, and it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disconnect<'a> {
    /// Success is a client's normal end.
    pub reason: Reason,
    /// MQTT 5 only.
    pub properties: Properties<'a>,
}

impl<'a> Disconnect<'a> {
    pub(crate) fn read(frame: &Frame<'a>, version: Version) -> Result<Self, Malformed> {
        let mut reader = Reader(frame.body);
        let mut read = Disconnect {
            reason: Reason::SUCCESS,
            properties: Properties::NONE,
        };
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
        let plain = self.reason == Reason::SUCCESS && self.properties == Properties::NONE;
        if version == Version::V3 || plain {
            out.extend_from_slice(&[DISCONNECT, 0]);
            return Ok(());
        }
        let mut body = vec![self.reason.0];
        if self.properties != Properties::NONE {
            self.properties.write(&mut body)?;
        }
        write::packet(DISCONNECT, &body, out)
    }
}
