//! A message that is too large to be taken: its head says what to acknowledge, and the rest is read and thrown away. It
//! would come again for ever otherwise.

use tnt4_mqtt::{Frame, Malformed, Packet, Publish, Version};

/// How many of its first bytes tell topic and packet id: the header, the longest topic, and some properties.
const HEAD: usize = 80 * 1024;

/// The type of a PUBLISH, in the upper four bits.
const PUBLISH: u8 = 0x30;

/// A large packet's head.
pub(super) enum Head<'a> {
    /// More of it has to come first.
    Partial,
    /// A message, as far as it has come.
    Message(Publish<'a>),
}

/// Reads the head of a packet of `length` bytes of which these have come.
pub(super) fn head(bytes: &[u8], length: usize, version: Version) -> Result<Head<'_>, Malformed> {
    let too_large = Malformed::TooLarge { length, limit: HEAD };
    let (first, rest) = bytes.split_first().ok_or(too_large)?;
    if first & 0xF0 != PUBLISH {
        return Err(too_large);
    }
    if bytes.len() < HEAD.min(length) {
        return Ok(Head::Partial);
    }
    // The length's bytes, of which the last has no mark.
    let body = rest
        .iter()
        .position(|byte| byte & 0x80 == 0)
        .and_then(|last| rest.get(last + 1..))
        .ok_or(Malformed::Length)?;
    let frame = Frame {
        first: *first,
        body,
        length,
    };
    match Packet::read(&frame, version)? {
        Packet::Publish(publish) => Ok(Head::Message(publish)),
        _ => Err(too_large),
    }
}
