//! Reading records one after the other, past whatever damage there is.
//!
//! The same scan serves the worker on a segment that is being appended to (the limit is what is committed) and
//! recovery (the limit is the file's length). What it promises for any bytes whatever:
//!
//! * Only whole records are given, each once, in rising order; every step goes forward.
//! * A record whose key or body is damaged is counted as one, and the scan goes on behind it. Where a header is
//!   damaged, it goes on at the next one that is valid, over zeros too (pages that a power cut took).
//! * Zeros up to the limit are a clean end. A rest that is not zero and has no valid header is one torn record.
//! * A failure to read is an error and not damage; the step may be tried again.
//!
//! A header is valid if its checksum holds and its index is one that a record there can have: each record that
//! was skipped had a header at least.

use std::io;

use super::format::{ALIGNMENT, Position, RECORDS, align};
use super::found::{Damage, Found, Record};
use super::frame::{HEADER, RecordHeader};
use super::window::{self, ReadAt, Window};

/// Reads records from a position up to a limit.
pub(crate) struct Scanner<S> {
    window: Window<S>,
    /// Behind all that has been given.
    next: Position,
    limit: u64,
}

/// What is next, seen from a position.
enum Ahead {
    /// A record's header, at this offset.
    Header(u64, RecordHeader),
    /// Something, but no header.
    Torn,
    /// Nothing.
    Zeros,
}

impl<S: ReadAt> Scanner<S> {
    /// Reads from a position up to the offset `limit`, at which the source may not end before.
    pub(crate) fn new(source: S, from: Position, limit: u64) -> Self {
        Self::in_memory(source, from, limit, Vec::new())
    }

    /// The same in memory that was used before.
    pub(crate) fn in_memory(source: S, from: Position, limit: u64, memory: Vec<u8>) -> Self {
        Self::through(Window::new(source, window::LENGTH, memory), from, limit)
    }

    /// The same through a window of another length.
    pub(super) fn with_window(source: S, from: Position, limit: u64, length: usize) -> Self {
        Self::through(Window::new(source, length.max(HEADER), Vec::new()), from, limit)
    }

    fn through(window: Window<S>, from: Position, limit: u64) -> Self {
        let mut scanner = Scanner {
            window,
            next: from,
            limit,
        };
        scanner.seek(from);
        scanner
    }

    /// The memory, for the next one.
    pub(crate) fn into_memory(self) -> Vec<u8> {
        self.window.into_memory()
    }

    /// More has been committed.
    #[cfg(test)]
    pub(crate) fn raise_limit(&mut self, limit: u64) {
        self.limit = self.limit.max(limit);
    }

    /// Goes to another position: back, to give the same records again, or forward.
    pub(crate) fn seek(&mut self, position: Position) {
        self.next = Position {
            offset: align(position.offset.max(RECORDS)),
            index: position.index,
        };
    }

    /// Behind all that has been given.
    pub(crate) fn position(&self) -> Position {
        self.next
    }

    /// The next record or damage; `None` at the limit.
    pub(crate) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        let from = self.next;
        if from.offset >= self.limit {
            return Ok(None);
        }
        match self.ahead(from)? {
            // The position stays: it is behind what has been given.
            Ahead::Zeros => Ok(None),
            Ahead::Torn => Ok(Some(self.torn(from))),
            Ahead::Header(offset, header) if offset > from.offset => {
                let records = u64::from(header.index.saturating_sub(from.index)).max(1);
                self.next = Position {
                    offset,
                    index: header.index,
                };
                Ok(Some(Found::Damage(Damage {
                    start: from.offset,
                    end: offset,
                    records,
                })))
            }
            Ahead::Header(_, header) => self.record(from, &header).map(Some),
        }
    }

    /// The record whose header is at this position.
    fn record(&mut self, from: Position, header: &RecordHeader) -> io::Result<Found<'_>> {
        let Position { offset: start, index } = from;
        let end = start.saturating_add(header.size());
        let bytes = self.window.look(start, header.length(), self.limit)?;
        self.next = Position {
            offset: end,
            index: index.saturating_add(1),
        };
        Ok(match header.content(bytes) {
            Some((key, body)) => Found::Record(Record {
                index,
                start,
                end,
                grave: header.is_grave(),
                key,
                body,
            }),
            // Damaged, or cut off by the limit.
            None => Found::Damage(Damage {
                start,
                end: end.min(self.limit),
                records: 1,
            }),
        })
    }

    /// The rest is one torn record.
    fn torn(&mut self, from: Position) -> Found<'static> {
        self.next = Position {
            offset: align(self.limit),
            index: from.index.saturating_add(1),
        };
        Found::Damage(Damage {
            start: from.offset,
            end: self.limit,
            records: 1,
        })
    }

    /// The first valid header from this position on.
    fn ahead(&mut self, from: Position) -> io::Result<Ahead> {
        let mut offset = from.offset;
        let mut is_zero = true;
        while offset < self.limit {
            let bytes = self.window.look(offset, HEADER, self.limit)?;
            // Where less than a header is left in the window, the next look begins; in front of the limit, none does.
            let places = match bytes.len().checked_sub(HEADER - 1) {
                None | Some(0) => bytes.len(),
                Some(places) => places,
            };
            let mut at = 0;
            while at < places {
                let rest = bytes.get(at..).unwrap_or_default();
                let zeros = zeros(rest);
                if zeros > 0 {
                    at += zeros;
                    continue;
                }
                // Fewer bytes than a word are left only in front of the limit.
                is_zero &= rest.len() < ALIGNMENT as usize && rest.iter().all(|byte| *byte == 0);
                let found = offset + at as u64;
                if let Some(header) = RecordHeader::decode(rest, found)
                    && is_possible(&header, from, found)
                {
                    return Ok(Ahead::Header(found, header));
                }
                at += ALIGNMENT as usize;
            }
            offset += at as u64;
        }
        Ok(if is_zero { Ahead::Zeros } else { Ahead::Torn })
    }
}

/// How many bytes at the front are zeros, in whole words.
fn zeros(bytes: &[u8]) -> usize {
    const WORD: usize = ALIGNMENT as usize;
    let (blocks, _) = bytes.as_chunks::<512>();
    let blocks = blocks.iter().take_while(|block| **block == [0; 512]).count() * 512;
    let (words, _) = bytes.get(blocks..).unwrap_or_default().as_chunks::<WORD>();
    blocks + words.iter().take_while(|word| **word == [0; WORD]).count() * WORD
}

/// Whether a record at this offset can have this index, seen from a position in front of it.
fn is_possible(header: &RecordHeader, from: Position, offset: u64) -> bool {
    let between = offset.saturating_sub(from.offset) / HEADER as u64;
    header
        .index
        .checked_sub(from.index)
        .is_some_and(|lost| u64::from(lost) <= between)
}
