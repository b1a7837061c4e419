//! The header of a segment: what it is, in 48 bytes at offset 0.
//!
//! | offset | size | what |
//! |---|---|---|
//! | 0 | 8 | magic: `\x89tnt4seg`; the first byte is in no text |
//! | 8 | 4 | version: 1 |
//! | 12 | 8 | number of the segment within its stream |
//! | 20 | 16 | id of the stream, a UUID |
//! | 36 | 8 | when it was created, in milliseconds of Unix time |
//! | 44 | 4 | checksum of the 44 bytes before |

use uuid::Uuid;

use super::format::{Fields, checked, put_checksum};

/// The size of the header in bytes.
pub(super) const SIZE: usize = 48;

const MAGIC: [u8; 8] = *b"\x89tnt4seg";

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// Which segment this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The number of the segment within its stream.
    pub(crate) number: u64,
    /// The stream whose records it holds.
    pub(crate) stream: Uuid,
    /// When it was created, in milliseconds of Unix time.
    pub(crate) created_at: u64,
}

/// What is wrong with a header. The records may be readable all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeaderDamage {
    /// The file ends in front of the records.
    #[error("the file ends before its first record")]
    TooShort,
    /// There is no magic: damage, or no segment at all.
    #[error("the file does not begin as a segment does")]
    Magic,
    /// The magic is there, the checksum is wrong.
    #[error("the checksum of the segment's header is wrong")]
    Checksum,
}

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A segment of this version.
    Segment(Identity),
    /// A segment of another version, undamaged.
    OtherVersion(u32),
    /// Nothing that could be relied on.
    Damaged(HeaderDamage),
}

pub(super) fn encode(identity: &Identity) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    bytes[0..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..20].copy_from_slice(&identity.number.to_le_bytes());
    bytes[20..36].copy_from_slice(identity.stream.as_bytes());
    bytes[36..44].copy_from_slice(&identity.created_at.to_le_bytes());
    put_checksum(&mut bytes);
    bytes
}

pub(super) fn decode(bytes: &[u8; SIZE]) -> Read {
    if !bytes.starts_with(&MAGIC) {
        return Read::Damaged(HeaderDamage::Magic);
    }
    let Some(fields) = checked(bytes) else {
        return Read::Damaged(HeaderDamage::Checksum);
    };
    let mut fields = Fields(fields);
    let _magic: [u8; 8] = fields.take();
    match fields.take_u32() {
        VERSION => Read::Segment(Identity {
            number: fields.take_u64(),
            stream: Uuid::from_bytes(fields.take()),
            created_at: fields.take_u64(),
        }),
        other => Read::OtherVersion(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Identity = Identity {
        number: 7,
        stream: Uuid::from_u128(0x1234_5678),
        created_at: 1_793_509_200_000,
    };

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(decode(&encode(&IDENTITY)), Read::Segment(IDENTITY));
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let mut bytes = encode(&IDENTITY);
        bytes[8] = 2;
        assert_eq!(decode(&bytes), Read::Damaged(HeaderDamage::Checksum));
        put_checksum(&mut bytes);
        assert_eq!(decode(&bytes), Read::OtherVersion(2));
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        for bit in 0..SIZE * 8 {
            let mut bytes = encode(&IDENTITY);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let expected = if bit < 64 {
                HeaderDamage::Magic
            } else {
                HeaderDamage::Checksum
            };
            assert_eq!(decode(&bytes), Read::Damaged(expected), "bit {bit}");
        }
    }
}
