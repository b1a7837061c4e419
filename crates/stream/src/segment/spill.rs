//! From memory to a file, once a disk has room again.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::backing::Backing;
use super::create::{CreateError, allocated, undone};
use super::positioned;
use super::shared::Segment;
use super::storage::{Storage, lock};
use crate::crash;

/// So much is written at once.
const PIECE: usize = 128 * 1024;

impl Segment {
    /// Writes a sealed segment, which only this process can read, to a new file, byte for byte, and returns that. What is acknowledged
    /// meanwhile waits. After an error there is no file, and this segment is as it was.
    pub(crate) fn spill(&self, path: &Path) -> Result<Arc<Segment>, CreateError> {
        // The slots must not change between their copy and that of the number that goes with them.
        let acknowledgement = lock(&self.acknowledgement);
        let length = self.length().map_err(|source| CreateError::Io {
            path: path.to_owned(),
            source,
        })?;
        let file = allocated(path, length)?;
        let copy = || -> io::Result<()> {
            let mut buffer = vec![0; PIECE];
            let mut offset = 0;
            while offset < length {
                let count = usize::try_from(length - offset).map_or(PIECE, |left| left.min(PIECE));
                let Some(piece) = buffer.get_mut(..count) else {
                    break;
                };
                self.storage.read(offset, piece)?;
                positioned::write(&file, offset, piece)?;
                offset += count as u64;
                crash::point("spill-begun");
            }
            Ok(())
        };
        copy().map_err(|source| undone(path, source))?;
        crash::point("spill-copied");
        let backing = Backing::new(file, path);
        backing.seal();
        let storage = Storage::File(backing);
        Ok(Arc::new(Segment::found(
            storage,
            self.identity().copied(),
            *acknowledgement,
        )))
    }
}
