//! What lies in a spool, as tools find it: looked at without owning it, and without making what is missing.
//!
//! Others go on working meanwhile. What was there may be gone a moment later, and that is no error: it is not shown.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::address::Address;
use super::destination::Destination;
use super::error::SpoolError;
use super::folder::{self, Folder, OWNER, SegmentFile};
use super::lock::Lock;
use super::{dead_letters, files, quarantine, usage};

/// The longest file `destination` that is read.
const LONGEST_LABEL: usize = 64 * 1024;

/// A file that was found, with its length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// The folders of all destinations below a state folder, by name; none where nothing was ever kept there.
pub(crate) fn destinations(state_folder: &Path) -> Result<Vec<PathBuf>, SpoolError> {
    let spool = state_folder.join("spool");
    if !exists(&spool)? {
        return Ok(Vec::new());
    }
    files::check_folder(&spool)?;
    let mut found = folders_in(&spool)?;
    found.retain(|path| !name_of(path).starts_with('.'));
    found.sort_unstable();
    Ok(found)
}

/// The address that a destination's folder is for; `None` where its label is missing or is none.
pub(crate) fn address_of(destination: &Path) -> Result<Option<Address>, SpoolError> {
    files::check_folder(destination)?;
    match files::read_short(&destination.join("destination"), LONGEST_LABEL) {
        Ok(label) => Ok(std::str::from_utf8(&label).ok().and_then(Address::parse)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The streams of a destination, in the order in which they began.
pub(crate) fn streams(destination: &Path) -> Result<Vec<Uuid>, SpoolError> {
    let folders = folders_in(destination)?;
    let mut streams: Vec<Uuid> = folders
        .iter()
        .filter_map(|path| folder::id_of(&name_of(path)))
        .collect();
    streams.sort_unstable();
    Ok(streams)
}

/// Whether somebody owns a stream's folder. For a moment this takes the lock itself: a successor that comes just then
/// takes the folder for owned, and looks again a minute later.
pub(crate) fn is_owned(destination: &Path, stream: Uuid) -> Result<bool, SpoolError> {
    match Lock::try_take(&destination.join(stream.to_string()).join(OWNER)) {
        Ok(lock) => Ok(lock.is_none()),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the server refused the token of a stream.
pub(crate) fn is_refused(destination: &Path, stream: Uuid) -> bool {
    folder::is_refused(&destination.join(stream.to_string()))
}

/// Takes over a dead stream's folder; `None` where its owner lives, or it is gone.
pub(crate) fn adopt(destination: &Path, stream: Uuid) -> Result<Option<Folder>, SpoolError> {
    match Folder::adopt(destination, stream) {
        Err(error) if error.is_not_found() => Ok(None),
        adopted => adopted,
    }
}

/// The segments of a stream, by rising number.
pub(crate) fn segments(destination: &Path, stream: Uuid) -> Result<Vec<(SegmentFile, PathBuf)>, SpoolError> {
    let path = destination.join(stream.to_string());
    let segments = folder::segments_in(&path)?;
    Ok(segments
        .into_iter()
        .map(|file| (file, path.join(folder::segment_name(file.number))))
        .collect())
}

/// The files with dead letters.
pub(crate) fn dead_letters(destination: &Path) -> Result<Vec<FoundFile>, SpoolError> {
    files_in(&destination.join(dead_letters::FOLDER), ".ndjson")
}

/// The stream that a file with dead letters is of.
pub(crate) fn author(dead_letters: &Path) -> Option<Uuid> {
    folder::id_of(name_of(dead_letters).strip_suffix(".ndjson")?)
}

/// The damaged segments that are kept.
pub(crate) fn quarantined(destination: &Path) -> Result<Vec<FoundFile>, SpoolError> {
    files_in(&destination.join(quarantine::FOLDER), ".segment")
}

/// The length of all files of a destination, in bytes.
pub(crate) fn usage(destination: &Path) -> Result<u64, SpoolError> {
    usage::of(destination)
}

/// Moves a dead stream's folder to another destination, and gives it up.
pub(crate) fn hand_over(folder: Folder, to: &Destination) -> Result<(), SpoolError> {
    // That was said of the token that it leaves.
    folder.clear_refused()?;
    folder.move_to(to.path())
}

fn files_in(folder: &Path, suffix: &str) -> Result<Vec<FoundFile>, SpoolError> {
    let mut found = Vec::new();
    usage::each_file(folder, |path, metadata| {
        let name = name_of(path);
        if name.ends_with(suffix) && !name.starts_with('.') {
            found.push(FoundFile {
                path: path.to_owned(),
                bytes: metadata.len(),
            });
        }
        Ok(())
    })?;
    found.sort_unstable();
    Ok(found)
}

fn folders_in(path: &Path) -> Result<Vec<PathBuf>, SpoolError> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path).map_err(SpoolError::io("read", path))? {
        let entry = entry.map_err(SpoolError::io("read", path))?;
        // Of a link, its own type.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

fn exists(path: &Path) -> Result<bool, SpoolError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(SpoolError::io("look at", path)(error)),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
