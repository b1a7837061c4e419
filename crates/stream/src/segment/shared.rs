//! A segment as its readers share it: read, acknowledge, sync, remove.
//!
//! Nothing here waits for the one who appends, but for the moment in which memory is copied.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::sync::Arc;
use std::sync::Mutex;

use super::backing::Backing;
use super::create;
use super::format::{Position, RECORDS};
use super::header::{self, Identity};
#[cfg(target_os = "linux")]
use super::map::Map;
use super::slots::Acknowledgement;
use super::storage::{Storage, lock};
use super::window::ReadAt;
use crate::{crash, durable};

/// A segment, for everyone but the one who appends to it.
pub(crate) struct Segment {
    pub(super) storage: Storage,
    /// What it says of itself; `None` where its header is damaged.
    identity: Option<Identity>,
    /// Held while a slot is written.
    pub(super) acknowledgement: Mutex<Acknowledgement>,
    /// Until it is sealed.
    #[cfg(target_os = "linux")]
    map: Mutex<Option<Arc<Map>>>,
}

impl Segment {
    /// A new segment, of which nothing is acknowledged.
    pub(super) fn new(storage: Storage, identity: Identity) -> Self {
        Self::found(storage, Some(identity), Acknowledgement::NONE)
    }

    /// A segment that exists.
    pub(super) fn found(
        storage: Storage,
        identity: Option<Identity>,
        acknowledgement: Acknowledgement,
    ) -> Self {
        Segment {
            storage,
            identity,
            acknowledgement: Mutex::new(acknowledgement),
            #[cfg(target_os = "linux")]
            map: Mutex::new(None),
        }
    }

    /// What the segment says of itself; `None` where its header is damaged.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Whether it is lost with the process.
    pub(crate) fn is_memory(&self) -> bool {
        self.storage.path().is_none()
    }

    /// The file, where it was created or opened.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.storage.path()
    }

    /// How many bytes the segment takes: its capacity, and what is used of it once it is sealed.
    pub(crate) fn length(&self) -> io::Result<u64> {
        self.storage.length()
    }

    /// Notes that all records in front of this position have arrived. A position behind one that was noted
    /// already changes nothing. After an error what was noted before holds, and it may be tried again.
    pub(crate) fn acknowledge(&self, position: Position) -> io::Result<()> {
        let mut latest = lock(&self.acknowledgement);
        if position.offset <= latest.position.offset {
            return Ok(());
        }
        let next = latest.next(position);
        crash::point("acknowledging");
        self.storage.write(next.offset(), &[&next.encode()])?;
        crash::point("acknowledged");
        *latest = next;
        Ok(())
    }

    /// Behind the last record that has been noted as arrived.
    pub(crate) fn acknowledged(&self) -> Position {
        lock(&self.acknowledgement).position
    }

    /// Waits until what has been appended and acknowledged would survive a power cut.
    pub(crate) fn sync_data(&self) -> io::Result<()> {
        match (self.storage.lent()?, self.storage.path()) {
            (Some(file), Some(path)) => durable::data(&file, path),
            _ => Ok(()),
        }
    }

    /// Waits until the new file itself would survive a power cut: its header, and its name in the folder.
    pub(crate) fn sync_creation(&self) -> io::Result<()> {
        match (self.storage.lent()?, self.storage.path()) {
            (Some(file), Some(path)) => create::sync(&file, path),
            _ => Ok(()),
        }
    }

    /// Prepares this range for appending, so that no producer waits for a page: new pages, and those which a
    /// sync has made read-only. From any thread; where there is no map or it fails, nothing is lost but speed.
    pub(crate) fn populate(&self, range: Range<u64>) {
        #[cfg(target_os = "linux")]
        {
            let map = lock(&self.map).clone();
            if let Some(map) = map {
                // The writer's page fault does the same, later.
                drop(map.populate(range));
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = range;
    }

    /// Whether it does not even have the beginning of a header: whoever was killed while creating a file leaves that.
    pub(crate) fn is_blank(&self) -> io::Result<bool> {
        let mut beginning = vec![0; usize::try_from(self.length()?.min(RECORDS)).unwrap_or(0)];
        self.storage.read(0, &mut beginning)?;
        Ok(beginning.iter().all(|byte| *byte == 0))
    }

    /// Whether its path leads to its file; never for memory.
    pub(crate) fn is_in_place(&self) -> bool {
        self.storage.backing().is_some_and(Backing::is_in_place)
    }

    /// Closes the file until it is needed again, where the segment is sealed.
    pub(super) fn rest(&self) {
        if let Some(backing) = self.storage.backing() {
            backing.rest();
        }
    }

    /// Removes the file. That it is gone already, or another one lies there, is no error.
    pub(crate) fn remove(&self) -> io::Result<()> {
        let Some(path) = self.storage.path().filter(|_| self.is_in_place()) else {
            return Ok(());
        };
        crash::point("segment-unlinking");
        let removed = std::fs::remove_file(path);
        crash::point("segment-unlinked");
        if let Some(backing) = self.storage.backing() {
            backing.let_go();
        }
        removed.or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })
    }

    pub(super) fn write_header(&self, header: &[u8; header::SIZE]) -> io::Result<()> {
        self.storage.write(0, &[header])
    }

    #[cfg(target_os = "linux")]
    pub(super) fn share_map(&self, map: Arc<Map>) {
        *lock(&self.map) = Some(map);
    }

    /// Cuts off what is behind the last record, and closes the file. The writer is gone, and its hold of the map with
    /// it.
    pub(super) fn seal(&self, length: u64) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        drop(lock(&self.map).take());
        let cut_off = self.storage.truncate(length);
        if let Some(backing) = self.storage.backing() {
            backing.seal();
        }
        cut_off
    }
}

impl ReadAt for Segment {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.storage.read(offset, buffer)
    }
}

/// Which one it is, nothing of what it holds.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.identity.map(|identity| identity.number);
        f.debug_struct("Segment")
            .field("number", &number)
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
