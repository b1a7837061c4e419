//! Damaged segments, put aside for people: the last ones, within a bound.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::SpoolError;
use super::{files, usage};
use crate::crash;

/// The folder's name within the destination's.
pub(super) const FOLDER: &str = "quarantine";

/// What became of a damaged segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Quarantined {
    /// It lies there now.
    Kept(PathBuf),
    /// It is longer than all that may be kept, and was removed.
    TooLong,
}

/// Moves `segment` into the quarantine of `destination` under `name`, and removes the oldest there until no more
/// than `limit` bytes are left.
pub(super) fn take(
    destination: &Path,
    segment: &Path,
    name: &str,
    limit: u64,
) -> Result<Quarantined, SpoolError> {
    let metadata = fs::symlink_metadata(segment).map_err(SpoolError::io("look at", segment))?;
    if metadata.len() > limit {
        files::remove(segment)?;
        return Ok(Quarantined::TooLong);
    }
    let folder = destination.join(FOLDER);
    files::make_folder(&folder)?;
    // Room is made first, so that the bound holds at every moment.
    make_room(&folder, limit - metadata.len())?;
    let path = folder.join(name);
    crash::point("quarantine-begun");
    fs::rename(segment, &path).map_err(SpoolError::io("put aside", segment))?;
    crash::point("quarantined");
    Ok(Quarantined::Kept(path))
}

/// Keeps `segment` under `name`, too, as [`take`] would, while it stays where it is. One that is longer than all
/// that may be kept is not.
pub(super) fn copy(destination: &Path, segment: &Path, name: &str, limit: u64) -> Result<(), SpoolError> {
    let metadata = fs::symlink_metadata(segment).map_err(SpoolError::io("look at", segment))?;
    if metadata.len() > limit {
        return Ok(());
    }
    let folder = destination.join(FOLDER);
    files::make_folder(&folder)?;
    let path = folder.join(name);
    // Left by a repair that did not come to its end, or by an earlier damage.
    files::remove(&path)?;
    make_room(&folder, limit - metadata.len())?;
    fs::hard_link(segment, &path).map_err(SpoolError::io("put aside", segment))
}

fn make_room(folder: &Path, limit: u64) -> Result<(), SpoolError> {
    let mut kept = Vec::new();
    usage::each_file(folder, |path, metadata| {
        kept.push((metadata.modified().ok(), path.to_path_buf(), metadata.len()));
        Ok(())
    })?;
    kept.sort_unstable();
    let mut sum: u64 = kept.iter().map(|(_, _, bytes)| bytes).sum();
    for (_, path, bytes) in kept {
        if sum <= limit {
            break;
        }
        files::remove(&path)?;
        sum -= bytes;
    }
    Ok(())
}
