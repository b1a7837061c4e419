//! Where a packet ends: its first byte, the length of the rest, the rest.

use crate::Malformed;
use crate::read::Reader;

/// One packet's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Type, in the upper four bits, and flags.
    pub first: u8,
    /// All behind the length.
    pub body: &'a [u8],
    /// How many bytes it takes with all.
    pub length: usize,
}

/// The packet at the front of `bytes`; `None` where it is not whole yet.
///
/// # Errors
/// [`Malformed::TooLarge`] as soon as a packet announces more than `limit` bytes in all, and [`Malformed::Length`].
pub fn frame(bytes: &[u8], limit: usize) -> Result<Option<Frame<'_>>, Malformed> {
    let Some((first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let mut reader = Reader(rest);
    let announced = match reader.variable() {
        Ok(announced) => announced as usize,
        Err(Malformed::Ends) => return Ok(None),
        Err(error) => return Err(error),
    };
    let before = bytes.len() - reader.0.len();
    let length = before + announced;
    if length > limit {
        return Err(Malformed::TooLarge { length, limit });
    }
    Ok(reader.take(announced).ok().map(|body| Frame {
        first: *first,
        body,
        length,
    }))
}
