//! The primitives, written at the end of a buffer.

/// The largest number that a length can be.
pub(crate) const LARGEST: usize = 268_435_455;

/// Something is longer than the protocol can say: text or data of more than 65,535 bytes, a packet of more than 256 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {length} bytes: MQTT has no room for so many")]
pub struct TooLong {
    /// What is too long.
    pub what: &'static str,
    /// How long it is.
    pub length: usize,
}

/// Writes the first byte and the length of what follows.
pub(crate) fn header(first: u8, length: usize, out: &mut Vec<u8>) -> Result<(), TooLong> {
    if length > LARGEST {
        let what = "a packet";
        return Err(TooLong { what, length });
    }
    out.push(first);
    variable(length as u32, out);
    Ok(())
}

/// Writes a packet whose body is in one piece.
pub(crate) fn packet(first: u8, body: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
    header(first, body.len(), out)?;
    out.extend_from_slice(body);
    Ok(())
}

/// A number, at most [`LARGEST`], in as few bytes as possible.
pub(crate) fn variable(mut value: u32, out: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7F) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// How many bytes such a number takes.
pub(crate) fn variable_length(value: usize) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

pub(crate) fn two(value: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_be_bytes());
}

pub(crate) fn four(value: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_be_bytes());
}

pub(crate) fn binary(what: &'static str, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
    let length = bytes.len();
    let prefix = u16::try_from(length).map_err(|_| TooLong { what, length })?;
    two(prefix, out);
    out.extend_from_slice(bytes);
    Ok(())
}

pub(crate) fn text(what: &'static str, text: &str, out: &mut Vec<u8>) -> Result<(), TooLong> {
    binary(what, text.as_bytes(), out)
}
