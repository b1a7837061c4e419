//! The one who appends to a segment.
//!
//! A record is committed when [`append`](Writer::append) returns: readers may be told of it. Its header is
//! written last, so that a process which dies in the middle leaves no header to something that is not there.
//! A record that a failed write left behind is cut off when the segment is sealed; until then the writer
//! takes no more, so that nothing comes to lie behind it.

use std::io;
use std::path::Path;
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::atomic::{Ordering, fence};

use super::create::{self, CreateError};
use super::format::Position;
use super::frame::{Frame, HEADER};
use super::header::Identity;
#[cfg(target_os = "linux")]
use super::map::MapWriter;
use super::medium::Medium;
use super::shared::Segment;
use super::storage::Storage;
use crate::crash;

/// So much of the buffer for writing is kept between records.
const KEPT: usize = 64 * 1024;

/// The one who appends to a segment. Its owner puts it under a lock.
pub(crate) struct Writer {
    segment: Arc<Segment>,
    way: Way,
    /// Nothing is appended beyond.
    capacity: u64,
    end: Position,
}

/// How bytes get into the segment.
enum Way {
    /// Into memory, piece by piece.
    Copied,
    /// Into a file, with one system call for what was gathered in the buffer.
    Written(Vec<u8>),
    #[cfg(target_os = "linux")]
    Mapped(MapWriter),
}

/// Why a record was not appended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// Seal this segment, and append to the next one.
    #[error("the segment is full")]
    Full,
    /// The segment takes no more. What it holds is good.
    #[error("cannot write to the segment: {0}")]
    Io(#[from] io::Error),
}

impl Writer {
    /// A new segment in memory, of this capacity in bytes.
    pub(crate) fn memory(identity: &Identity, capacity: u64) -> Result<Self, CreateError> {
        create::memory(identity, capacity)
    }

    /// A new segment in a new file, which has all its blocks: allocated, and where it is mapped, populated. That
    /// takes milliseconds, and no lock should be held meanwhile.
    pub(crate) fn create(
        path: &Path,
        identity: &Identity,
        capacity: u64,
        medium: Medium,
    ) -> Result<Self, CreateError> {
        create::file(path, identity, capacity, medium)
    }

    /// A new segment in a new file without blocks: made in microseconds, for a caller who cannot wait for
    /// [`create`](Self::create). Each record then costs a system call, and a disk without room fails the append.
    pub(crate) fn create_sparse(
        path: &Path,
        identity: &Identity,
        capacity: u64,
    ) -> Result<Self, CreateError> {
        create::sparse(path, identity, capacity)
    }

    pub(super) fn new(segment: Arc<Segment>, capacity: u64) -> Self {
        let way = match segment.storage {
            Storage::Memory(_) => Way::Copied,
            Storage::File(_) => Way::Written(Vec::new()),
        };
        Writer {
            segment,
            way,
            capacity,
            end: Position::START,
        }
    }

    #[cfg(target_os = "linux")]
    pub(super) fn mapped(segment: Arc<Segment>, capacity: u64, map: MapWriter) -> Self {
        segment.share_map(map.map());
        Writer {
            segment,
            way: Way::Mapped(map),
            capacity,
            end: Position::START,
        }
    }

    /// The segment, to be shared with those who read it.
    pub(crate) fn segment(&self) -> &Arc<Segment> {
        &self.segment
    }

    /// How many bytes are free: what a frame's size must not exceed.
    pub(crate) fn room(&self) -> u64 {
        self.capacity.saturating_sub(self.end.offset)
    }

    /// Where the next record goes. All bytes in front are committed.
    pub(crate) fn end(&self) -> u64 {
        self.end.offset
    }

    /// How many records have been appended.
    pub(crate) fn count(&self) -> u32 {
        self.end.index
    }

    /// Behind the last record: [`end`](Self::end) and [`count`](Self::count).
    pub(crate) fn position(&self) -> Position {
        self.end
    }

    /// Appends a record, and returns where it ends.
    pub(crate) fn append(&mut self, frame: &Frame<'_>) -> Result<u64, AppendError> {
        if frame.size() > self.room() {
            return Err(AppendError::Full);
        }
        let header = frame.header(self.end);
        if let Err(error) = self.write(&header, frame) {
            self.capacity = self.end.offset;
            return Err(error.into());
        }
        // Both stay below the largest capacity.
        self.end.offset += frame.size();
        self.end.index += 1;
        #[cfg(target_os = "linux")]
        if let Way::Mapped(map) = &self.way {
            map.fetch(self.end.offset);
        }
        Ok(self.end.offset)
    }

    /// Ends appending: gives up the map, and cuts the segment off behind its last record. It unmaps and calls
    /// the file system, so no lock should be held. After an error the segment is as good as before, but longer.
    pub(crate) fn seal(self) -> io::Result<()> {
        let Writer {
            segment, way, end, ..
        } = self;
        drop(way);
        crash::point("segment-unmapped");
        segment.seal(end.offset)
    }

    fn write(&mut self, header: &[u8; HEADER], frame: &Frame<'_>) -> io::Result<()> {
        let (key, body) = (frame.key.as_bytes(), frame.body);
        let start = self.end.offset;
        match &mut self.way {
            Way::Copied => self.segment.storage.write(start, &[header, key, body]),
            Way::Written(buffer) => {
                buffer.clear();
                buffer.shrink_to(KEPT);
                for piece in [header, key, body] {
                    buffer.extend_from_slice(piece);
                }
                crash::point("record-begun");
                self.segment.storage.write(start, &[buffer])
            }
            #[cfg(target_os = "linux")]
            Way::Mapped(map) => {
                let content = start + HEADER as u64;
                map.write(content, key)?;
                map.write(content + key.len() as u64, body)?;
                crash::point("record-begun");
                // A process that is killed has made its stores up to some point of the program.
                fence(Ordering::Release);
                map.write(start, header)
            }
        }
    }
}
