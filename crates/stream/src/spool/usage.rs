//! What is on disk, by looking there.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::error::SpoolError;
use super::folder::OWNER;

/// The length of all files in a destination's folder and in the folders in it, in bytes. It takes the same
/// memory for any number of files.
pub(super) fn of(destination: &Path) -> Result<u64, SpoolError> {
    let mut sum = 0;
    each_entry(destination, |path, metadata| {
        sum += metadata.len();
        if metadata.is_dir() {
            // The folder itself is none of the files.
            sum -= metadata.len();
            sum += of_stream(path)?;
        }
        Ok(())
    })?;
    Ok(sum)
}

/// The same of a folder in it. What a stream has set aside comes first: when it takes some of that meanwhile, it is
/// counted twice, and not never.
fn of_stream(folder: &Path) -> Result<u64, SpoolError> {
    let aside = fs::symlink_metadata(folder.join(OWNER)).map_or(0, |owner| owner.len());
    let mut sum = aside;
    each_file(folder, |path, metadata| {
        if path.file_name() != Some(OsStr::new(OWNER)) {
            sum += metadata.len();
        }
        Ok(())
    })?;
    Ok(sum)
}

/// The length of the files in a folder, in bytes.
pub(super) fn of_files_in(folder: &Path) -> Result<u64, SpoolError> {
    let mut sum = 0;
    each_file(folder, |_, metadata| {
        sum += metadata.len();
        Ok(())
    })?;
    Ok(sum)
}

/// Shows each regular file in a folder, in no order. A folder that is not there has none.
pub(super) fn each_file(
    folder: &Path,
    mut look: impl FnMut(&Path, &Metadata) -> Result<(), SpoolError>,
) -> Result<(), SpoolError> {
    each_entry(folder, |path, metadata| match metadata.is_file() {
        true => look(path, metadata),
        false => Ok(()),
    })
}

/// Others may remove files and folders meanwhile: what is gone is not shown.
fn each_entry(
    folder: &Path,
    mut look: impl FnMut(&Path, &Metadata) -> Result<(), SpoolError>,
) -> Result<(), SpoolError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SpoolError::io("read", folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(SpoolError::io("read", folder))?;
        let path = entry.path();
        // Of a link, its own.
        match entry.metadata() {
            Ok(metadata) => look(&path, &metadata)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(SpoolError::io("look at", &path)(error)),
        }
    }
    Ok(())
}
