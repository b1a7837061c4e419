//! Opening a segment that another process left.
//!
//! The file is read, never mapped, since nobody knows what state it is in. Records are found by scanning from
//! [`acknowledged`](Segment::acknowledged) to [`length`](Segment::length). If the header is damaged, records may
//! be readable all the same: then nothing counts as acknowledged. A segment of a version that is not known is left
//! alone, for the program that knows it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backing::existing;
use super::format::RECORDS;
use super::header::{self, HeaderDamage};
use super::positioned;
use super::shared::Segment;
use super::slots::{self, Acknowledgement};
use super::storage::Storage;

/// A segment that another process left.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) segment: Arc<Segment>,
    /// What is wrong with its header. The segment then has no identity, and nothing of it is acknowledged.
    pub(crate) damage: Option<HeaderDamage>,
}

/// Why a file could not be opened as a segment. It was left as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error(
        "the segment {} has version {version}, which this program does not know; use the one that wrote it",
        path.display()
    )]
    OtherVersion { path: PathBuf, version: u32 },
    #[error("the segment {} is not a regular file; remove it", path.display())]
    NotAFile { path: PathBuf },
    #[error("cannot open the segment {}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Opens a segment for reading, acknowledging and removing.
pub(crate) fn open(path: &Path) -> Result<Opened, OpenError> {
    open_as(path, OpenOptions::new().read(true).write(true))
}

/// Opens a segment for reading only: acknowledging is an error.
pub(crate) fn open_to_read(path: &Path) -> Result<Opened, OpenError> {
    open_as(path, OpenOptions::new().read(true))
}

fn open_as(path: &Path, options: &mut OpenOptions) -> Result<Opened, OpenError> {
    let failed = |source| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    let file = existing(path, options).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(OpenError::NotAFile {
            path: path.to_owned(),
        });
    }
    let (identity, acknowledgement, damage) = if metadata.len() < RECORDS {
        (None, Acknowledgement::NONE, Some(HeaderDamage::TooShort))
    } else {
        match header::decode(&bytes_at(&file, 0).map_err(failed)?) {
            header::Read::Segment(identity) => {
                (Some(identity), acknowledgement(&file).map_err(failed)?, None)
            }
            header::Read::Damaged(damage) => (None, Acknowledgement::NONE, Some(damage)),
            header::Read::OtherVersion(version) => {
                return Err(OpenError::OtherVersion {
                    path: path.to_owned(),
                    version,
                });
            }
        }
    };
    let storage = Storage::file(file, path);
    let segment = Arc::new(Segment::found(storage, identity, acknowledgement));
    Ok(Opened { segment, damage })
}

fn acknowledgement(file: &File) -> io::Result<Acknowledgement> {
    let [first, second] = slots::OFFSETS;
    Ok(Acknowledgement::decode(&[
        bytes_at(file, first)?,
        bytes_at(file, second)?,
    ]))
}

fn bytes_at<const N: usize>(file: &File, offset: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    positioned::read(file, offset, &mut bytes)?;
    Ok(bytes)
}
