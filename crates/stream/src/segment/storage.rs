//! What holds a segment's bytes: a piece of memory, or a file.
//!
//! Files are read and written by system calls that name an offset, never through a mapping. On the file
//! systems that are mapped, what a mapping was given is seen by such reads at once.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::backing::Backing;
use super::{fetch, positioned, spare};

/// So much memory is copied under one hold of its lock, so that a producer does not wait for a long read.
const COPIED_AT_ONCE: usize = 32 * 1024;

/// What holds a segment's bytes.
pub(super) enum Storage {
    /// The image of a file, filled with zeros up to its length.
    Memory(Mutex<Vec<u8>>),
    File(Backing),
}

/// Gives memory back for the next segment.
impl Drop for Storage {
    fn drop(&mut self) {
        if let Storage::Memory(image) = self {
            let image = image.get_mut().unwrap_or_else(PoisonError::into_inner);
            spare::keep(std::mem::take(image));
        }
    }
}

impl Storage {
    /// Memory of this length, zeros.
    pub(super) fn memory(length: usize) -> Self {
        Storage::Memory(Mutex::new(spare::zeros(length)))
    }

    /// This file, open for reading and writing.
    pub(super) fn file(file: File, path: &Path) -> Self {
        Storage::File(Backing::new(file, path))
    }

    /// How many bytes it has now.
    pub(super) fn length(&self) -> io::Result<u64> {
        match self {
            Storage::Memory(image) => Ok(lock(image).len() as u64),
            Storage::File(backing) => Ok(backing.lent()?.metadata()?.len()),
        }
    }

    /// Fills the buffer from this offset; `UnexpectedEof` where there are not so many bytes.
    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match self {
            Storage::File(backing) => positioned::read(&*backing.kept()?, offset, buffer),
            Storage::Memory(image) => {
                let mut range = range(offset, buffer.len());
                for piece in buffer.chunks_mut(COPIED_AT_ONCE) {
                    let next = range.start.saturating_add(piece.len());
                    let image = lock(image);
                    let source = image.get(range.start..next).ok_or(io::ErrorKind::UnexpectedEof)?;
                    piece.copy_from_slice(source);
                    range.start = next;
                }
                Ok(())
            }
        }
    }

    /// Writes the pieces one behind the other from this offset: memory under one hold of its lock.
    pub(super) fn write(&self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        match self {
            Storage::File(backing) => {
                let file = backing.lent()?;
                let mut offset = offset;
                for piece in pieces {
                    positioned::write(&file, offset, piece)?;
                    offset += piece.len() as u64;
                }
            }
            Storage::Memory(image) => {
                let mut image = lock(image);
                let mut start = range(offset, 0).start;
                for piece in pieces {
                    let end = start.saturating_add(piece.len());
                    // Memory has its length; a file would grow.
                    let target = image.get_mut(start..end).ok_or(io::ErrorKind::WriteZero)?;
                    target.copy_from_slice(piece);
                    start = end;
                }
                let rest = image.get(start..).unwrap_or_default();
                fetch::ahead(rest.as_ptr(), rest.len());
            }
        }
        Ok(())
    }

    /// Cuts it off, and gives back what was behind. It never grows.
    pub(super) fn truncate(&self, length: u64) -> io::Result<()> {
        match self {
            Storage::Memory(image) => {
                let mut image = lock(image);
                image.truncate(range(length, 0).start);
                image.shrink_to_fit();
                Ok(())
            }
            Storage::File(backing) => {
                let file = backing.lent()?;
                match length < file.metadata()?.len() {
                    true => file.set_len(length),
                    false => Ok(()),
                }
            }
        }
    }

    /// The file's path.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Storage::Memory(_) => None,
            Storage::File(backing) => Some(backing.path()),
        }
    }

    /// The file.
    pub(super) fn backing(&self) -> Option<&Backing> {
        match self {
            Storage::Memory(_) => None,
            Storage::File(backing) => Some(backing),
        }
    }

    /// The file itself, for a moment; `None` for memory.
    pub(super) fn lent(&self) -> io::Result<Option<Arc<File>>> {
        self.backing().map(Backing::lent).transpose()
    }
}

/// A panic while the lock was held cannot have left more than a record that was not committed.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The range of memory; beyond all memory where the offset is.
fn range(offset: u64, length: usize) -> Range<usize> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    start..start.saturating_add(length)
}
