//! The format of a segment, version 1.
//!
//! A segment is a file, or a piece of memory with the very same bytes: of fixed capacity, filled with zeros,
//! then written from the front. Sealing cuts it off behind its last record. All numbers are little-endian, all
//! checksums CRC-32C.
//!
//! | offset | what | where it is specified |
//! |---|---|---|
//! | 0 | header: what this segment is | [`header`](super::header) |
//! | 512 | first slot: how far it is acknowledged | [`slots`](super::slots) |
//! | 1024 | second slot | [`slots`](super::slots) |
//! | 4096 | records, one behind the other, each at a multiple of 8 | [`frame`](super::frame) |
//!
//! # Versions
//!
//! The magic, the version and the extent of the header with its checksum are the same in every version, so
//! that a version which is not known can be told from damage. All else may change with the version. Reserved
//! bits and bytes are zero when written and ignored when read.
//!
//! # Resynchronising
//!
//! Where a header of a record is damaged, the reader tries each later multiple of 8 until a header is valid. That is
//! safe because nothing else can look like a header: the magic of a record begins with the control byte
//! [`RECORD_MARK`], which is neither in bodies (JSON text escapes control characters) nor in routing keys
//! (validated text), and a [`Frame`](super::Frame) refuses both if it is; nor can it stand at a multiple of 8
//! within another record's header. So nobody can forge a record by logging something.
//!
//! Records carry their index within the segment, so that a gap says exactly how many were lost in it.

use super::checksum;

/// Where the first record begins.
pub(crate) const RECORDS: u64 = 4096;

/// Each record begins at a multiple of this.
pub(super) const ALIGNMENT: u64 = 8;

/// The control byte that begins each record, and is nowhere else in one.
pub(super) const RECORD_MARK: u8 = 0x1E;

/// The longest body: what a [`Record`](crate::Record) may hold, and some slack for what is added to it.
pub(crate) const LONGEST_BODY: usize = 1024 * 1024 + BODY_SLACK;

/// What a body may be longer than the longest record that an application may send.
const BODY_SLACK: usize = 4096;

/// The longest routing key.
pub(crate) const LONGEST_KEY: usize = u16::MAX as usize;

/// The largest capacity of a segment. Indices of records fit into 32 bits below it.
pub(crate) const LARGEST_CAPACITY: u64 = 1 << 30;

/// A place between two records of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// The offset in bytes, a multiple of 8.
    pub(crate) offset: u64,
    /// The index of the record that begins there: how many lie in front of it.
    pub(crate) index: u32,
}

impl Position {
    /// In front of the first record.
    pub(crate) const START: Position = Position {
        offset: RECORDS,
        index: 0,
    };
}

/// The next multiple of [`ALIGNMENT`].
pub(super) const fn align(offset: u64) -> u64 {
    offset.saturating_add(ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// Reads little-endian numbers off the front of some bytes.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    /// The next `N` bytes; zeros where there are not so many, for which the checksum will not hold.
    pub(super) fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk::<N>() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => {
                self.0 = &[];
                [0; N]
            }
        }
    }

    pub(super) fn take_u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(super) fn take_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    pub(super) fn take_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }
}

/// The bytes without their last four, if these are the checksum of the others.
pub(super) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (rest, checksum) = bytes.split_last_chunk::<4>()?;
    (checksum::of(rest) == u32::from_le_bytes(*checksum)).then_some(rest)
}

/// Puts the checksum of all but the last four bytes into those.
pub(super) fn put_checksum(bytes: &mut [u8]) {
    if let Some((rest, checksum)) = bytes.split_last_chunk_mut::<4>() {
        *checksum = checksum::of(rest).to_le_bytes();
    }
}
