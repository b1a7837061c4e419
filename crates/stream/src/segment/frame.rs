//! A record as it lies in a segment: its header in 24 bytes, its routing key, its body, zeros up to the next
//! multiple of 8.
//!
//! | offset | size | what |
//! |---|---|---|
//! | 0 | 4 | magic: `1E 74 34 1F` |
//! | 4 | 2 | flags: bit 0 says *grave*, severity ERROR or above; the others are reserved |
//! | 6 | 2 | length of the routing key |
//! | 8 | 4 | length of the body, at most [`LONGEST_BODY`] |
//! | 12 | 4 | checksum of key and body |
//! | 16 | 4 | index of the record within the segment, from 0 |
//! | 20 | 4 | checksum of the 20 bytes before, followed by the offset of the record as 8 bytes |
//! | 24 | | routing key, UTF-8: the MQTT topic; empty for HTTP |
//! | | | body: the record's JSON: an object, or a string where it is a text and no item |
//!
//! Since the offset is a part of its checksum, a header is valid in one place only, and a block that a disk wrote
//! elsewhere holds no records there. At the two multiples of 8 inside the header stand the length of the body and the index. Read as such
//! numbers, the magic is beyond any that is allowed, so no header can begin inside another one.

use super::checksum;
use super::format::{Fields, LONGEST_BODY, LONGEST_KEY, Position, RECORD_MARK, align};

/// The size of a record's header in bytes.
pub(super) const HEADER: usize = 24;
/// What of it is in front of its checksum.
const FIELDS: usize = 20;

pub(super) const MAGIC: [u8; 4] = [RECORD_MARK, b't', b'4', 0x1F];

const GRAVE: u16 = 1;

/// A record that is ready to be appended: all that can be computed outside of the lock is.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(super) key: &'a str,
    pub(super) body: &'a [u8],
    header: RecordHeader,
}

/// Why a record cannot lie in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("the routing key has {0} bytes, but {LONGEST_KEY} are allowed; use a shorter one")]
    KeyTooLong(usize),
    #[error("the record has {0} bytes, but {LONGEST_BODY} are allowed; shorten its message")]
    BodyTooLong(usize),
    /// Such a record could pretend to be several.
    #[error("the record contains the control byte 1E, which JSON text must escape; encode it as JSON")]
    ControlByte,
}

impl<'a> Frame<'a> {
    /// Prepares a record from its routing key and its JSON, whoever wrote that.
    pub(crate) fn new(key: &'a str, body: &'a [u8], grave: bool) -> Result<Self, FrameError> {
        if has_mark(key.as_bytes()) || has_mark(body) {
            return Err(FrameError::ControlByte);
        }
        Self::without_mark(key, body, grave)
    }

    /// Prepares a record from a topic, which has no control characters, and JSON that our own encoding wrote. That
    /// escapes control bytes in all strings, and writes none elsewhere, so there is nothing to look for.
    pub(crate) fn encoded(topic: &'a str, body: &'a [u8], grave: bool) -> Result<Self, FrameError> {
        debug_assert!(
            !has_mark(body) && !has_mark(topic.as_bytes()),
            "an encoding with the control byte 1E"
        );
        Self::without_mark(topic, body, grave)
    }

    fn without_mark(key: &'a str, body: &'a [u8], grave: bool) -> Result<Self, FrameError> {
        let key_length = u16::try_from(key.len()).map_err(|_| FrameError::KeyTooLong(key.len()))?;
        if body.len() > LONGEST_BODY {
            return Err(FrameError::BodyTooLong(body.len()));
        }
        let header = RecordHeader {
            flags: if grave { GRAVE } else { 0 },
            key_length,
            // Checked above: far below what fits.
            body_length: body.len() as u32,
            checksum: content_checksum(key.as_bytes(), body),
            index: 0,
        };
        Ok(Frame { key, body, header })
    }

    /// The bytes that it takes of a segment, a multiple of 8.
    pub(crate) fn size(&self) -> u64 {
        self.header.size()
    }

    /// Whether it is of severity ERROR or above.
    pub(crate) fn is_grave(&self) -> bool {
        self.header.is_grave()
    }

    /// The header of this record at this position.
    pub(super) fn header(&self, position: Position) -> [u8; HEADER] {
        let index = position.index;
        RecordHeader { index, ..self.header }.encode(position.offset)
    }
}

/// Lengths only: the content is the application's affair.
impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} + {} bytes)", self.key.len(), self.body.len())
    }
}

/// What a record's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordHeader {
    flags: u16,
    key_length: u16,
    body_length: u32,
    checksum: u32,
    pub(super) index: u32,
}

impl RecordHeader {
    /// The header that these bytes at this offset begin with, if it is whole.
    pub(super) fn decode(bytes: &[u8], offset: u64) -> Option<Self> {
        let bytes: &[u8; HEADER] = bytes.first_chunk()?;
        let (fields, checksum) = bytes.split_last_chunk::<4>()?;
        if !bytes.starts_with(&MAGIC) || *checksum != header_checksum(fields, offset) {
            return None;
        }
        let mut fields = Fields(fields);
        let _magic: [u8; 4] = fields.take();
        let header = RecordHeader {
            flags: fields.take_u16(),
            key_length: fields.take_u16(),
            body_length: fields.take_u32(),
            checksum: fields.take_u32(),
            index: fields.take_u32(),
        };
        (header.body_length as usize <= LONGEST_BODY).then_some(header)
    }

    fn encode(&self, offset: u64) -> [u8; HEADER] {
        // The checksum is taken in one piece, since a call costs more than the bytes: the offset stands in its place.
        let mut bytes = [0; FIELDS + 8];
        bytes[0..4].copy_from_slice(&MAGIC);
        bytes[4..6].copy_from_slice(&self.flags.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.key_length.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.body_length.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.checksum.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.index.to_le_bytes());
        bytes[FIELDS..].copy_from_slice(&offset.to_le_bytes());
        let checksum = checksum::of(&bytes);
        let mut header = [0; HEADER];
        header[..FIELDS].copy_from_slice(&bytes[..FIELDS]);
        header[FIELDS..].copy_from_slice(&checksum.to_le_bytes());
        header
    }

    pub(super) fn is_grave(&self) -> bool {
        self.flags & GRAVE != 0
    }

    /// The length of header, key and body.
    pub(super) fn length(&self) -> usize {
        HEADER + usize::from(self.key_length) + self.body_length as usize
    }

    /// The length with the padding.
    pub(super) fn size(&self) -> u64 {
        align(self.length() as u64)
    }

    /// Key and body in the bytes of this record, if they are what was appended.
    pub(super) fn content<'a>(&self, record: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        let content = record.get(HEADER..self.length())?;
        let (key, body) = content.split_at_checked(usize::from(self.key_length))?;
        if checksum::of(content) != self.checksum {
            return None;
        }
        Some((std::str::from_utf8(key).ok()?, body))
    }
}

/// Whether a byte is the mark. All are looked at, several at once: stopping early would take longer.
fn has_mark(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .fold(false, |found, byte| found | (*byte == RECORD_MARK))
}

/// The checksum of a header's fields, as the bytes that lie behind them.
pub(super) fn header_checksum(fields: &[u8], offset: u64) -> [u8; 4] {
    checksum::append(checksum::of(fields), &offset.to_le_bytes()).to_le_bytes()
}

fn content_checksum(key: &[u8], body: &[u8]) -> u32 {
    checksum::append(checksum::of(key), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let frame = Frame::new("a/b", b"{}", true).unwrap();
        let position = Position {
            offset: 4096,
            index: 7,
        };
        let mut bytes = frame.header(position).to_vec();
        bytes.extend_from_slice(b"a/b{}");
        let header = RecordHeader::decode(&bytes, 4096).unwrap();
        assert_eq!((header.index, header.is_grave(), header.size()), (7, true, 32));
        assert_eq!(header.content(&bytes), Some(("a/b", &b"{}"[..])));
        assert_eq!(RecordHeader::decode(&bytes, 8192), None);
    }

    #[test]
    fn no_header_can_begin_inside_a_header() {
        let as_number = u32::from_le_bytes(MAGIC);
        assert!(as_number as usize > LONGEST_BODY);
        // A segment of the largest capacity has fewer records than that.
        assert!(u64::from(as_number) > super::super::LARGEST_CAPACITY / HEADER as u64);
    }

    #[test]
    fn what_could_pretend_to_be_a_record_is_refused() {
        let mut body = b"{\"message\": \"".to_vec();
        body.extend_from_slice(&Frame::new("", b"forged", false).unwrap().header(Position::START));
        assert_eq!(Frame::new("", &body, false).err(), Some(FrameError::ControlByte));
        assert_eq!(
            Frame::new("a\u{1e}", b"{}", false).err(),
            Some(FrameError::ControlByte)
        );
    }

    #[test]
    fn lengths_are_bounded() {
        let key = "k".repeat(LONGEST_KEY + 1);
        assert_eq!(
            Frame::new(&key, b"", false).err(),
            Some(FrameError::KeyTooLong(65_536))
        );
        let body = vec![b' '; LONGEST_BODY + 1];
        let error = FrameError::BodyTooLong(LONGEST_BODY + 1);
        assert_eq!(Frame::new("", &body, false).err(), Some(error));
        assert!(Frame::new(&key[1..], &body[1..], false).is_ok());
    }
}
