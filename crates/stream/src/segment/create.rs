//! New segments: in memory, or in a file that has all its blocks from the beginning.
//!
//! A file is allocated when it is created, not sparse, so that a disk without room is an error here and not a
//! signal or a lost record later. ([`sparse`] is for the moment in which nobody has made such a file in time.) Whoever is killed meanwhile leaves a file without a valid header and without
//! records, which [`open`](super::open()) reports as that.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::format::{LARGEST_CAPACITY, RECORDS};
use super::header::{self, Identity};
use super::medium::Medium;
use super::positioned;
use super::shared::Segment;
use super::storage::Storage;
use super::writer::Writer;
use crate::{crash, durable};

/// Why a segment could not be created. No file is left of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error(
        "a segment of {0} bytes cannot be made: give more than {RECORDS}, and at most {LARGEST_CAPACITY}"
    )]
    Capacity(u64),
    #[error(
        "the disk has no room for the segment {}: free some, or lower the bound of the spool ({source})",
        path.display()
    )]
    NoRoom { path: PathBuf, source: io::Error },
    #[error("cannot create the segment {}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// A new segment in memory.
pub(super) fn memory(identity: &Identity, capacity: u64) -> Result<Writer, CreateError> {
    let length = check(capacity)?;
    let storage = Storage::memory(length);
    let segment = Arc::new(Segment::new(storage, *identity));
    let failed = |source| CreateError::Io {
        path: PathBuf::new(),
        source,
    };
    segment.write_header(&header::encode(identity)).map_err(failed)?;
    Ok(Writer::new(segment, capacity))
}

/// A new segment in a new file.
pub(super) fn file(
    path: &Path,
    identity: &Identity,
    capacity: u64,
    medium: Medium,
) -> Result<Writer, CreateError> {
    check(capacity)?;
    let file = allocated(path, capacity)?;
    let header = header::encode(identity);
    positioned::write(&file, 0, &header).map_err(|source| undone(path, source))?;
    crash::point("segment-headed");
    #[cfg(target_os = "linux")]
    let map = match medium {
        Medium::Mapped => Some(mapped(&file, capacity).map_err(|source| undone(path, source))?),
        Medium::Written => None,
    };
    #[cfg(not(target_os = "linux"))]
    let _ = medium;
    let storage = Storage::file(file, path);
    let segment = Arc::new(Segment::new(storage, *identity));
    #[cfg(target_os = "linux")]
    if let Some(map) = map {
        return Ok(Writer::mapped(segment, capacity, map));
    }
    Ok(Writer::new(segment, capacity))
}

/// A new segment in a new file without blocks, written by system calls: a matter of microseconds, not of
/// milliseconds. A disk without room is an error of the append that finds none.
pub(super) fn sparse(path: &Path, identity: &Identity, capacity: u64) -> Result<Writer, CreateError> {
    check(capacity)?;
    let file = exclusive(path).map_err(|source| CreateError::of(path, source))?;
    private(&file)
        .and_then(|()| file.set_len(capacity))
        .and_then(|()| positioned::write(&file, 0, &header::encode(identity)))
        .map_err(|source| undone(path, source))?;
    let storage = Storage::file(file, path);
    Ok(Writer::new(Arc::new(Segment::new(storage, *identity)), capacity))
}

#[cfg(target_os = "linux")]
fn mapped(file: &File, capacity: u64) -> io::Result<super::map::MapWriter> {
    let mut map = super::map::MapWriter::new(file, capacity)?;
    map.populate_new()?;
    Ok(map)
}

/// A new file, with blocks for all its bytes, which are zeros.
pub(super) fn allocated(path: &Path, length: u64) -> Result<File, CreateError> {
    let file = exclusive(path).map_err(|source| CreateError::of(path, source))?;
    crash::point("segment-created");
    private(&file)
        .and_then(|()| allocate(&file, length))
        .map_err(|source| undone(path, source))?;
    crash::point("segment-allocated");
    Ok(file)
}

/// The error, after the file that it concerns has been removed.
pub(super) fn undone(path: &Path, source: io::Error) -> CreateError {
    // If even that fails there is nothing left to try; the first error says why.
    drop(std::fs::remove_file(path));
    CreateError::of(path, source)
}

/// Waits until a new file is known to the disk: its content and its name.
pub(super) fn sync(file: &File, path: &Path) -> io::Result<()> {
    durable::whole(file, path)?;
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => durable::names(Path::new(".")),
        Some(folder) => durable::names(folder),
        None => Ok(()),
    }
}

impl CreateError {
    fn of(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => CreateError::NoRoom { path, source },
            _ => CreateError::Io { path, source },
        }
    }
}

fn check(capacity: u64) -> Result<usize, CreateError> {
    if !(RECORDS + 1..=LARGEST_CAPACITY).contains(&capacity) {
        return Err(CreateError::Capacity(capacity));
    }
    usize::try_from(capacity).map_err(|_| CreateError::Capacity(capacity))
}

/// A file that did not exist; a symbolic link in its place counts as existing.
fn exclusive(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Readable and writable for its owner and nobody else, whatever the process masks.
fn private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Gives the file all its blocks.
fn allocate(file: &File, length: u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::io::Errno;
        // A signal may interrupt it, and some file systems then begin anew; a busy timer must not keep it here.
        for _ in 0..8 {
            match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, length) {
                Ok(()) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
    fill(file, length)
}

/// Writes zeros, for file systems that cannot allocate.
fn fill(file: &File, length: u64) -> io::Result<()> {
    let zeros = [0; 16 * 1024];
    let mut offset = 0;
    while offset < length {
        let count = usize::try_from(length - offset).map_or(zeros.len(), |left| left.min(zeros.len()));
        positioned::write(file, offset, zeros.get(..count).unwrap_or(&zeros))?;
        offset += count as u64;
    }
    Ok(())
}
